package releases

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// commands declares what members can ask for. A release belongs to whoever
// entered it.
func commands() []*bot.Command {
	own := bot.Owned(owner)
	return []*bot.Command{
		bot.Cmd("release new", enter),
		bot.Cmd("release list", list, bot.Reads),
		bot.Cmd("release show", show, bot.Reads, bot.Shortcut, own),
		bot.Cmd("release change", change, own),
		bot.Cmd("release drop", drop, own),
		bot.Cmd("release move", move, own),
		bot.Cmd("release cancel", cancel, own),
		bot.Cmd("release follow", follow),
		bot.Cmd("release unfollow", unfollow),
	}
}

func owner(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	digits := args["number"]
	if _, after, ok := strings.Cut(digits, "/"); ok {
		digits = after
	}
	n, err := strconv.ParseUint(strings.TrimLeft(strings.ToLower(strings.TrimSpace(digits)), "#nº°o. "), 10, 63)
	if err != nil {
		return 0, false
	}
	r, ok := releases.Get(c.Tx, store.K(n))
	return r.By, ok
}

type newArgs struct {
	Title      string    `opt:"title" max:"100"`
	Production time.Time `opt:"production,begins"`
	Test       time.Time `opt:"test,optional,begins"`
	Published  time.Time `opt:"published,optional,begins"`
	Notes      string    `opt:"notes,optional" max:"500"`
}

// enter announces a release and its dates.
func enter(c *bot.Ctx, in newArgs) (bot.Reply, error) {
	r := &Release{
		At: c.Now, By: c.Caller.ID, Title: oneLine(in.Title), State: Planned,
		Production: in.Production, Test: in.Test, Published: in.Published,
		Place: bot.Place{Platform: c.Place.Platform, Channel: c.Place.Channel},
	}
	if in.Notes != "" {
		address, err := bot.ReadURL(in.Notes)
		if err != nil {
			return bot.Reply{}, err
		}
		r.Notes = address
	}
	if err := date(c, r); err != nil {
		return bot.Reply{}, err
	}
	r.Number = releases.NextID(c.Tx)
	save(c, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"title": r.Title, "production": r.Production.Format(time.RFC3339)}})
	for _, place := range channelsOf(c, r) {
		c.Hang(r.key(), place)
	}
	plan(c, r)
	return bot.Reply{Text: bot.T("release.entered", "number", r.Number, "title", r.Title, "production", r.Production, "change", bot.CommandText("release change"))}, nil
}

// date fills the day of the test platform where it was not given, and refuses
// dates that leave it too little time.
func date(c *bot.Ctx, r *Release) error {
	test := c.Charter.Releases.Test.Std()
	if test > 0 && r.Test.IsZero() {
		r.Test = shift(c, r.Production, -test)
	}
	if r.Test.IsZero() {
		return nil
	}
	earliest := shift(c, r.Test, test)
	if r.Test.Before(c.Now) && r.State == Planned && r.Number == 0 {
		earliest = shift(c, c.Now, test)
	}
	if r.Production.Before(earliest) {
		return bot.BadOption("production", "release.test-short", "length", bot.LengthText(test), "earliest", earliest)
	}
	return nil
}

// shift moves a moment by a length; whole days are counted on the calendar, so
// that the hour stays what it is when the clocks change.
func shift(c *bot.Ctx, at time.Time, by time.Duration) time.Time {
	const day = 24 * time.Hour
	if by%day != 0 {
		return at.Add(by)
	}
	return at.In(c.Charter.Location()).AddDate(0, 0, int(by/day)).UTC()
}

type changeArgs struct {
	Number     int    `opt:"number" suggest:"releases"`
	Text       string `opt:"text" max:"200"`
	Importance string `opt:"importance" choices:"importances"`
	Topic      string `opt:"topic,optional" choices:"topics"`
	Optional   bool   `opt:"optional"`
	Why        string `opt:"why,optional,long"`
}

// change announces a change of a release, unless it is too late for that.
func change(c *bot.Ctx, in changeArgs) (bot.Reply, error) {
	r, err := findPlanned(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	ch := Change{Text: oneLine(in.Text), Importance: in.Importance, Optional: in.Optional, Why: strings.TrimSpace(in.Why), Topic: in.Topic, At: c.Now, By: c.Caller.ID}
	if ch.Importance == "breaking" && ch.Why == "" {
		return bot.Reply{}, bot.BadOption("why", "release.why-needed")
	}
	if err := inTime(c, r, &ch); err != nil {
		return bot.Reply{}, err
	}
	if len(r.Changes) == maxChanges {
		return bot.Reply{}, bot.Refuse("release.too-many", "max", maxChanges)
	}
	r.Changes = append(slices.Clone(r.Changes), ch)
	save(c, r)
	c.Record(bot.Entry{Subject: r.key(), Rule: "releases/notice/" + ch.Importance, Data: map[string]string{"text": ch.Text, "importance": ch.Importance}})
	announce(c, r, bot.Words(bot.T("release.announced", "number", r.Number, "title", r.Title, "production", bot.Date(r.Production)), changeText(c, &ch)), ch.Topic)
	return bot.Say("release.changed", "number", r.Number, "title", r.Title, "line", len(r.Changes), "drop", bot.CommandText("release drop")), nil
}

// maxChanges is how many changes a release may have.
const maxChanges = 100

// inTime refuses a change whose notice the production date does not leave.
func inTime(c *bot.Ctx, r *Release, ch *Change) error {
	notice := c.Charter.Releases.Notice.Of(ch.Importance).Std()
	if earliest := shift(c, ch.At, notice); r.Production.Before(earliest) {
		return bot.Refuse("release.too-late", "importance", bot.T("release.is-"+ch.Importance), "text", ch.Text, "length", bot.LengthText(notice), "production", r.Production, "earliest", earliest, "number", r.Number, "move", bot.CommandText("release move"))
	}
	return nil
}

type dropArgs struct {
	Number int `opt:"number" suggest:"releases"`
	Line   int `opt:"line" max:"100"`
}

// drop takes a change out of a release.
func drop(c *bot.Ctx, in dropArgs) (bot.Reply, error) {
	r, err := findPlanned(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if in.Line < 1 || in.Line > len(r.Changes) {
		return bot.Reply{}, bot.BadOption("line", "release.no-line", "number", r.Number, "count", len(r.Changes))
	}
	gone := r.Changes[in.Line-1]
	r.Changes = slices.Delete(slices.Clone(r.Changes), in.Line-1, in.Line)
	save(c, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"text": gone.Text}})
	announce(c, r, bot.T("release.announced-drop", "number", r.Number, "title", r.Title, "text", gone.Text), gone.Topic)
	return bot.Say("release.dropped", "number", r.Number, "title", r.Title, "text", gone.Text), nil
}

type moveArgs struct {
	Number     int       `opt:"number" suggest:"releases"`
	Production time.Time `opt:"production,begins"`
	Test       time.Time `opt:"test,optional,begins"`
	Published  time.Time `opt:"published,optional,begins"`
}

// move gives a release other dates, which leave every change its notice.
func move(c *bot.Ctx, in moveArgs) (bot.Reply, error) {
	r, err := findPlanned(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	was := r.Production
	if r.Test.After(c.Now) {
		r.Test = time.Time{} // not there yet: it moves with the rest
	}
	r.Production = in.Production
	if !in.Test.IsZero() {
		r.Test = in.Test
	}
	if !in.Published.IsZero() {
		r.Published = in.Published
	}
	if err := date(c, r); err != nil {
		return bot.Reply{}, err
	}
	for i := range r.Changes {
		if err := inTime(c, r, &r.Changes[i]); err != nil {
			return bot.Reply{}, err
		}
	}
	save(c, r)
	plan(c, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"from": was.Format(time.RFC3339), "to": r.Production.Format(time.RFC3339)}})
	said := bot.T("release.moved", "number", r.Number, "title", r.Title, "from", was, "to", r.Production)
	announce(c, r, said, r.topics()...)
	return bot.Reply{Text: said}, nil
}

type cancelArgs struct {
	Number int    `opt:"number" suggest:"releases"`
	Reason string `opt:"reason,rest,long"`
}

// cancel calls a release off.
func cancel(c *bot.Ctx, in cancelArgs) (bot.Reply, error) {
	r, err := findPlanned(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	r.State = Cancelled
	save(c, r)
	plan(c, r)
	c.Record(bot.Entry{Subject: r.key(), Data: map[string]string{"reason": in.Reason}})
	said := bot.T("release.cancelled", "number", r.Number, "title", r.Title, "reason", oneLine(in.Reason))
	announce(c, r, said, r.topics()...)
	return bot.Reply{Text: said}, nil
}
