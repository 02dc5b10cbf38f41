// Package funding is the feature by which what a community wants is paid for:
// who promises how much, how a cost is shared, whose turn it is to pay, and what
// is left of the year's envelopes. It counts promises; it handles no payment.
//
// A funding is opened on a request, in a way of the charter of which it keeps a
// copy. It knows of requests only what bot.SubjectAsked answers, tells them how it
// ended with bot.FundingSettled, and asks for the votes that spend an envelope
// with bot.VoteWanted. When a request is given up (bot.RequestClosed), so is the
// funding that is open on it: nobody owes anything, and whoever promised is told.
//
//	types.go      what the register keeps
//	open.go       opening a funding
//	pledge.go     promising, changing a promise, taking it back
//	shares.go     who pays how much; the target reached or not
//	settle.go     the end of a funding and what follows
//	turns.go      whose turn it is
//	envelopes.go  the pot: asked, decided, committed, left
//	jobs.go       the end, reminders, turns that nobody took
//	commands.go   what members can ask for; read.go shows it
//	owed.go       what each owes, as a table
//	cards.go      how a funding looks; describe.go says the charter in words
//	records.go    /me, digests, exports and verification
package funding

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is funding, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "funding",
		Locale:   locale,
		Examples: conversations,
		Commands: commands(),
		Choices:  map[string]bot.Completer{"ways": wayChoices, "fundings": openChoices, "fund-decisions": decisionChoices, "rotations": rotationChoices},
		Cards:    map[string]bot.CardFunc{"funding": drawCard},
		Jobs:     map[string]bot.JobFunc{dueJob: due, remindJob: remind, turnJob: unanswered},
		Missed:   map[string]bot.MissedFunc{remindJob: forget},
		On:       []bot.Listener{bot.On(voteOpened), bot.On(voteSettled), bot.On(requestClosed), bot.On(linked), bot.On(describe), bot.On(count)},
		Needs:    map[string]bot.NeedFunc{"funding": funded},
		Adopt:    func(c *bot.Ctx) error { fundings.Reindex(c.Tx); return nil },
		Mine:     mine,
		Waiting:  waits,
		Export:   export,
		Personal: personal,
		Erase:    erase,
		Keys: func(c *bot.Ctx, yield func(key string)) {
			for _, f := range fundings.Prefix(c.Tx, nil) {
				yield(f.key())
			}
		},
		Verify: verify,
	}
}
