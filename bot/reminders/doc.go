// Package reminders is the feature by which nobody has to remember: members ask to
// be reminded of something, once or again and again, and the charter declares what
// the community is reminded of and the digests of what waits.
//
//	types.go     what the register keeps
//	sentence.go  reading "@bob “the report” tomorrow 9am", in whatever order
//	commands.go  asking for a reminder; the interpretation is shown before it counts
//	manage.go    list, done, snooze, skip, cancel
//	quiet.go     hours of silence, and no private reminders
//	send.go      what happens when one is due, late or missed
//	digests.go   what the charter declares
//	records.go   /me, exports, erasure and verification
package reminders

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is reminders, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:      "reminders",
		Locale:    locale,
		On:        []bot.Listener{bot.On(linked)},
		Examples:  conversations,
		Commands:  commands(),
		Choices:   map[string]bot.Completer{"reminders": latest, "remind-groups": groupChoices, "remind-channels": channelChoices, "remind-private": privateChoices},
		Jobs:      map[string]bot.JobFunc{dueJob: due, againJob: again, sayJob: say, digestJob: digest},
		Missed:    map[string]bot.MissedFunc{dueJob: missed, sayJob: sayMissed, digestJob: digestMissed},
		Recurring: recurring,
		Mine:      mine,
		Export:    export,
		Personal:  personal,
		Erase:     erase,
		Verify:    verify,
	}
}
