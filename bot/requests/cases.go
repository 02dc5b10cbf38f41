package requests

import (
	"time"

	"greffier/bot"
	"greffier/store"
)

// useCase is what somebody would do with what a request asks for, kept under the
// request's number and theirs: one for each member, whoever made the request.
type useCase struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

var cases = store.NewTable("request-case",
	store.Index[useCase]{Name: "member", Keys: func(id []byte, _ useCase) [][]byte {
		_, member := pair(id)
		return [][]byte{store.K(member)}
	}},
)

// shownCases is how many use cases a request shows, the first ones.
const shownCases = 8

type caseArgs struct {
	numbered
	Text string `opt:"text,rest,long"`
}

// addCase attaches the caller's use case to a request, in place of the one they had
// there, and counts them among those who want it.
func addCase(c *bot.Ctx, in caseArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	id := store.K(r.Number, uint64(c.Caller.ID))
	_, again := cases.Get(c.Tx, id)
	cases.Put(c.Tx, id, useCase{At: c.Now, Text: in.Text})
	old := r.clone()
	if r.Author != c.Caller.ID && !supported(c, r, c.Caller.ID) {
		supports.Put(c.Tx, id, support{At: c.Now})
		r.Supporters++
	}
	save(c, &old, r)
	c.Record(bot.Entry{Subject: r.key()})
	if !again {
		tell(c, r, bot.T("request.told-case", "number", r.Number, "title", r.Title, "who", c.Caller.ID, "text", shorten(oneLine(in.Text), 200)))
	}
	key := "request.case-added"
	if again {
		key = "request.case-changed"
	}
	return bot.Reply{Text: bot.Words(bot.T(key, "number", r.Number, "title", r.Title), together(c, r)), Buttons: matchButtons(c, r)}, nil
}

// casesText shows the first use cases.
func casesText(c *bot.Ctx, r *Request) bot.Text {
	var said []bot.Text
	n := 0
	for id, u := range cases.Prefix(c.Tx, store.K(r.Number)) {
		if n++; n > shownCases {
			continue
		}
		_, who := pair(id)
		said = append(said, bot.T("request.case", "who", bot.MemberID(who), "at", bot.Date(u.At), "text", u.Text))
	}
	if n > shownCases {
		said = append(said, bot.T("request.cases-more", "count", n-shownCases))
	}
	return bot.Lines(said...)
}
