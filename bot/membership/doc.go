// Package membership is the feature by which one becomes a member, stays one and
// stops, and by which members hold mandates for a time.
//
// A candidacy is a request of the kind that the charter names, decided as its path
// says; what follows from its end is here. From time to time members are asked
// whether they still take part, with what the register saw of them. Nobody stops
// being a member by not answering: those whom the charter names are told, and they
// decide.
//
//	types.go      what the register keeps
//	admission.go  a candidacy ends
//	confirm.go    members are asked whether they still take part
//	commands.go   what members and those who decide can ask for
//	mandates.go   mandates begin, come to their end and are handed over
//	records.go    /me, digests, exports, erasure and verification
package membership

import (
	"embed"

	"greffier/bot"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is membership, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:      "membership",
		Locale:    locale,
		Examples:  conversations,
		Commands:  commands(),
		Choices:   map[string]bot.Completer{"mandate-kinds": kindChoices},
		Jobs:      map[string]bot.JobFunc{confirmJob: confirmDue, remindJob: remindDue, closeJob: closeDue, mandateJob: mandateDue},
		Recurring: recurring,
		Adopt:     func(c *bot.Ctx) error { questions.Reindex(c.Tx); return nil },
		On:        []bot.Listener{bot.On(requestClosed), bot.On(left), bot.On(linked), bot.On(describe)},
		Mine:      mine,
		Waiting:   waits,
		Export:    export,
		Personal:  personal,
		Erase:     erase,
		Verify:    verify,
	}
}

func commands() []*bot.Command {
	return []*bot.Command{
		bot.Cmd("membership show", show, bot.Reads),
		bot.Cmd("membership confirm", confirm),
		bot.Cmd("membership leave", leave),
		bot.Cmd("membership list", list, bot.Reads),
		bot.Cmd("membership keep", keep),
		bot.Cmd("membership end", end),
		bot.Cmd("mandate new", newMandate),
		bot.Cmd("mandate list", listMandates, bot.Reads),
		bot.Cmd("mandate pass", passMandate, bot.Owned(holder)),
		bot.Cmd("mandate end", endMandate, bot.Owned(holder)),
	}
}
