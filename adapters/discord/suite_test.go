package discord_test

import (
	"testing"

	"greffier/adapters/adaptertest"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

func TestDiscordAdapter(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) adaptertest.Driver { return openDriver(t) })
}

// driver has the members of the suite come when they are first mentioned.
type driver struct {
	*discordtest.Stage
	channel string
}

func openDriver(t *testing.T) *driver {
	st := discordtest.NewStage(t).(*discordtest.Stage)
	return &driver{st, st.Channel(t, "general", true)}
}

func (d *driver) Channel() string { return d.channel }
func (d *driver) Nowhere() string { return "100000000000000001" }

func (d *driver) Serve(t testing.TB, desk *bot.Bot) { d.Stage.Serve(t, desk) }

func (d *driver) Type(t testing.TB, who, line string) {
	t.Helper()
	d.Join(t, who)
	d.Stage.Type(t, who, d.channel, line)
}

func (d *driver) Click(t testing.TB, who string, on adaptertest.Message, label string) {
	t.Helper()
	d.Join(t, who)
	d.Stage.Click(t, who, on, label)
}

func (d *driver) LosePatience(t testing.TB) {
	t.Helper()
	d.Until(t, "the announcement", func() bool { return d.Waiting("alice") })
}

func (d *driver) Private(t testing.TB, who string) []adaptertest.Message {
	t.Helper()
	d.Join(t, who)
	return d.Stage.Private(t, who)
}

func (d *driver) Public(t testing.TB) []adaptertest.Message { return d.Stage.Public(t, d.channel) }
