package votes

import (
	"embed"
	"fmt"
	"strconv"
	"strings"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var examples embed.FS

// Feature is votes: their commands, cards, jobs and words.
//
// Records name members by number alone. When a member asks to be forgotten,
// their ballots in votes that are over stay counted under that number, and so do
// those in running votes whose roll is frozen; from running votes with an open
// roll they are withdrawn, for whoever comes back is a new member there.
func Feature() bot.Feature {
	return bot.Feature{
		Name:   "votes",
		Locale: locale,
		Commands: []*bot.Command{
			bot.Cmd("vote new", newVote),
			bot.Cmd("vote questions", newPaper),
			bot.Cmd("vote list", list, bot.Reads),
			bot.Cmd("vote show", showVote, bot.Reads, bot.Shortcut),
			bot.Cmd("vote cast", castVote, bot.ShortcutMore),
			bot.Cmd("vote answer", answerPaper),
			bot.Cmd("vote withdraw", withdraw),
			bot.Cmd("vote ballots", listBallots, bot.Reads),
			bot.Cmd("vote roll", showRoll, bot.Reads),
			bot.Cmd("vote proxy", giveProxy),
			bot.Cmd("vote revoke", revoke),
			bot.Cmd("vote receipt", showReceipt, bot.Free, bot.Reads),
			bot.Cmd("vote close", closeByHand, bot.Owned(author)),
			bot.Cmd("vote extend", extend, bot.Owned(author)),
			bot.Cmd("vote edit", edit, bot.Owned(author)),
			bot.Cmd("vote cancel", cancelByHand, bot.Owned(author)),
			bot.Cmd("vote present", present, bot.Owned(author)),
			bot.Cmd("vote decide", decide),
			bot.Cmd("vote reconvene", reconvene, bot.Owned(author)),
			bot.Cmd("vote secret", askSecret),
			bot.Cmd("vote start", start, bot.Owned(author)),
		},
		Choices: map[string]bot.Completer{
			"vote-rules":   ruleChoices,
			"vote-methods": methodChoices,
			"vote-lists":   listChoices,
			"vote-choices": ballotChoices,
			"vote-tied":    tiedChoices,
			"votes-missed": missedChoices,
			"vote-voices":  forChoices,
			"votes-open":   func(c *bot.Ctx, _ map[string]string) []bot.Choice { return voteChoices(c, Open, Waiting) },
			"votes": func(c *bot.Ctx, _ map[string]string) []bot.Choice {
				return voteChoices(c, Open, Waiting, Closed, Cancelled)
			},
		},
		Cards:     map[string]bot.CardFunc{"vote": card, "paper": paperCard},
		Documents: map[string]bot.DocumentFunc{"vote-chart": chart, "vote-proof": proofFile},
		Jobs:      map[string]bot.JobFunc{openJob: openDue, closeJob: closeDue, remindJob: remind},
		On:        []bot.Listener{bot.On(wanted), bot.On(unwanted), bot.On(linked), bot.On(describe), bot.On(count), bot.On(activity), bot.On(departed), bot.On(attendance)},
		Adopt:     func(c *bot.Ctx) error { votes.Reindex(c.Tx); return nil },
		Mine:      mine,
		Waiting:   waits,
		Keys:      keys,
		Export:    export,
		Personal:  personal,
		Erase:     erase,
		Verify:    verify,
		Examples:  examples,
	}
}

// author finds whom a vote belongs to.
func author(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	v, ok := numbered(c, args)
	return v.Author, ok && v.Author != 0
}

// numbered finds the vote that raw arguments name.
func numbered(c *bot.Ctx, args map[string]string) (Vote, bool) {
	raw := args["number"]
	at := strings.LastIndexFunc(raw, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.ParseUint(raw[at+1:], 10, 64)
	if err != nil {
		return Vote{}, false
	}
	return votes.Get(c.Tx, voteID(n))
}

func ruleChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, r := range c.Charter.Votes.Rules {
		all = append(all, bot.Choice{Value: r.ID, Label: ruleName(r)})
	}
	return all
}

func methodChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, m := range methods {
		all = append(all, bot.Choice{Value: string(m), Label: bot.T("vote.method-" + string(m))})
	}
	return all
}

func listChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, l := range []string{"open", "mine", "closed", "all"} {
		all = append(all, bot.Choice{Value: l, Label: bot.T("vote.list-" + l)})
	}
	return all
}

// ballotChoices lists the answers of the vote named so far.
func ballotChoices(c *bot.Ctx, args map[string]string) []bot.Choice {
	v, ok := numbered(c, args)
	if !ok {
		return nil
	}
	return v.values()
}

// maxSuggested is how many votes a completion offers, the newest.
const maxSuggested = 25

func voteChoices(c *bot.Ctx, states ...State) []bot.Choice {
	var all []bot.Choice
	for _, s := range states {
		for id := range votes.ByDown(c.Tx, "state", stateKey(s)) {
			if len(all) == maxSuggested {
				return all
			}
			if v, ok := votes.Get(c.Tx, id); ok {
				all = append(all, bot.Choice{
					Value: fmt.Sprint(v.Number), Label: bot.T("vote.suggested", "number", v.Number, "title", v.Title),
				})
			}
		}
	}
	return all
}
