// Package timeline is the feature that shows the year at a glance: what goes on from
// stage to stage, and what happens on which day, as a picture and in words, with what
// changed since a month. Other features say what there is (bot.YearAsked).
//
//	timeline.go  the command, and the year in words
//	draw.go      the picture
package timeline

import (
	"cmp"
	"embed"
	"slices"
	"time"

	"greffier/bot"
	"greffier/config"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is the timeline, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "timeline",
		Locale:   locale,
		Examples: conversations,
		Commands: []*bot.Command{bot.Cmd("timeline", show, bot.Reads)},
	}
}

type showArgs struct {
	Year int `opt:"year,optional" max:"9999"`
}

// firstYear is the first that anybody may ask for.
const firstYear = 2000

// show draws a year, the present one unless another is named.
func show(c *bot.Ctx, in showArgs) (bot.Reply, error) {
	zone := c.Charter.Location()
	now := c.Now.In(zone)
	if in.Year == 0 {
		in.Year = now.Year()
	}
	if in.Year < firstYear {
		return bot.Reply{}, bot.BadOption("year", "timeline.bad-year", "year", in.Year, "now", now.Year())
	}
	y := &bot.YearAsked{
		From: time.Date(in.Year, 1, 1, 0, 0, 0, 0, zone), To: time.Date(in.Year+1, 1, 1, 0, 0, 0, 0, zone),
		Kinds: c.Charter.Timeline.Kinds, Meetings: c.Charter.Timeline.Meetings,
	}
	if err := c.Signal(y); err != nil {
		return bot.Reply{}, err
	}
	if len(y.Tracks())+len(y.Marks()) == 0 {
		return bot.Say("timeline.none", "year", in.Year), nil
	}
	rows := rowsOf(c, y.Marks())
	picture, err := draw(c, in.Year, y, rows)
	if err != nil {
		return bot.Reply{}, err
	}
	lines := []bot.Text{bot.T("timeline.title", "year", in.Year, "community", c.Charter.Community.Name)}
	lines = append(lines, trackLines(c, y.Tracks())...)
	lines = append(lines, rowLines(c, rows)...)
	if in.Year == now.Year() {
		lines = append(lines, changes(c, y, now.AddDate(0, -1, 0))...)
	}
	return bot.Reply{Text: bot.Lines(lines...), Files: []bot.File{picture}}, nil
}

// How much is said in words.
const (
	saidTracks  = 25
	saidMarks   = 12
	saidChanges = 15
)

// trackLines says each thing that goes on with its stages and their days.
func trackLines(c *bot.Ctx, tracks []bot.Track) []bot.Text {
	if len(tracks) == 0 {
		return nil
	}
	lines := []bot.Text{bot.T("timeline.tracks", "count", len(tracks))}
	for i := range tracks {
		if i == saidTracks {
			return append(lines, bot.T("timeline.more", "count", len(tracks)-i))
		}
		t := &tracks[i]
		steps := bot.Text{Sep: " → "}
		for _, s := range t.Spans {
			steps.Join = append(steps.Join, bot.T("timeline.span", "stage", s.Stage, "from", day(c, s.From)))
		}
		line := bot.T("timeline.track", "title", t.Title, "steps", steps)
		if !t.Ended.IsZero() {
			line = bot.T("timeline.track-ended", "line", line, "end", t.End, "at", day(c, t.Ended))
		}
		lines = append(lines, line)
	}
	return lines
}

// row is the days of one sort of thing.
type row struct {
	name  bot.Text
	plain string
	marks []bot.Mark
}

// rowsOf gathers what happens by its sort, in the order of the features, each in the
// order of time.
func rowsOf(c *bot.Ctx, marks []bot.Mark) []row {
	s := c.Speaker(c.Locale())
	var rows []row
	for _, m := range marks {
		name := s.Plain(m.Row)
		at := slices.IndexFunc(rows, func(r row) bool { return r.plain == name })
		if at < 0 {
			at = len(rows)
			rows = append(rows, row{name: m.Row, plain: name})
		}
		rows[at].marks = append(rows[at].marks, m)
	}
	for _, r := range rows {
		slices.SortStableFunc(r.marks, func(a, b bot.Mark) int { return a.At.Compare(b.At) })
	}
	return rows
}

func rowLines(c *bot.Ctx, rows []row) []bot.Text {
	var lines []bot.Text
	for _, r := range rows {
		var days []bot.Text
		for i, m := range r.marks {
			if i == saidMarks {
				days = append(days, bot.T("timeline.more", "count", len(r.marks)-i))
				break
			}
			days = append(days, day(c, m.At))
		}
		lines = append(lines, bot.T("timeline.row", "row", r.name, "days", days))
	}
	return lines
}

// change is something that happened since a month.
type change struct {
	at   time.Time
	said bot.Text
}

// changes says what moved and what took place since a moment, the newest first.
func changes(c *bot.Ctx, y *bot.YearAsked, since time.Time) []bot.Text {
	var all []change
	add := func(at time.Time, said bot.Text) {
		if at.After(since) && !at.After(c.Now) {
			all = append(all, change{at, said})
		}
	}
	for _, t := range y.Tracks() {
		for i, s := range t.Spans {
			if i == 0 {
				add(s.From, bot.T("timeline.changed-new", "title", t.Title, "stage", s.Stage, "at", day(c, s.From)))
				continue
			}
			add(s.From, bot.T("timeline.changed-moved", "title", t.Title, "from", t.Spans[i-1].Stage, "to", s.Stage, "at", day(c, s.From)))
		}
		if last := t.Spans[len(t.Spans)-1]; !t.Ended.IsZero() && !t.Ended.Equal(last.From) {
			add(t.Ended, bot.T("timeline.changed-ended", "title", t.Title, "end", t.End, "at", day(c, t.Ended)))
		}
	}
	for _, m := range y.Marks() {
		if !m.Took {
			continue
		}
		add(m.At, bot.T("timeline.changed-mark", "title", m.Title, "at", day(c, m.At)))
	}
	slices.SortStableFunc(all, func(a, b change) int { return cmp.Compare(b.at.UnixNano(), a.at.UnixNano()) })
	if len(all) == 0 {
		return []bot.Text{bot.T("timeline.unchanged")}
	}
	lines := []bot.Text{bot.T("timeline.changed", "since", bot.Date(since))}
	for i, ch := range all {
		if i == saidChanges {
			return append(lines, bot.T("timeline.more", "count", len(all)-i))
		}
		lines = append(lines, ch.said)
	}
	return lines
}

// day writes a day in figures, where there are many.
func day(c *bot.Ctx, at time.Time) bot.Text {
	at = at.In(c.Charter.Location())
	return bot.Named(config.Words{}.With("en", at.Format("2 Jan 2006")).With("fr", at.Format("02/01/2006")))
}
