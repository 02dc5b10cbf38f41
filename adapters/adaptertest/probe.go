package adaptertest

import (
	"embed"
	"strings"

	"greffier/bot"
	"greffier/store"
)

//go:embed locale/*.yaml
var locale embed.FS

// card is the key of the probe's card.
const card = "probe/1"

var (
	saidCount    = store.K("probe-said")
	pressedCount = store.K("probe-pressed")
)

// probe is a feature that does each thing an adapter has to carry, and nothing
// else.
type probe struct {
	// gate holds back the slow command until it is closed.
	gate chan struct{}
}

func (p *probe) feature() bot.Feature {
	return bot.Feature{
		Name: "probe", Locale: locale,
		Commands: []*bot.Command{
			bot.Cmd("probe say", p.say),
			bot.Cmd("probe slow", p.slow, bot.Reads),
			bot.Cmd("probe long", p.long),
			bot.Cmd("probe card", p.hang),
			bot.Cmd("probe press", p.press),
			bot.Cmd("probe ask", p.ask),
		},
		Choices: map[string]bot.Completer{"probe-kinds": func(*bot.Ctx, map[string]string) []bot.Choice {
			return []bot.Choice{{Value: "one", Label: bot.T("probe.one")}, {Value: "other", Label: bot.T("probe.other")}}
		}},
		Cards: map[string]bot.CardFunc{"probe": func(c *bot.Ctx, _ string) (bot.Card, bool) {
			return bot.Card{
				Title: bot.T("probe.card-title"), Body: bot.T("probe.card-body", "number", count(c, pressedCount)),
				Buttons: []bot.Button{{Label: bot.T("probe.press"), Call: bot.Call{Command: "probe press"}}},
			}, true
		}},
	}
}

func count(c *bot.Ctx, key []byte) int { return len(c.Get(key)) }

func increase(c *bot.Ctx, key []byte) int {
	c.Put(key, append(append([]byte{}, c.Get(key)...), '1'))
	return count(c, key)
}

type sayArgs struct {
	Text string `opt:"text,rest,long"`
}

func (p *probe) say(c *bot.Ctx, in sayArgs) (bot.Reply, error) {
	n := increase(c, saidCount)
	c.Post(c.Place, bot.T("probe.post", "who", c.Caller.ID, "number", n, "text", in.Text))
	return bot.Say("probe.answer", "number", n, "text", in.Text), nil
}

func (p *probe) slow(*bot.Ctx, struct{}) (bot.Reply, error) {
	<-p.gate
	return bot.Say("probe.slow"), nil
}

type longArgs struct {
	Length int `opt:"length"`
}

func (p *probe) long(c *bot.Ctx, in longArgs) (bot.Reply, error) {
	text := bot.T("probe.long", "text", strings.Repeat("word ", in.Length/5))
	c.Post(c.Place, text)
	return bot.Reply{Text: text}, nil
}

func (p *probe) hang(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
	c.Hang(card, c.Place)
	return bot.Reply{}, nil
}

func (p *probe) press(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
	n := increase(c, pressedCount)
	c.Redraw(card)
	return bot.Say("probe.pressed", "number", n), nil
}

type askArgs struct {
	Title string `opt:"title" max:"20"`
	Kind  string `opt:"kind" choices:"probe-kinds"`
}

func (p *probe) ask(_ *bot.Ctx, in askArgs) (bot.Reply, error) {
	return bot.Say("probe.asked", "title", in.Title, "kind", in.Kind), nil
}
