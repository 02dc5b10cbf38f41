// Package requests is the feature by which members ask for something, and by
// which what they asked for is followed from wish to result.
//
// A request is of a kind of the charter, which says who handles it and by which
// path of stages. It leaves a stage because somebody whom the charter names
// moved it, with the opinions it wants being there, or because a vote decided;
// never otherwise. Requests know of votes only what bot.VoteWanted,
// bot.VoteOpened and bot.VoteSettled say, and of money what bot.FundingSettled does.
//
//	types.go      what the register keeps
//	sets.go       which requests have a state, stage or kind, as bitmaps
//	rules.go      stages: who moves what where, and what is missing before
//	gates.go      what a stage wants before it is passed, and the meetings where it is
//	late.go       who is told that a request stays at its stage for too long
//	teams.go      who holds a request: handed over, called upon, blocked
//	moves.go      a request changes its stage or is closed
//	votes.go      what votes wanted by a stage do
//	funding.go    what the funding of a request does
//	cases.go      use cases that several members bring
//	match.go      those who want the same are introduced, if they agree
//	similar.go    requests that resemble one another
//	commands*.go  what members can ask for
//	waiting.go    what waits, for digests
//	cards.go      how a request looks
//	describe.go   the charter in words, and what is counted
//	records.go    /me, exports, erasure and verification
package requests

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is requests, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "requests",
		Locale:   locale,
		Examples: conversations,
		Commands: commands(),
		Choices:  choices(),
		Cards:    map[string]bot.CardFunc{"request": drawCard},
		On:       []bot.Listener{bot.On(voteOpened), bot.On(voteSettled), bot.On(needChanged), bot.On(agenda), bot.On(activity), bot.On(year), bot.On(asked), bot.On(fundingSettled), bot.On(linked), bot.On(describe), bot.On(count)},
		Jobs:     map[string]bot.JobFunc{lateJob: lateDue, matchJob: matchDue},
		Adopt:    adopt,
		Mine:     mine,
		Waiting:  waits,
		Export:   export,
		Personal: personal,
		Erase:    erase,
		Keys: func(c *bot.Ctx, yield func(key string)) {
			for _, r := range requests.Prefix(c.Tx, nil) {
				yield(r.key())
			}
		},
		Verify: verify,
	}
}
