package members

import (
	"errors"
	"time"

	"greffier/bot"
	"greffier/bot/when"
	"greffier/store"
)

type figuresArgs struct {
	From  string `opt:"from,optional,rest" max:"60"`
	Until string `opt:"until,optional" max:"60"`
}

// span is a period and the one before it, of the same length.
type span struct {
	from, to, before, beforeTo time.Time
}

// usualDays is how many days figures look back when nothing is said.
const usualDays = 30

// figures counts what happened in a period and in the one before, as text and as
// a picture.
func figures(c *bot.Ctx, in figuresArgs) (bot.Reply, error) {
	p, err := periodOf(c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	now, was := bot.Figures{From: p.from, To: p.to}, bot.Figures{From: p.before, To: p.beforeTo}
	here := hereAt(c, p.beforeTo, p.to)
	for i, f := range []*bot.Figures{&was, &now} {
		count(c, f, here[i])
		if err := c.Signal(f); err != nil {
			return bot.Reply{}, err
		}
	}
	countTalk(c, &now, &was)
	title := bot.T("figures.title", "from", day(p.from), "to", day(lastDay(p.to)))
	before := bot.T("figures.before", "from", day(p.before), "to", day(lastDay(p.beforeTo)))
	lines := []bot.Text{title, before}
	for i, f := range now.All() {
		lines = append(lines, figureLine(f, was.All()[i]))
	}
	chart, err := draw(c, p, now.All(), was.All())
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{Text: bot.Lines(lines...), Files: []bot.File{chart}}, nil
}

// lastDay is a moment of the last day of what ends at to.
func lastDay(to time.Time) time.Time { return to.Add(-time.Nanosecond) }

// figureLine says a figure, and what it was before.
func figureLine(f, was bot.Figure) bot.Text {
	if f.Part {
		return bot.T("figures.line", "label", f.Label, "value", partText(f), "was", partText(was), "change", bot.Text{})
	}
	change := bot.T("figures.same")
	switch d := f.N - was.N; {
	case d > 0:
		change = bot.T("figures.more", "count", d)
	case d < 0:
		change = bot.T("figures.fewer", "count", -d)
	}
	return bot.T("figures.line", "label", f.Label, "value", bot.T("figures.count", "n", f.N), "was", bot.T("figures.count", "n", was.N), "change", change)
}

// partText says a part of a whole as a percentage, to the nearest whole one.
func partText(f bot.Figure) bot.Text {
	if f.Of == 0 {
		return bot.T("figures.no-part")
	}
	return bot.T("figures.part", "percent", percent(f), "n", f.N, "of", f.Of)
}

func percent(f bot.Figure) int { return (200*f.N + f.Of) / (2 * f.Of) }

// periodOf reads which period to count. One that is not over is counted up to
// now, and compared with as much of the one before.
func periodOf(c *bot.Ctx, in figuresArgs) (span, error) {
	zone := c.Charter.Location()
	var p span
	if in.From == "" && in.Until == "" {
		today := c.Now.In(zone)
		p.to = time.Date(today.Year(), today.Month(), today.Day()+1, 0, 0, 0, 0, zone)
		p.from = p.to.AddDate(0, 0, -usualDays)
	} else if in.From != "" {
		from, to, err := readPeriod(c, "from", in.From)
		if err != nil {
			return p, err
		}
		p.from, p.to = from, to
	}
	if in.Until != "" {
		from, to, err := readPeriod(c, "until", in.Until)
		if err != nil {
			return p, err
		}
		if p.from.IsZero() {
			p.from = from
		}
		p.to = to
	}
	switch {
	case !p.from.Before(p.to):
		return p, bot.BadOption("until", "figures.backwards", "from", in.From, "until", in.Until)
	case p.from.After(c.Now):
		return p, bot.BadOption("from", "figures.future", "text", in.From)
	}
	return withBefore(p, c.Now, zone), nil
}

// withBefore adds the period before: as many months, when a period is whole
// months, else as many days.
func withBefore(p span, now time.Time, zone *time.Location) span {
	from, to := p.from.In(zone), p.to.In(zone)
	if from.Day() == 1 && to.Day() == 1 {
		months := 12*(to.Year()-from.Year()) + int(to.Month()-from.Month())
		p.before = from.AddDate(0, -months, 0)
	} else {
		days := int(to.Sub(from).Round(24*time.Hour) / (24 * time.Hour))
		p.before = from.AddDate(0, 0, -days)
	}
	p.beforeTo = p.from
	if tomorrow := time.Date(now.In(zone).Year(), now.In(zone).Month(), now.In(zone).Day()+1, 0, 0, 0, 0, zone); p.to.After(tomorrow) {
		days := int(tomorrow.Sub(from).Round(24*time.Hour) / (24 * time.Hour))
		p.to = tomorrow
		if end := p.before.In(zone).AddDate(0, 0, days); end.Before(p.beforeTo) {
			p.beforeTo = end
		}
	}
	return p
}

func readPeriod(c *bot.Ctx, option, text string) (from, to time.Time, err error) {
	from, to, err = when.ParsePeriod(text, c.Now, c.Charter.Location())
	var e *when.Error
	if problem, ok := bot.DayProblem(text, err); ok {
		return from, to, bot.BadOptionText(option, problem)
	}
	if errors.As(err, &e) {
		return from, to, bot.BadOption(option, "figures.period", "text", text)
	}
	return from, to, err
}

// count adds to the figures what this feature knows: how many are here, who came, who
// went, who introduced themselves.
func count(c *bot.Ctx, f *bot.Figures, here int) {
	counts := map[string]int{}
	for _, e := range events.Range(c.Tx, store.K(f.From), store.K(f.To)) {
		counts[e.What]++
	}
	f.Add(bot.T("figures.members"), here)
	f.Add(bot.T("figures.joins"), counts[came]+counts[cameBack])
	f.Add(bot.T("figures.leaves"), counts[went])
	f.Add(bot.T("figures.introductions"), counts[introduced])
	f.Add(bot.T("figures.announced"), counts[announced])
}

// hereAt counts who was here at two moments: who is here now, without those who
// came since, and with those who went since.
func hereAt(c *bot.Ctx, early, late time.Time) (here [2]int) {
	var since [2]map[bot.MemberID]bool
	for i, bounds := range [][2][]byte{{store.K(early), store.K(late)}, {store.K(late), nil}} {
		since[i] = map[bot.MemberID]bool{}
		for _, e := range events.Range(c.Tx, bounds[0], bounds[1]) {
			switch e.What {
			case came, cameBack:
				here[i], since[i][e.Member] = here[i]-1, true
			case went:
				here[i]++
			}
		}
	}
	here[0] += here[1] // what happened after the second moment did so after the first
	for m := range c.Present() {
		// The others are known since, though no platform told that they came.
		if since[1][m.ID] || m.Joined.Before(late) {
			here[1]++
		}
		if since[0][m.ID] || since[1][m.ID] || m.Joined.Before(early) {
			here[0]++
		}
	}
	return here
}

// countTalk adds to the figures of two periods how much was written, in all and in
// each channel where something was.
func countTalk(c *bot.Ctx, now, was *bot.Figures) {
	in := [2]map[string]int{channels(c, now), channels(c, was)}
	add := func(label bot.Text, n func(map[string]int) int) {
		now.Add(label, n(in[0]))
		was.Add(label, n(in[1]))
	}
	add(bot.T("figures.messages"), func(counts map[string]int) (sum int) {
		for _, n := range counts {
			sum += n
		}
		return sum
	})
	for _, ch := range c.Charter.Channels {
		if in[0][ch.ID]+in[1][ch.ID] > 0 {
			add(bot.T("figures.messages-in", "channel", bot.Typed(ch.ID)), func(counts map[string]int) int { return counts[ch.ID] })
		}
	}
	if in[0][elsewhere]+in[1][elsewhere] > 0 {
		add(bot.T("figures.messages-elsewhere"), func(counts map[string]int) int { return counts[elsewhere] })
	}
}

// elsewhere stands for the channels that the charter does not name.
const elsewhere = ""

// channels counts what was written in each channel of the charter, whatever the
// platform.
func channels(c *bot.Ctx, f *bot.Figures) map[string]int {
	counts := map[string]int{}
	for place, n := range c.Talk(f.From, f.To) {
		name := c.ChannelName(place)
		if _, ok := c.Charter.Place(name, place.Platform); !ok {
			name = elsewhere
		}
		counts[name] += n
	}
	return counts
}
