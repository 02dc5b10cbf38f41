package requests

import (
	"cmp"
	"slices"
	"strconv"

	"greffier/bot"
	"greffier/store"
)

// pageSize is how many requests a page of a list shows.
const pageSize = 10

// searchMost is how many requests a search looks at; beyond, it says "at least".
const searchMost = 10_000

type listArgs struct {
	Text  string `opt:"text,optional,rest" max:"100"`
	Stage string `opt:"stage,optional" choices:"stages"`
	Kind  string `opt:"kind,optional" choices:"kinds"`
	Group string `opt:"group,optional" choices:"groups"`
	State string `opt:"state,optional" choices:"states"`
	Mine  bool   `opt:"mine"`
	Page  int    `opt:"page,optional" max:"100000"`
}

// list shows requests, newest first: the open ones unless something else is
// asked for.
func list(c *bot.Ctx, in listArgs) (bot.Reply, error) {
	for _, word := range []string{"mine", "miennes", "moi"} { // as people type it
		if sameWord(in.Text, word) {
			in.Text, in.Mine = "", true
		}
	}
	f := listFilter(c, in)
	skip := (max(in.Page, 1) - 1) * pageSize
	found := browse{page: max(in.Page, 1)}
	switch {
	case in.Text != "" || in.Mine:
		numbers := candidates(c, in, &found)
		numbers = f.among(c.Tx, numbers)
		found.total = len(numbers)
		found.numbers = window(numbers, skip)
	default:
		found.numbers, found.total = f.page(c.Tx, skip, pageSize)
	}
	return found.reply(c)
}

// listFilter is what the options of a list leave.
func listFilter(c *bot.Ctx, in listArgs) filter {
	f := filter{{"all"}}
	switch {
	case in.State == everyState:
	case in.State != "":
		f[0] = []string{stateSet(State(in.State))}
	case in.Stage != "":
		f[0] = []string{stateSet(Open), stateSet(Done)}
	case !in.Mine:
		f[0] = []string{stateSet(Open)}
	}
	if in.Stage != "" {
		f = append(f, []string{"stage " + in.Stage})
	}
	if in.Kind != "" {
		f = append(f, []string{"kind " + in.Kind})
	}
	if in.Group != "" {
		kinds := []string{}
		for _, k := range c.Charter.Requests.Kinds {
			if k.Group == in.Group {
				kinds = append(kinds, "kind "+k.ID)
			}
		}
		team := "team " + in.Group // what was handed over belongs to whoever has it now
		f = append(f, append(kinds, team), []string{"!" + handedSet, team})
	}
	return f
}

// candidates lists the caller's requests, or those with a text, newest first.
func candidates(c *bot.Ctx, in listArgs, found *browse) []uint64 {
	var own, texts []uint64
	if in.Mine {
		for id := range requests.ByDown(c.Tx, "author", store.K(uint64(c.Caller.ID))) {
			own = append(own, numberOf(id))
		}
		if in.Text == "" {
			return own
		}
	}
	hits := words.Search(c.Tx, in.Text, searchMost)
	found.more = len(hits) == searchMost
	for _, hit := range hits {
		texts = append(texts, hit.ID)
	}
	slices.SortFunc(texts, func(a, b uint64) int { return cmp.Compare(b, a) })
	if !in.Mine {
		return texts
	}
	both := make(map[uint64]bool, len(own))
	for _, n := range own {
		both[n] = true
	}
	return slices.DeleteFunc(texts, func(n uint64) bool { return !both[n] })
}

// window is the page of a list that begins after skip.
func window(numbers []uint64, skip int) []uint64 {
	if skip >= len(numbers) {
		return nil
	}
	return numbers[skip:min(skip+pageSize, len(numbers))]
}

type searchArgs struct {
	Text string `opt:"text,rest" max:"100"`
	Page int    `opt:"page,optional" max:"100000"`
}

// search finds requests of any state by their words, best first.
func search(c *bot.Ctx, in searchArgs) (bot.Reply, error) {
	hits := words.Search(c.Tx, in.Text, searchMost)
	found := browse{page: max(in.Page, 1), total: len(hits), more: len(hits) == searchMost, text: in.Text}
	numbers := make([]uint64, len(hits))
	for i, hit := range hits {
		numbers[i] = hit.ID
	}
	found.numbers = window(numbers, (found.page-1)*pageSize)
	return found.reply(c)
}

// browse is a page of requests.
type browse struct {
	numbers []uint64
	page    int
	total   int
	// more says that there are more than total.
	more bool
	// text is what was searched for.
	text string
}

// reply draws a page with buttons to the one before and the one after.
func (b browse) reply(c *bot.Ctx) (bot.Reply, error) {
	last := max(1, (b.total+pageSize-1)/pageSize)
	switch {
	case b.total == 0 && b.text != "":
		return bot.Say("request.search-none", "text", b.text, "list", bot.CommandText("request list")), nil
	case b.total == 0:
		return bot.Say("request.list-none", "new", bot.CommandText("request new"), "list", bot.CommandText("request list")), nil
	case b.page > last:
		return bot.Reply{}, bot.BadOption("page", "request.page-none", "page", b.page, "count", last)
	}
	first := (b.page-1)*pageSize + 1
	key := "request.list-title"
	if b.more {
		key = "request.list-title-more"
	}
	lines := []bot.Text{bot.T(key, "first", first, "last", first+len(b.numbers)-1, "count", b.total)}
	for _, n := range b.numbers {
		if r, ok := requests.Get(c.Tx, store.K(n)); ok {
			lines = append(lines, line(c, &r))
		}
	}
	var buttons []bot.Button
	turn := func(key string, page int) {
		buttons = append(buttons, bot.Button{Label: bot.T(key), Call: c.Call.With("page", strconv.Itoa(page))})
	}
	if b.page > 1 {
		turn("request.button-previous", b.page-1)
	}
	if b.page < last {
		turn("request.button-next", b.page+1)
	}
	return bot.Reply{Text: bot.Lines(lines...), Buttons: buttons}, nil
}

// line is a request in a list.
func line(c *bot.Ctx, r *Request) bot.Text {
	where := stageName(c.Charter, r)
	if r.State != Open && r.State != Done {
		where = stateText(r.State)
	}
	return bot.T("request.line", "number", r.Number, "title", r.Title, "kind", kindName(c.Charter, r.Kind), "stage", where, "count", r.Supporters)
}

// show shows a request with everything the register has about it.
func show(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	card := fullCard(c, r)
	return bot.Reply{Card: &card}, nil
}

// history tells who did what to a request, when, and under which rule.
func history(c *bot.Ctx, in numbered) (bot.Reply, error) {
	r, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	lines := []bot.Text{bot.T("request.history-title", "number", r.Number, "title", r.Title)}
	entries := c.History(r.key())
	for _, e := range entries[max(0, len(entries)-historyShown):] {
		lines = append(lines, historyLine(c, r, e))
	}
	if more := len(entries) - historyShown; more > 0 {
		lines = slices.Insert(lines, 1, bot.T("request.history-more", "count", more))
	}
	return bot.Reply{Text: bot.Lines(lines...)}, nil
}
