package discord_test

import (
	"testing"
	"time"

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

func (d *driver) Cut(testing.TB) (mend func()) {
	d.Server.Cut()
	return d.Server.Mend
}

func (d *driver) Press(t testing.TB) (ease func()) {
	before := d.Server.Figures()
	for _, method := range []string{"POST", "POST", "PATCH"} {
		route := "/channels/{channel_id}/messages"
		if method == "PATCH" {
			route += "/{message_id}"
		}
		d.Server.Fail(discordtest.Fault{Method: method, Route: route, Status: 429, Wait: 400 * time.Millisecond})
	}
	return func() {
		t.Helper()
		now := d.Server.Figures()
		if now.Limited == before.Limited || now.Early > before.Early {
			t.Errorf("%d requests were turned away; %d came before their time", now.Limited-before.Limited, now.Early-before.Early)
		}
	}
}

func (d *driver) Forbid(testing.TB) (allow func()) {
	c := d.Server.FindChannel(d.channel)
	c.Overwrite(d.Server.AppID, 0, discordtest.SendMessages)
	return func() { c.Overwrite(d.Server.AppID, 0, 0) }
}

func (d *driver) Public(t testing.TB) []adaptertest.Message { return d.Stage.Public(t, d.channel) }
