package requests

import (
	"fmt"
	"maps"
	"slices"

	"greffier/bot"
	"greffier/store"
)

type withdrawArgs struct {
	numbered
	Reason string `opt:"reason,optional,rest,long"`
	Sure   bool   `opt:"sure,hidden"`
}

// withdraw closes a request that its author no longer wants.
func withdraw(c *bot.Ctx, in withdrawArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := refuseVoting(r); err != nil {
		return bot.Reply{}, err
	}
	if !in.Sure {
		sure := bot.T("request.withdraw-sure", "number", r.Number, "title", r.Title)
		if r.Supporters > 0 {
			sure = bot.Words(sure, bot.T("request.withdraw-supported", "count", r.Supporters))
		}
		return c.Ask(sure, "request.button-withdraw"), nil
	}
	old := r.clone()
	r.State = Withdrawn
	save(c, &old, r)
	said := bot.T("request.moved-withdraw", "number", r.Number, "title", r.Title, "who", c.Caller.ID)
	data := map[string]string{}
	if in.Reason != "" {
		data["reason"] = in.Reason
		said = bot.Words(said, bot.T("request.reason", "reason", in.Reason))
	}
	c.Record(bot.Entry{Subject: r.key(), Data: data})
	announce(c, r, said)
	tell(c, r, said)
	c.Cancel(lateKey(r))
	if err := onAgenda(c, &old, r); err != nil {
		return bot.Reply{}, err
	}
	if err := c.Signal(bot.RequestClosed{Subject: r.key(), Kind: r.Kind, Title: r.Title, Author: r.Author, Withdrawn: true}); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("request.withdrawn", "number", r.Number, "title", r.Title), nil
}

type mergeArgs struct {
	numbered
	Into int  `opt:"into"`
	Sure bool `opt:"sure,hidden"`
}

// merge makes one request part of another that asks for the same thing.
func merge(c *bot.Ctx, in mergeArgs) (bot.Reply, error) {
	if in.Number == in.Into {
		return bot.Reply{}, bot.BadOption("into", "request.merge-itself", "number", in.Number)
	}
	from, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	into, err := findOpen(c, in.Into)
	if err != nil {
		return bot.Reply{}, err
	}
	if err := refuseVoting(from); err != nil {
		return bot.Reply{}, err
	}
	if !in.Sure {
		return c.Ask(bot.T("request.merge-sure", "number", from.Number, "title", from.Title, "into", into.Number, "other", into.Title), "request.button-merge"), nil
	}
	said := bot.T("request.moved-merge", "number", from.Number, "title", from.Title, "into", into.Number, "other", into.Title, "who", c.Caller.ID)
	people := append([]bot.MemberID{from.Author}, supportersOf(c, from)...)
	c.Record(bot.Entry{Subject: from.key(), Data: map[string]string{"into": into.key()}})
	c.MoveHistory(from.key(), into.key())
	old := from.clone()
	joinRequests(c, from, into, people)
	c.Cancel(lateKey(from))
	if err := onAgenda(c, &old, from); err != nil {
		return bot.Reply{}, err
	}
	announce(c, from, said)
	c.Tell(into.Author, into.key(), said)
	for _, who := range people {
		if who != into.Author {
			c.Tell(who, from.key(), said)
		}
	}
	if err := c.Signal(bot.RequestClosed{Subject: from.key(), Kind: from.Kind, Title: from.Title, Author: from.Author, Into: into.key()}); err != nil {
		return bot.Reply{}, err
	}
	return bot.Say("request.merged", "number", from.Number, "title", from.Title, "into", into.Number, "other", into.Title, "count", into.Supporters), nil
}

// joinRequests makes supporters, comments, opinions and links of one request
// those of another. The author of the first becomes a supporter of the second.
func joinRequests(c *bot.Ctx, from, into *Request, people []bot.MemberID) {
	oldFrom, oldInto := from.clone(), into.clone()
	for _, who := range people {
		supports.Delete(c.Tx, store.K(from.Number, uint64(who)))
		if who != into.Author && !supported(c, into, who) {
			supports.Put(c.Tx, store.K(into.Number, uint64(who)), support{At: c.Now})
			into.Supporters++
		}
	}
	said := collect(c, from)
	for _, id := range slices.Sorted(maps.Keys(said)) {
		m := said[id]
		comments.Delete(c.Tx, store.K(from.Number, id))
		if m.From == 0 {
			m.From = from.Number
		}
		comments.Put(c.Tx, store.K(into.Number, id), m)
		into.Comments++
	}
	moved := map[string][]byte{}
	for id := range cases.Prefix(c.Tx, store.K(from.Number)) {
		_, who := pair(id)
		moved[string(id)] = store.K(into.Number, who)
	}
	for id := range consents.Prefix(c.Tx, store.K(from.Number)) {
		_, who := pair(id)
		moved[string(id)] = store.K(into.Number, who)
	}
	moveMatches(c, moved)
	advice := opinionsOf(c, from)
	for _, group := range slices.Sorted(maps.Keys(advice)) {
		opinions.Delete(c.Tx, store.K(from.Number, group))
		if id := store.K(into.Number, group); !opinions.Has(c.Tx, id) {
			opinions.Put(c.Tx, id, advice[group])
		}
	}
	for _, l := range from.Trackers {
		if !slices.Contains(into.Trackers, l) {
			into.Trackers = append(into.Trackers, l)
		}
	}
	if into.Assignee == 0 {
		into.Assignee = from.Assignee
	}
	from.State, from.Into, from.Supporters, from.Comments = Merged, into.Number, 0, 0
	save(c, &oldFrom, from)
	save(c, &oldInto, into)
}

// collect gathers the comments on a request by their number.
func collect(c *bot.Ctx, r *Request) map[uint64]comment {
	all := map[uint64]comment{}
	for id, m := range comments.Prefix(c.Tx, store.K(r.Number)) {
		_, n := pair(id)
		all[n] = m
	}
	return all
}

func memberKey(id bot.MemberID) string { return fmt.Sprintf("member/%d", id) }
