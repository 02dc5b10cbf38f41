// Package members is the feature by which the community meets who comes, and by
// which members know each other: who they are, which organisation they belong
// to, who answers for what, which software they use, and what the rules are.
//
//	types.go          what the register keeps
//	arrivals.go       somebody comes or goes: the welcome, once
//	announcements.go  everybody learns who came, one by one or gathered
//	contacts.go       volunteers whom newcomers are entrusted to, in turn
//	introductions.go  members introduce themselves; subscribers.go those who are not here
//	software.go       the census of software
//	leads.go          who takes the lead on a theme
//	organisations.go  commands about the organisations of the core
//	who.go            who does what, and what is found about people
//	charter.go        the rules in words
//	figures.go        figures of a period; chart.go draws them
//	records.go        /me, exports, erasure and verification
package members

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is members, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "members",
		Locale:   locale,
		Examples: conversations,
		Commands: commands(),
		Choices: map[string]bot.Completer{
			"themes": themeChoices, "leads": leadChoices, "software": softwareChoices, "ratings": ratingChoices,
			"charter-sections": sectionChoices,
		},
		Cards:    map[string]bot.CardFunc{"member": drawMember, "subscriber": drawSubscriber},
		Jobs:     map[string]bot.JobFunc{announceJob: announceGathered, introduceJob: remind},
		On:       []bot.Listener{bot.On(joined), bot.On(left), bot.On(linked), bot.On(leadsAsked), bot.On(news)},
		Mine:     mine,
		Export:   export,
		Personal: personal,
		Erase:    erase,
		Verify:   verify,
	}
}
