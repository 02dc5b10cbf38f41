// Package releases is the feature by which what is published is announced: its
// dates, its changes and how much they matter, to everybody and to those who
// follow its topics. The notice that the charter wants is kept: a change that is
// announced too late is refused, and the earliest date possible is said.
//
//	types.go     what the register keeps
//	commands.go  entering, changing, moving and calling off a release
//	follow.go    who wants to know what
//	dates.go     what is said before each date, and on it
//	cards.go     how a release looks, lists
//	records.go   exports, the charter in words, verification
package releases

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is releases, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "releases",
		Locale:   locale,
		Examples: conversations,
		Commands: commands(),
		Choices:  map[string]bot.Completer{"importances": importanceChoices, "topics": topicChoices, "releases": releaseChoices},
		Cards:    map[string]bot.CardFunc{"release": drawCard},
		Jobs:     map[string]bot.JobFunc{dateJob: dated, remindJob: remind},
		Missed:   map[string]bot.MissedFunc{remindJob: func(*bot.Ctx, bot.Job, bot.Missed) error { return nil }}, // the date itself is told
		On:       []bot.Listener{bot.On(linked), bot.On(describe), bot.On(year), bot.On(news)},
		Mine:     mine,
		Export:   export,
		Personal: personal,
		Erase:    erase,
		Keys: func(c *bot.Ctx, yield func(key string)) {
			for _, r := range releases.Prefix(c.Tx, nil) {
				yield(r.key())
			}
		},
		Verify: verify,
	}
}
