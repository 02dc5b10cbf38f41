package meetings

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// A paper is what minutes say, in the order in which they say it, with no form
// yet: markdown.go and pdf.go give it one.
type paper struct {
	title, status bot.Text
	blocks        []block
	// signers sign at the end, each with what they are.
	signers []signer
}

// block is a piece of a paper: a heading, paragraphs, a list or a table.
type block struct {
	heading bot.Text
	// level of the heading: 1 is a part, 2 an item.
	level int
	lines []bot.Text
	list  []bot.Text
	head  []bot.Text
	rows  [][]bot.Text
}

type signer struct{ as, name bot.Text }

// minutesTitle is how the minutes of a meeting are called, and how final they are.
func minutesTitle(m *Meeting) (title, status bot.Text) {
	title, status = bot.T("minutes.title", "title", m.Title), bot.T("minutes.draft")
	if !m.Approved.IsZero() {
		status = bot.T("minutes.approved", "at", bot.Date(m.Approved), "who", m.ApprovedBy)
	}
	return title, status
}

// minutesOf writes the minutes of a meeting from its records.
func minutesOf(c *bot.Ctx, m *Meeting) paper {
	var p paper
	p.title, p.status = minutesTitle(m)
	p.blocks = append(p.blocks, block{lines: minutesHead(c, m)})
	p.blocks = append(p.blocks, sheet(c, m)...)
	p.blocks = append(p.blocks, minutesAgenda(c, m)...)
	if list := decisionsIn(c, m); len(list) > 0 {
		p.blocks = append(p.blocks, block{heading: bot.T("minutes.decisions"), level: 1, list: list})
	}
	if words := roundTable(c, m); len(words) > 0 {
		p.blocks = append(p.blocks, block{heading: bot.T("minutes.round"), level: 1, list: words})
	}
	p.blocks = append(p.blocks, minutesActions(c, m)...)
	if m.Remarks != "" {
		p.blocks = append(p.blocks, block{heading: bot.T("minutes.remarks"), level: 1, lines: typed(m.Remarks)})
	}
	if !m.Ended.IsZero() && !m.After {
		p.blocks = append(p.blocks, block{lines: []bot.Text{bot.T("minutes.ended", "at", bot.Hour(m.Ended))}})
	}
	if m.Host != 0 {
		p.signers = append(p.signers, signer{bot.T("minutes.chair"), bot.T("meeting.name", "who", m.Host)})
	}
	if m.Secretary != 0 {
		p.signers = append(p.signers, signer{bot.T("minutes.secretary"), bot.T("meeting.name", "who", m.Secretary)})
	}
	return p
}

// typed cuts what somebody typed into its lines.
func typed(text string) []bot.Text {
	var lines []bot.Text
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, bot.Typed(line))
		}
	}
	return lines
}

func minutesHead(c *bot.Ctx, m *Meeting) []bot.Text {
	lines := []bot.Text{
		bot.T("minutes.opened", "community", c.Charter.Community.Name, "at", m.Started),
		whereText(m),
	}
	if m.Host != 0 {
		lines = append(lines, bot.T("minutes.chair-line", "who", m.Host))
	}
	if m.Secretary != 0 {
		lines = append(lines, bot.T("minutes.secretary-line", "who", m.Secretary))
	}
	if !m.Convened.IsZero() {
		lines = append(lines, bot.T("minutes.convened", "at", bot.Date(m.Convened)))
	}
	return slices.DeleteFunc(lines, func(t bot.Text) bool { return t.IsZero() })
}

// sheet is the attendance sheet: who was there and when, who was represented, who
// was not. Where everybody was invited, those who stayed away are not listed.
func sheet(c *bot.Ctx, m *Meeting) []block {
	type line struct {
		name string
		row  []bot.Text
	}
	var lines []line
	for who, a := range everyAttendance(c, m) {
		if !a.present() && a.Answer != Represented && !a.Invited {
			continue
		}
		state := a.sheetText(m)
		as := bot.T("minutes.voice-full")
		if _, advisory := invited(c, m, who); advisory {
			as = bot.T("minutes.voice-advisory")
		}
		member, _ := c.Member(who)
		lines = append(lines, line{strings.ToLower(member.Name), []bot.Text{bot.T("meeting.name", "who", who), as, state}})
	}
	if len(lines) == 0 {
		return nil
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.name, b.name) })
	b := block{
		heading: bot.T("minutes.attendance"), level: 1,
		lines: []bot.Text{attendanceCounts(c, m)},
		head:  []bot.Text{bot.T("minutes.column-name"), bot.T("minutes.column-voice"), bot.T("minutes.column-presence")},
	}
	for _, l := range lines {
		b.rows = append(b.rows, l.row)
	}
	return []block{b}
}

// onTime is how long after the opening one is not late yet.
const onTime = 5 * time.Minute

// sheetText says how a member took part.
func (a *Attendance) sheetText(m *Meeting) bot.Text {
	late := a.Arrived.Sub(m.Started) > onTime
	switch {
	case a.present() && late && !a.Left.IsZero():
		return bot.T("minutes.present-between", "arrived", bot.Hour(a.Arrived), "left", bot.Hour(a.Left))
	case a.present() && late:
		return bot.T("minutes.present-late", "arrived", bot.Hour(a.Arrived))
	case a.present() && !a.Left.IsZero():
		return bot.T("minutes.present-left", "left", bot.Hour(a.Left))
	case a.present():
		return bot.T("minutes.present")
	case a.Answer == Represented:
		return bot.T("minutes.represented", "by", a.Proxy)
	case a.Answer == No:
		return bot.T("minutes.excused")
	}
	return bot.T("minutes.absent")
}

func minutesAgenda(c *bot.Ctx, m *Meeting) []block {
	all := agendaOf(c, m)
	if len(all) == 0 {
		return nil
	}
	list := make([]bot.Text, 0, len(all))
	blocks := []block{{heading: bot.T("minutes.agenda"), level: 1}}
	var treated []block
	for i, it := range all {
		list = append(list, bot.T("minutes.item", "rank", i+1, "item", it.Title))
		b := block{heading: bot.T("minutes.item", "rank", i+1, "item", it.Title), level: 2, lines: typed(it.Notes)}
		for _, n := range it.Decisions {
			if d, ok := bot.Decisions.Get(c.Tx, store.K(n)); ok {
				b.list = append(b.list, bot.T("minutes.decision", "number", n, "outcome", d.Outcome))
			}
		}
		for _, a := range actionsOf(c, m) {
			if a.Item == it.Number {
				b.list = append(b.list, bot.T("minutes.action", "title", a.Title, "owner", a.First, "due", bot.Date(a.Due)))
			}
		}
		if len(b.lines)+len(b.list) == 0 {
			b.lines = []bot.Text{it.fate()}
		}
		treated = append(treated, b)
	}
	blocks[0].lines = list
	return append(append(blocks, block{heading: bot.T("minutes.debates"), level: 1}), treated...)
}

// fate says what became of an item of which nothing was written.
func (it *Item) fate() bot.Text {
	switch {
	case it.Treated:
		return bot.T("minutes.treated")
	case it.To != 0:
		return bot.T("minutes.carried", "to", it.To)
	}
	return bot.T("minutes.untreated")
}

// decisionsIn lists what was decided in the meeting, and by the votes of those
// invited while it was in session.
func decisionsIn(c *bot.Ctx, m *Meeting) []bot.Text {
	if m.Started.IsZero() {
		return nil
	}
	until := m.Ended
	if until.IsZero() {
		until = c.Now
	}
	var list []bot.Text
	for n := range c.DecidedBetween(m.Started, until.Add(time.Nanosecond), "") {
		d, ok := bot.Decisions.Get(c.Tx, store.K(n))
		theirs := d.By != "" && !m.After && (m.open() || slices.Contains(m.Groups, d.Group))
		if !ok || d.By != m.key() && !theirs {
			continue
		}
		text := bot.T("minutes.decision-line", "number", n, "title", d.Title, "outcome", d.Outcome)
		if d.By != m.key() && !d.Why.IsZero() {
			text = bot.T("minutes.decision-why", "decision", text, "why", d.Why)
		}
		list = append(list, text)
	}
	return list
}

// roundTable lists what each said.
func roundTable(c *bot.Ctx, m *Meeting) []bot.Text {
	var list []bot.Text
	for who, a := range everyAttendance(c, m) {
		if a.Word != "" {
			list = append(list, bot.T("minutes.word", "who", who, "text", a.Word))
		}
	}
	return list
}

func minutesActions(c *bot.Ctx, m *Meeting) []block {
	b := block{
		heading: bot.T("minutes.actions"), level: 1,
		head: []bot.Text{bot.T("minutes.column-action"), bot.T("minutes.column-owner"), bot.T("minutes.column-due")},
	}
	for _, a := range actionsOf(c, m) {
		b.rows = append(b.rows, []bot.Text{bot.Typed(a.Title), bot.T("meeting.name", "who", a.First), bot.T("minutes.date", "at", bot.Date(a.Due))})
	}
	if len(b.rows) == 0 {
		return nil
	}
	return []block{b}
}

// sealed is what minutes say, for the digest that approving them seals: numbers
// of people and not their names, and nothing of what becomes of actions later.
type sealed struct {
	Title, Where, Link, Remarks string
	Started, Ended              time.Time
	Host, Secretary             bot.MemberID
	Items                       []Item
	Attendance                  map[string]Attendance
	Actions                     []string
}

// digest is the SHA-256 of what the minutes of a meeting say.
func digest(c *bot.Ctx, m *Meeting) string {
	s := sealed{m.Title, m.Where, m.Link, m.Remarks, m.Started, m.Ended, m.Host, m.Secretary, nil, map[string]Attendance{}, nil}
	for _, it := range agendaOf(c, m) {
		it.To = 0 // may be carried over after the approval
		s.Items = append(s.Items, it)
	}
	for who, a := range everyAttendance(c, m) {
		s.Attendance[fmt.Sprint(uint64(who))] = a
	}
	for _, a := range actionsOf(c, m) {
		s.Actions = append(s.Actions, fmt.Sprintf("%d %d %s", a.Number, a.First, a.Title))
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(store.Fault{Err: err})
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// seal notes in the journal what the approved minutes say, as nobody's doing: it
// holds no word of anybody's, and stays when who approved is forgotten.
func seal(c *bot.Ctx, m *Meeting) {
	m.Seal = digest(c, m)
	_ = c.Itself(func() error {
		m.Entry = c.Record(bot.Entry{What: "meeting seal", Subject: m.key(), Data: map[string]string{"sha256": m.Seal}, Quiet: true})
		return nil
	})
	put(c, m)
}
