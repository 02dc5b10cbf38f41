package funding

import (
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/store"
)

// commands declares what members can ask for. A funding belongs to whoever opened
// it; a turn, also to a member of the organisation whose turn it is.
func commands() []*bot.Command {
	own := bot.Owned(owner)
	return []*bot.Command{
		bot.Cmd("fund open", open, bot.Asks(askOpen), bot.Owned(author)),
		bot.Cmd("fund list", list, bot.Reads),
		bot.Cmd("fund show", show, bot.Reads, bot.Shortcut, own),
		bot.Cmd("fund pledge", promise, own, bot.Asks(askPledge)),
		bot.Cmd("fund withdraw", withdraw, own),
		bot.Cmd("fund skip", skip, bot.Owned(turnOwner)),
		bot.Cmd("fund decide", decide, own),
		bot.Cmd("fund close", closeNow, own),
		bot.Cmd("fund cancel", cancel, own),
		bot.Cmd("fund commit", commit, own),
		bot.Cmd("fund owed", showOwed, bot.Reads, own),
		bot.Cmd("fund turns", showTurns, bot.Reads),
		bot.Cmd("fund envelopes", envelopes, bot.Reads),
	}
}

// author is whose request is to be paid for.
func author(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	about := bot.SubjectAsked{Subject: "request/" + digits(args["request"])}
	err := c.Signal(&about)
	return about.Author, err == nil && about.Found
}

func owner(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	f, ok := named(c, args)
	return f.By, ok
}

// turnOwner is the caller when it is their organisation's turn, else whoever
// opened the funding.
func turnOwner(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	f, ok := named(c, args)
	if !ok {
		return 0, false
	}
	for _, o := range c.OrganisationsOf(c.Caller.ID) {
		if o.Number == f.Turn {
			return c.Caller.ID, true
		}
	}
	return f.By, true
}

// named is the funding whose number stands in raw arguments.
func named(c *bot.Ctx, args map[string]string) (Funding, bool) {
	n, err := strconv.ParseUint(digits(args["number"]), 10, 63)
	if err != nil {
		return Funding{}, false
	}
	return fundings.Get(c.Tx, store.K(n))
}

// digits takes off a number what people write before it.
func digits(s string) string {
	if _, after, ok := strings.Cut(s, "/"); ok {
		s = after
	}
	return strings.TrimLeft(strings.ToLower(strings.TrimSpace(s)), "#nº°o. ")
}

// call makes a call about one funding, for buttons.
func call(command string, number uint64) bot.Call {
	return bot.Call{Command: command, Args: map[string]string{"number": strconv.FormatUint(number, 10)}}
}

// openChoices lists the fundings that are open, by number.
func openChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, f := range openFundings(c) {
		all = append(all, bot.Choice{Value: strconv.FormatUint(f.Number, 10), Label: bot.T("fund.choice", "number", f.Number, "title", f.Title)})
	}
	return all
}

// openFundings lists those that are open, the first to end first.
func openFundings(c *bot.Ctx) []*Funding {
	var all []*Funding
	for _, id := range fundings.ByRange(c.Tx, "open", nil, nil) {
		if f, ok := fundings.Get(c.Tx, id); ok {
			all = append(all, &f)
		}
	}
	return all
}
