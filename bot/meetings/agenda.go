package meetings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

type proposeArgs struct {
	Number int    `opt:"number" suggest:"meetings"`
	Title  string `opt:"title,rest" max:"150"`
}

// propose adds an item to the agenda of a meeting to come, or in session.
func propose(c *bot.Ctx, in proposeArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling, Planned, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	if ok, _ := invited(c, m, c.Caller.ID); !ok && !keeps(c, m) {
		return bot.Reply{}, bot.Refuse("meeting.not-invited", "number", m.Number, "title", m.Title, "groups", groupsText(c, m))
	}
	it := addItem(c, m, Item{Title: in.Title, By: c.Caller.ID})
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"item": it.Title}})
	c.Tell(m.Host, m.key(), bot.T("meeting.told-proposed", "who", c.Caller.ID, "item", it.Title, "number", m.Number, "title", m.Title, "order", bot.CommandText("meeting order")))
	lines := []bot.Text{bot.T("meeting.proposed", "item", it.Title, "rank", it.Rank, "number", m.Number, "title", m.Title)}
	if it.Late && m.State == Planned {
		lines = append(lines, bot.T("meeting.proposed-late", "convened", m.Convened))
	}
	return bot.Reply{Text: bot.Lines(lines...), Buttons: []bot.Button{{Label: bot.T("meeting.button-show"), Call: call("meeting show", m.Number)}}}, nil
}

type orderArgs struct {
	Number int      `opt:"number" suggest:"meetings"`
	Items  []string `opt:"items,rest"`
}

// order puts the named items first, in that order; the others follow as they were.
func order(c *bot.Ctx, in orderArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling, Planned, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	all := agendaOf(c, m)
	var sorted []Item
	for _, raw := range in.Items {
		for part := range strings.FieldsSeq(raw) {
			n, convErr := strconv.Atoi(strings.Trim(part, ".°nº#"))
			if convErr != nil {
				return bot.Reply{}, bot.BadOption("items", "meeting.bad-order", "text", part)
			}
			it, err := itemAt(c, m, n)
			if err != nil {
				return bot.Reply{}, err
			}
			if !slices.ContainsFunc(sorted, func(o Item) bool { return o.Number == it.Number }) {
				sorted = append(sorted, it)
			}
		}
	}
	for _, it := range all {
		if !slices.ContainsFunc(sorted, func(o Item) bool { return o.Number == it.Number }) {
			sorted = append(sorted, it)
		}
	}
	rank(c, sorted)
	c.Redraw(m.key())
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"order": strings.Join(in.Items, ",")}})
	return bot.Reply{Text: bot.Lines(bot.T("meeting.ordered", "number", m.Number, "title", m.Title), agendaText(c, m))}, nil
}

// rank stores items in this order.
func rank(c *bot.Ctx, sorted []Item) {
	for i, it := range sorted {
		if it.Rank != i+1 {
			it.Rank = i + 1
			putItem(c, it)
		}
	}
}

type dropArgs struct {
	Number int `opt:"number" suggest:"meetings"`
	Item   int `opt:"item"`
}

// proposer finds who may take an item off: whoever proposed it, or keeps the meeting.
func proposer(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	if who, ok := keeper(c, args); ok {
		return who, true
	}
	n, _ := argNumber(args["number"])
	place, _ := argNumber(args["item"])
	m, ok := meetings.Get(c.Tx, store.K(n))
	if !ok {
		return 0, false
	}
	it, err := itemAt(c, &m, int(place)) //nolint:gosec // a place in an agenda
	return it.By, err == nil && it.By != 0
}

// drop takes an item off the agenda of a meeting to come.
func drop(c *bot.Ctx, in dropArgs) (bot.Reply, error) {
	m, err := inState(c, in.Number, Polling, Planned, Open)
	if err != nil {
		return bot.Reply{}, err
	}
	it, err := itemAt(c, m, in.Item)
	if err != nil {
		return bot.Reply{}, err
	}
	if it.Treated || it.Notes != "" {
		return bot.Reply{}, bot.BadOption("item", "meeting.item-treated", "item", it.Title)
	}
	items.Delete(c.Tx, store.K(m.Number, it.Number))
	rank(c, agendaOf(c, m))
	c.Redraw(m.key())
	c.Record(bot.Entry{Subject: m.key(), Data: map[string]string{"dropped": it.Title}})
	c.Tell(it.By, m.key(), bot.T("meeting.told-dropped", "who", c.Caller.ID, "item", it.Title, "number", m.Number, "title", m.Title))
	return bot.Say("meeting.dropped", "item", it.Title, "number", m.Number, "title", m.Title), nil
}

// agendaText lists the agenda, an item a line.
func agendaText(c *bot.Ctx, m *Meeting) bot.Text {
	var lines []bot.Text
	for i, it := range agendaOf(c, m) {
		lines = append(lines, bot.T("meeting.item-line", "rank", i+1, "item", it.Title, "more", it.more(m)))
	}
	if len(lines) == 0 {
		return bot.Text{}
	}
	return bot.Lines(lines...)
}

// more says in a few words where an item comes from and what became of it.
func (it *Item) more(m *Meeting) bot.Text {
	var said []bot.Text
	if it.By != 0 {
		said = append(said, bot.T("meeting.item-by", "who", it.By))
	}
	if it.From != 0 {
		said = append(said, bot.T("meeting.item-from", "from", it.From))
	}
	if it.Late {
		said = append(said, bot.T("meeting.item-late"))
	}
	if it.Treated {
		said = append(said, bot.T("meeting.item-treated-mark"))
	} else if m.State == Held && !it.Standing {
		said = append(said, bot.T("meeting.item-untreated"))
	}
	if len(said) == 0 {
		return bot.Text{}
	}
	return bot.T("meeting.item-more", "more", bot.List(said...))
}

// carryFromBefore takes the items that the last meeting of the kind did not treat
// into a meeting that is entered.
func carryFromBefore(c *bot.Ctx, m *Meeting) {
	if before, ok := last(c, m); ok {
		carry(c, &before, m)
	}
}

// carry takes the items that a meeting did not treat over to another, once, and
// returns how many.
func carry(c *bot.Ctx, from, to *Meeting) int {
	n := 0
	for _, it := range agendaOf(c, from) {
		if it.Treated || it.Standing || it.To != 0 || it.Subject != "" {
			continue
		}
		it.To = to.Number
		putItem(c, it)
		addItem(c, to, Item{Title: it.Title, By: it.By, From: from.Number})
		c.Tell(it.By, to.key(), bot.T("meeting.told-carried", "item", it.Title, "from", from.Number, "number", to.Number, "title", to.Title, "starts", whenText(to)))
		n++
	}
	if n > 0 {
		c.Record(bot.Entry{What: "meeting carry", Subject: to.key(), Data: map[string]string{"from": from.key(), "items": fmt.Sprint(n)}})
	}
	return n
}

// next is the first meeting of a kind that is to come after another.
func next(c *bot.Ctx, m *Meeting) (Meeting, bool) {
	if m.Kind == "" {
		return Meeting{}, false
	}
	_, end := store.Prefix(store.K(m.Kind))
	for _, id := range meetings.ByRange(c.Tx, "kind", store.K(m.Kind, m.Starts), end) {
		if other, ok := meetings.Get(c.Tx, id); ok && other.Number != m.Number && other.State == Planned && other.Starts.After(c.Now) {
			return other, true
		}
	}
	return Meeting{}, false
}
