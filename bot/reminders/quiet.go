package reminders

import (
	"fmt"
	"time"

	"greffier/bot"
	"greffier/config"
)

type silenceArgs struct {
	Hours string `opt:"hours,optional,rest"`
}

// silence sets the hours in which nothing is written to the caller, shows them, or
// takes them away.
func silence(c *bot.Ctx, in silenceArgs) (bot.Reply, error) {
	q := c.Quiet(c.Caller.ID)
	switch config.Fold(in.Hours) {
	case "":
		if q.Hours.IsZero() {
			return bot.Say("remind.silence-none", "command", bot.CommandText("remind silence")), nil
		}
		return bot.Say("remind.silence-is", "from", hourOf(c, q.Hours.From), "to", hourOf(c, q.Hours.To), "command", bot.CommandText("remind silence")), nil
	case "off", "no", "none", "non", "aucune", "aucun", "jamais", "never", "0":
		q.Own, q.Hours = true, config.Hours{}
		keep(c, q)
		return bot.Say("remind.silence-off"), nil
	}
	hours, err := config.ParseHours(in.Hours)
	if err != nil {
		return bot.Reply{}, bot.Refuse("remind.silence-bad", "text", in.Hours, "command", bot.CommandText("remind silence"))
	}
	q.Own, q.Hours = true, hours
	keep(c, q)
	return bot.Say("remind.silence-set", "from", hourOf(c, hours.From), "to", hourOf(c, hours.To)), nil
}

type privateArgs struct {
	Wanted string `opt:"wanted" choices:"remind-private"`
}

// private says whether the caller wants private reminders that they did not ask for.
func private(c *bot.Ctx, in privateArgs) (bot.Reply, error) {
	q := c.Quiet(c.Caller.ID)
	if !q.Own {
		q.Hours = config.Hours{} // those of the charter, which may change
	}
	q.NoReminders = in.Wanted == "no"
	keep(c, q)
	if q.NoReminders {
		return bot.Say("remind.private-off", "command", bot.CommandText("remind private")), nil
	}
	return bot.Say("remind.private-on"), nil
}

func keep(c *bot.Ctx, q bot.Quiet) {
	c.SetQuiet(c.Caller.ID, q)
	c.Record(bot.Entry{Subject: fmt.Sprintf("member/%d", c.Caller.ID), Quiet: true})
}

func privateChoices(*bot.Ctx, map[string]string) []bot.Choice {
	return []bot.Choice{{Value: "yes", Label: bot.T("yes")}, {Value: "no", Label: bot.T("no")}}
}

// hourOf says minutes after midnight as an hour of the day.
func hourOf(c *bot.Ctx, minutes int) bot.Hour {
	return bot.Hour(time.Date(2001, 1, 1, 0, minutes, 0, 0, c.Charter.Location()))
}
