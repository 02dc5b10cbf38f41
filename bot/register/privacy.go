package register

import (
	"fmt"

	"greffier/bot"
)

// export hands a member everything that the register holds about them.
func export(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
	return bot.Reply{
		Text:  bot.T("privacy.exported", "command", bot.CommandText("privacy erase")),
		Files: []bot.File{c.PersonalFile(c.Caller.ID)},
	}, nil
}

type eraseArgs struct {
	Sure bool `opt:"sure,hidden"`
}

// erase forgets a member, once they know what that means.
func erase(c *bot.Ctx, in eraseArgs) (bot.Reply, error) {
	if !in.Sure {
		question := bot.Lines(
			bot.T("privacy.ask"),
			bot.T("privacy.goes"),
			bot.T("privacy.stays", "number", uint64(c.Caller.ID)),
			bot.T("privacy.after", "command", bot.CommandText("privacy export")),
		)
		return c.Ask(question, "privacy.confirm"), nil
	}
	c.Erase(c.Caller.ID)
	c.Record(bot.Entry{Subject: fmt.Sprintf("member/%d", c.Caller.ID), Quiet: true})
	return bot.Say("privacy.erased", "number", uint64(c.Caller.ID)), nil
}
