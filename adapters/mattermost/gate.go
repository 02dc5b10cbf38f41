package mattermost

import (
	"context"

	"greffier/bot"
)

// The server lets more people write to the bot than the community has members:
// everybody on it can, those too who were removed from the team, and programs with
// an account of their own.

// here reports whether somebody belongs to the community: in a team served, not
// deactivated, no bot, and a guest only where the charter counts them.
func (a *Adapter) here(p person) bool {
	return len(p.teams) > 0 && !p.gone && !p.bot && (!p.guest || a.desk.Charter().Members.CountGuests())
}

// handle hands an event to the core, unless it is of somebody who does not belong
// to the community. Of somebody who seems not to, the server is asked again: they
// may just have come.
func (a *Adapter) handle(ctx context.Context, ev bot.Event) bot.Answer {
	id := ev.Caller.ID
	p, ok := a.people.get(id)
	if ok && !a.here(p) {
		if fresh, err := a.readPerson(ctx, id); err == nil {
			a.people.put(fresh)
			p, ev.Caller = fresh, a.account(fresh)
		}
	}
	switch {
	case !ok: // the server could not be asked
		return a.no(ev, "mattermost.starting")
	case !a.here(p):
		return a.no(ev, "mattermost.outsider")
	}
	return a.desk.Handle(ctx, ev)
}

// no is a refusal of the adapter's own.
func (a *Adapter) no(ev bot.Event, key string) bot.Answer {
	locale := ev.Caller.Locale
	return bot.Answer{Locale: locale, Refused: true, Message: bot.Message{Text: a.desk.Say(locale, bot.T(key))}}
}
