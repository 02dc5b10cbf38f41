package discord

import (
	"context"
	"encoding/json"
)

// userData is an account as far as it concerns us.
type userData struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Global   string `json:"global_name"`
	Bot      bool   `json:"bot"`
	System   bool   `json:"system"`
}

// name is what others see where somebody has no name of the guild's own.
func (u userData) name() string {
	if u.Global != "" {
		return u.Global
	}
	return u.Username
}

// memberData is an account in a guild.
type memberData struct {
	User    *userData `json:"user"`
	Guild   string    `json:"guild_id"`
	Nick    string    `json:"nick"`
	Roles   []string  `json:"roles"`
	Pending bool      `json:"pending"`
}

func (m *memberData) name(u userData) string {
	if m.Nick != "" {
		return m.Nick
	}
	return u.name()
}

// event sorts an event to what handles it, and returns at once. Whatever cannot
// be read is left out whole: half an event is none. Nothing keeps data.
func (a *Adapter) event(ctx context.Context, kind string, data json.RawMessage) {
	if a.signer == nil {
		return // the doctor only knocks
	}
	defer a.survive("an event", func() {})
	switch kind {
	case "INTERACTION_CREATE":
		in := &interaction{received: a.clock.Now()}
		if a.readable(kind, readInteraction(data, in)) {
			a.queued(in)
			a.detached(func(ctx context.Context) { //nolint:contextcheck // what an event leaves running outlives it
				defer in.pass()
				a.interacted(ctx, in)
			})
		}
	case "MESSAGE_CREATE":
		var m messageData
		if a.decode(kind, data, &m) {
			a.heard(ctx, m)
		}
	case "READY", "GUILD_CREATE", "GUILD_DELETE", "THREAD_CREATE":
		a.whereabouts(kind, data)
	case "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE":
		var m memberData
		if a.decode(kind, data, &m) && m.User != nil && m.User.ID != "" && a.serves(m.Guild) {
			a.people.changed(m, kind == "GUILD_MEMBER_REMOVE")
		}
	case "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE", "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE":
		a.scheduled(ctx, kind, data)
	case "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "CHANNEL_UPDATE", "CHANNEL_CREATE", "CHANNEL_DELETE":
		if a.places.watches() {
			a.people.again()
		}
	}
}

// whereabouts handles the guilds that the bot is in, and their threads.
func (a *Adapter) whereabouts(kind string, data json.RawMessage) {
	switch kind {
	case "READY":
		var ready struct {
			Guilds []struct {
				ID string `json:"id"`
			} `json:"guilds"`
		}
		if a.decode(kind, data, &ready) {
			for _, g := range ready.Guilds {
				if a.serves(g.ID) {
					a.people.guild(g.ID, true)
				}
			}
		}
	case "GUILD_CREATE":
		var g struct {
			ID          string        `json:"id"`
			Unavailable bool          `json:"unavailable"`
			Threads     []channelData `json:"threads"`
		}
		if a.decode(kind, data, &g) && !g.Unavailable && a.serves(g.ID) {
			a.people.guild(g.ID, true)
			a.places.open(g.Threads...)
		}
	case "GUILD_DELETE":
		var g struct {
			ID          string `json:"id"`
			Unavailable bool   `json:"unavailable"`
		}
		if a.decode(kind, data, &g) && !g.Unavailable {
			a.people.guild(g.ID, false)
		}
	case "THREAD_CREATE":
		var t channelData
		if a.decode(kind, data, &t) && a.serves(t.Guild) {
			a.places.open(t)
		}
	}
}

// scheduled handles what somebody did to a guild's event, or who is interested in it.
func (a *Adapter) scheduled(ctx context.Context, kind string, data json.RawMessage) {
	switch kind {
	case "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE":
		var e eventData
		if a.decode(kind, data, &e) && a.serves(e.Guild) {
			a.detached(func(ctx context.Context) { a.eventChanged(ctx, e, kind == "GUILD_SCHEDULED_EVENT_DELETE") }) //nolint:contextcheck // what an event leaves running outlives it
		}
	case "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE":
		var i interest
		if a.decode(kind, data, &i) && i.User != "" && a.serves(i.Guild) {
			i.coming = kind == "GUILD_SCHEDULED_EVENT_USER_ADD"
			ctx := context.WithoutCancel(ctx)
			a.calls.Add(i.User, func() { a.interested(ctx, i) })
		}
	}
}

func (a *Adapter) decode(kind string, data json.RawMessage, into any) bool {
	return a.readable(kind, json.Unmarshal(data, into))
}

// readable says so when an event cannot be read.
func (a *Adapter) readable(kind string, err error) bool {
	if err != nil {
		a.log.Warn("an event of Discord's cannot be read", "event", kind, "error", oneLine(err))
		return false
	}
	return true
}
