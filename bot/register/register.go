// Package register is the feature through which members read what the community
// decided, and see or erase what the register holds about themselves. The
// decisions are entered by other features, with bot.Ctx.Decide.
//
//	list.go     /register list: by dates, text and group, newest first
//	card.go     /register show: one decision with all that explains it
//	privacy.go  /privacy export and /privacy erase
package register

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var examples embed.FS

// Feature gives the clerk its register.
func Feature() bot.Feature {
	return bot.Feature{
		Name:   "register",
		Locale: locale,
		Commands: []*bot.Command{
			bot.Cmd("register list", list, bot.Reads),
			bot.Cmd("register show", show, bot.Reads, bot.Shortcut),
			bot.Cmd("privacy export", export, bot.Reads, bot.Free),
			bot.Cmd("privacy erase", erase, bot.Free),
		},
		Choices:  map[string]bot.Completer{"decision-groups": groups, "decisions": latest},
		Cards:    map[string]bot.CardFunc{family: draw},
		Keys:     keys,
		Examples: examples,
	}
}
