package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
)

// Commands are registered in each guild that the operator names, where they show
// at once, or else for all guilds. What Discord has already is left alone: a
// command that is written anew is unknown to clients for a while.

const (
	globalCommands = "/applications/{}/commands"
	guildCommands  = "/applications/{}/guilds/{}/commands"
)

// syncCommands brings the registered commands up to date. changed counts those
// that were written or removed.
func (a *Adapter) syncCommands(ctx context.Context) (changed int, err error) {
	specs, err := a.desk.Specs(ctx)
	if err != nil {
		return 0, err
	}
	want := a.sound(wanted(specs, a.anybodyMay))
	if len(a.o.Guilds) == 0 {
		return a.syncScope(ctx, want, globalCommands, a.own().app)
	}
	for _, guild := range a.o.Guilds {
		n, guildErr := a.syncScope(ctx, want, guildCommands, a.own().app, guild)
		if guildErr != nil {
			a.log.Error("commands cannot be registered in this guild; invite the bot there with the link that greffier discord invite prints",
				"guild", guild, "error", oneLine(guildErr))
			err = guildErr
		}
		changed += n
	}
	return changed, err
}

// anybodyMay reports whether the charter allows a command to anybody.
func (a *Adapter) anybodyMay(command string) bool {
	groups, _ := a.desk.Charter().RightFor(command)
	return len(groups) > 0 || a.desk.Free(command)
}

// sound leaves out what Discord would refuse.
func (a *Adapter) sound(all []appCommand) []appCommand {
	return slices.DeleteFunc(all, func(c appCommand) bool {
		err := c.check()
		if err != nil {
			a.log.Error("a command does not fit Discord and is left out; members reach it by writing to the bot", "command", "/"+c.Name, "error", err)
		}
		return err != nil
	})
}

// syncScope brings the commands of one scope up to date.
func (a *Adapter) syncScope(ctx context.Context, want []appCommand, route string, args ...string) (changed int, err error) {
	have, err := a.registered(ctx, route, args...)
	if err != nil {
		return 0, err
	}
	for _, c := range want {
		if slices.ContainsFunc(have, func(h appCommand) bool { return h.same(c) }) {
			continue
		}
		err := a.api.do(ctx, request{method: http.MethodPost, route: route, args: args, body: c}, nil)
		switch s := status(err); {
		case err == nil:
			changed++
		case unsupported(err): // a compatible server may take all at once only
			return len(want), a.api.do(ctx, request{method: http.MethodPut, route: route, args: args, body: want}, nil)
		case s == http.StatusBadRequest:
			a.log.Error("Discord refuses a command, which is left out; members reach it by writing to the bot", "command", "/"+c.Name, "error", oneLine(err))
		default:
			return changed, err
		}
	}
	for _, h := range have {
		if h.Type != 1 || slices.ContainsFunc(want, func(c appCommand) bool { return c.Name == h.Name }) {
			continue
		}
		err := a.api.do(ctx, request{method: http.MethodDelete, route: route + "/{}", args: append(slices.Clone(args), h.ID)}, nil)
		if err != nil && status(err) != http.StatusNotFound {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

func (a *Adapter) registered(ctx context.Context, route string, args ...string) (have []appCommand, err error) {
	err = a.api.do(ctx, request{
		method: http.MethodGet, route: route, args: args, query: url.Values{"with_localizations": {"true"}},
	}, &have)
	if unsupported(err) {
		return nil, nil
	}
	for i := range have {
		if have[i].Type == 0 {
			have[i].Type = 1 // what it is when that is not said
		}
	}
	return have, err
}

// same reports whether what is registered is what is wanted, whatever of it
// Discord fills in or leaves out by itself.
func (c appCommand) same(o appCommand) bool {
	return reflect.DeepEqual(c.plain(), o.plain())
}

// plain is a command as its JSON has it once Discord's own additions are gone.
func (c appCommand) plain() any {
	c.ID = ""
	c.Contexts, c.Integrations = slices.Sorted(slices.Values(c.Contexts)), slices.Sorted(slices.Values(c.Integrations))
	if len(c.Integrations) == 0 {
		c.Integrations = []int{0}
	}
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	return v
}

// Uninstall removes every command of ours and returns how many there were.
func (a *Adapter) Uninstall(ctx context.Context) (removed int, err error) {
	defer a.api.close()
	if err := a.learn(ctx); err != nil {
		return 0, err
	}
	removed, err = a.syncScope(ctx, nil, globalCommands, a.own().app)
	for _, guild := range a.o.Guilds {
		if err != nil {
			return removed, err
		}
		var n int
		n, err = a.syncScope(ctx, nil, guildCommands, a.own().app, guild)
		removed += n
	}
	return removed, err
}
