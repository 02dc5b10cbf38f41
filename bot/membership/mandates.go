package membership

import (
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// mandateJob reminds of the end of a mandate, and tells it.
const mandateJob = "membership/mandate"

func kindOf(ch *config.Charter, id string) *config.MandateKind {
	for i := range ch.Membership.Mandates {
		if ch.Membership.Mandates[i].ID == id {
			return &ch.Membership.Mandates[i]
		}
	}
	return nil
}

func kindChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for i := range c.Charter.Membership.Mandates {
		k := &c.Charter.Membership.Mandates[i]
		all = append(all, bot.Choice{Value: k.ID, Label: kindName(k)})
	}
	return all
}

func (m *Mandate) name(c *bot.Ctx) bot.Text {
	if k := kindOf(c.Charter, m.Kind); k != nil {
		return kindName(k)
	}
	return bot.Typed(m.Kind)
}

func (m *Mandate) line(c *bot.Ctx) bot.Text {
	key := "mandate.line"
	if m.Until.Before(c.Now) {
		key = "mandate.line-over"
	}
	return bot.T(key, "number", m.Number, "mandate", m.name(c), "who", m.Member, "from", bot.Date(m.From), "until", bot.Date(m.Until))
}

// holder is whose mandate a call names.
func holder(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	n, err := strconv.ParseUint(strings.TrimLeft(strings.TrimSpace(args["number"]), "#nº°. "), 10, 63)
	if err != nil {
		return 0, false
	}
	m, ok := mandates.Get(c.Tx, store.K(n))
	return m.Member, ok
}

// told lists the groups that follow a mandate.
func told(c *bot.Ctx, m *Mandate) []string {
	if k := kindOf(c.Charter, m.Kind); k != nil && len(k.Told) > 0 {
		return k.Told
	}
	return c.Charter.Membership.Confirm.Decide
}

type newMandateArgs struct {
	Who   bot.MemberID `opt:"who"`
	Kind  string       `opt:"kind" choices:"mandate-kinds"`
	Until time.Time    `opt:"until,optional"`
	From  time.Time    `opt:"from,optional,begins,past"`
}

// newMandate entrusts a member with something for a time.
func newMandate(c *bot.Ctx, in newMandateArgs) (bot.Reply, error) {
	m := Mandate{Kind: in.Kind, Member: in.Who, From: in.From, Until: in.Until}
	if err := begin(c, &m); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("mandate.began", "number", m.Number, "mandate", m.name(c), "who", m.Member, "until", bot.Date(m.Until)), nil
}

// begin enters a mandate, with its end when none was given.
func begin(c *bot.Ctx, m *Mandate) error {
	k := kindOf(c.Charter, m.Kind)
	if k == nil {
		return bot.BadOption("kind", "mandate.no-kind", "kind", m.Kind)
	}
	if m.From.IsZero() {
		m.From = c.Now
	}
	if m.Until.IsZero() {
		m.Until = m.From.In(c.Charter.Location()).Add(k.Lasts.Std()).UTC()
	}
	if !m.Until.After(m.From) || !m.Until.After(c.Now) {
		return bot.BadOption("until", "mandate.until-early", "until", bot.Date(m.Until), "from", bot.Date(m.From))
	}
	m.Number = mandates.NextID(c.Tx)
	mandates.Put(c.Tx, store.K(m.Number), *m)
	if k.Group != "" {
		c.Enroll(m.Member, k.Group)
	}
	c.Record(bot.Entry{What: "mandate new", Subject: m.key(), Rule: "membership/" + m.Kind, Data: map[string]string{
		"member": memberKey(m.Member), "until": m.Until.Format(time.RFC3339),
	}})
	for _, r := range k.Reminders {
		if at := m.Until.Add(-r.Std()); at.After(c.Now) {
			c.Schedule(bot.Job{Key: mandateJob + "/" + strconv.FormatUint(m.Number, 10) + "/" + r.String(), Kind: mandateJob, Due: at, Args: mandateArgs(m)})
		}
	}
	c.Schedule(bot.Job{Key: mandateJob + "/" + strconv.FormatUint(m.Number, 10), Kind: mandateJob, Due: m.Until, Args: mandateArgs(m)})
	c.Tell(m.Member, m.key(), bot.T("mandate.told-began", "by", c.Caller.ID, "mandate", m.name(c), "number", m.Number, "until", bot.Date(m.Until), "show", bot.CommandText("membership show")))
	return nil
}

func mandateArgs(m *Mandate) map[string]string {
	return map[string]string{"mandate": strconv.FormatUint(m.Number, 10)}
}

// mandateDue says that a mandate comes to its end, or has come to it: to whoever
// holds it and to the groups that follow it. People end it or hand it over.
func mandateDue(c *bot.Ctx, j bot.Job) error {
	n, _ := strconv.ParseUint(j.Args["mandate"], 10, 64)
	m, ok := mandates.Get(c.Tx, store.K(n))
	if !ok || !m.Ended.IsZero() {
		return nil
	}
	key := "mandate.remind"
	if !m.Until.After(c.Now) {
		key = "mandate.over"
	}
	text := bot.T(key, "mandate", m.name(c), "who", m.Member, "number", m.Number, "until", bot.Date(m.Until),
		"pass", bot.CommandText("mandate pass"), "end", bot.CommandText("mandate end"))
	c.Record(bot.Entry{What: "mandate remind", Subject: m.key(), Quiet: true})
	c.Tell(m.Member, m.key(), text)
	for _, who := range c.Members(told(c, &m)...) {
		if who != m.Member {
			c.Tell(who, m.key(), text)
		}
	}
	return nil
}

// listMandates shows the mandates that run.
func listMandates(c *bot.Ctx, _ nothing) (bot.Reply, error) {
	var lines []bot.Text
	for _, m := range running(c, 0) {
		lines = append(lines, bot.T("mandate.bullet", "line", m.line(c)))
	}
	if len(lines) == 0 {
		return bot.Say("mandate.list-none", "new", bot.CommandText("mandate new")), nil
	}
	return bot.Reply{Text: bot.Lines(append([]bot.Text{bot.T("mandate.list", "count", len(lines))}, lines...)...)}, nil
}

type passArgs struct {
	Number int          `opt:"number"`
	Who    bot.MemberID `opt:"who"`
	Until  time.Time    `opt:"until,optional"`
}

// passMandate hands a mandate over to another member, and tells both what goes with it.
func passMandate(c *bot.Ctx, in passArgs) (bot.Reply, error) {
	m, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	next := Mandate{Kind: m.Kind, Member: in.Who, Until: in.Until}
	if err := begin(c, &next); err != nil {
		return bot.Reply{}, err
	}
	finish(c, m, next.Number)
	lines := []bot.Text{bot.T("mandate.handover", "mandate", m.name(c), "from", m.Member, "to", next.Member)}
	if k := kindOf(c.Charter, m.Kind); k != nil && !k.Handover.IsZero() {
		lines = append(lines, bot.Named(k.Handover))
	}
	for _, who := range []bot.MemberID{m.Member, next.Member} {
		c.Send(bot.Post{To: who, Text: bot.Lines(lines...)})
	}
	return bot.Say("mandate.passed", "number", m.Number, "mandate", m.name(c), "to", next.Member, "next", next.Number, "until", bot.Date(next.Until)), nil
}

type endMandateArgs struct {
	Number int    `opt:"number"`
	Reason string `opt:"reason,optional,rest,long"`
}

// endMandate ends a mandate that nobody takes over.
func endMandate(c *bot.Ctx, in endMandateArgs) (bot.Reply, error) {
	m, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	finish(c, m, 0)
	text := bot.T("mandate.told-ended", "who", c.Caller.ID, "mandate", m.name(c), "member", m.Member)
	if in.Reason != "" {
		text = bot.Words(text, bot.T("membership.reason", "reason", in.Reason))
	}
	c.Tell(m.Member, m.key(), text)
	tellDeciding(c, m.key(), text, told(c, m)...)
	return bot.Say("mandate.did-end", "number", m.Number, "mandate", m.name(c), "who", m.Member), nil
}

// finish ends a mandate and what it gave.
func finish(c *bot.Ctx, m *Mandate, next uint64) {
	m.Ended, m.Next = c.Now, next
	mandates.Put(c.Tx, store.K(m.Number), *m)
	c.Record(bot.Entry{What: "mandate end", Subject: m.key(), Rule: "membership/" + m.Kind})
	c.Cancel(mandateJob + "/" + strconv.FormatUint(m.Number, 10))
	if k := kindOf(c.Charter, m.Kind); k != nil {
		for _, r := range k.Reminders {
			c.Cancel(mandateJob + "/" + strconv.FormatUint(m.Number, 10) + "/" + r.String())
		}
		takeOut(c, m.Member, k.Group)
	}
}
