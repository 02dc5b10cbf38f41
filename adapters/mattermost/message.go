package mattermost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// audience is for whom a message is drawn: everybody in a channel, or one person.
// It is signed into the buttons.
type audience struct {
	channel string // the server's identifier
	who     string // set when one person alone sees it
	locale  string
}

// drawn is a message as Mattermost shows it: texts that each fit in one post, the
// last with the attachments.
type drawn struct {
	texts       []string
	attachments []*model.MessageAttachment
	files       []bot.File
	// calls are what numbers stand for where there are no buttons.
	calls []bot.Call
}

const (
	// mostParts is into how many posts a long text is cut before it becomes a file.
	mostParts = 5
	// mostCard is the longest body of a card, in characters.
	mostCard = 7000
	// mostButtons is from how many on a menu takes the place of buttons.
	mostButtons = 8
)

// colours of the tones; the words of a card say the same.
var colours = map[bot.Tone]string{
	bot.Neutral: "#8D93A5", bot.Open: "#1C58D9", bot.Positive: "#2E8B63", bot.Negative: "#D24B4E", bot.Done: "#5D89EA",
}

// draw makes a message ready to be shown to an audience.
func (a *Adapter) draw(m bot.Message, to audience) drawn {
	d := drawn{files: m.Files}
	text := a.render(m.Text)
	limit := model.PostMessageMaxRunesV1
	if s := a.own(); s != nil {
		limit = s.maxPost
	}
	d.texts = bot.Split(text, limit)
	if len(d.texts) > mostParts {
		d.files = append(d.files, bot.File{Name: "message.md", Type: "text/markdown; charset=utf-8", Data: []byte(text)})
		d.texts = []string{d.texts[0]}
	}
	var on *model.MessageAttachment
	if m.Card != nil {
		on = a.drawCard(m.Card, &d)
	}
	if len(m.Buttons) == 0 {
		return d
	}
	if !a.callbacks() {
		a.number(&d, on, m.Buttons, to)
		return d
	}
	if on == nil {
		on = &model.MessageAttachment{}
		d.attachments = append(d.attachments, on)
	}
	on.Actions = a.actions(m.Buttons, to)
	return d
}

// drawCard draws a card as an attachment.
func (a *Adapter) drawCard(c *bot.CardView, d *drawn) *model.MessageAttachment {
	on := &model.MessageAttachment{
		Fallback: plainText(c.Title), Title: a.render(c.Title), Text: a.render(c.Body), Color: colours[c.Tone],
	}
	if utf8.RuneCountInString(on.Text) > mostCard {
		d.files = append(d.files, bot.File{
			Name: strings.ReplaceAll(c.Key, "/", "-") + ".md", Type: "text/markdown; charset=utf-8", Data: []byte(on.Text),
		})
		on.Text = bot.Split(on.Text, mostCard)[0] + "\n…"
	}
	for _, f := range c.Fields {
		value := a.render(f.Value)
		on.Fields = append(on.Fields, &model.MessageAttachmentField{
			Title: plainText(f.Label), Value: value, Short: model.SlackCompatibleBool(utf8.RuneCountInString(value) <= 40),
		})
	}
	d.attachments = append(d.attachments, on)
	return on
}

// actions makes the buttons of a message, or its menu when they are many.
func (a *Adapter) actions(buttons []bot.ButtonView, to audience) []*model.PostAction {
	if len(buttons) >= mostButtons {
		return []*model.PostAction{a.menu(buttons, to)}
	}
	actions := make([]*model.PostAction, len(buttons))
	for i, b := range buttons {
		actions[i] = &model.PostAction{
			Id: actionID(b.Call), Type: model.PostActionTypeButton, Name: b.Label, Style: style(b.Style),
			Integration: a.integration(ticket{Call: b.Call, Channel: to.channel, Who: to.who, Use: forButton}),
		}
	}
	return actions
}

func (a *Adapter) menu(buttons []bot.ButtonView, to audience) *model.PostAction {
	t := ticket{Calls: map[string]bot.Call{}, Channel: to.channel, Who: to.who, Use: forButton}
	action := &model.PostAction{
		Id: "menu", Type: model.PostActionTypeSelect, Name: plainText(a.desk.Say(to.locale, bot.T("mattermost.choose"))),
	}
	for _, b := range buttons {
		id := actionID(b.Call)
		t.Calls[id] = b.Call
		action.Options = append(action.Options, &model.PostActionOptions{Text: b.Label, Value: id})
	}
	action.Integration = a.integration(t)
	return action
}

func (a *Adapter) integration(t ticket) *model.PostActionIntegration {
	return &model.PostActionIntegration{
		URL: a.o.Callback + actionPath, Context: map[string]any{contextKey: a.signer.sign(t)},
	}
}

// actionID names a button by what it does, so that a press on a card that was
// redrawn meanwhile is never taken for another. The server takes letters and
// digits only.
func actionID(c bot.Call) string {
	data, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("mattermost: call: %v", err)) // our own types always encode
	}
	sum := sha256.Sum256(data)
	return "a" + hex.EncodeToString(sum[:8])
}

func style(hint string) string {
	switch hint {
	case "primary", "danger":
		return hint
	}
	return "default"
}

// keycaps are the names of the reactions that stand for numbers.
var keycaps = []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten"}

// number writes the buttons as numbered choices.
func (a *Adapter) number(d *drawn, on *model.MessageAttachment, buttons []bot.ButtonView, to audience) {
	var lines []string
	for i, b := range buttons {
		d.calls = append(d.calls, b.Call)
		lines = append(lines, fmt.Sprintf("`%d` %s", i+1, a.render(bot.Escape(b.Label))))
	}
	key := "mattermost.numbers"
	if to.who != "" {
		key = "mattermost.numbers-direct"
	}
	lines = append(lines, "", "_"+plainText(a.desk.Say(to.locale, bot.T(key)))+"_")
	text := strings.Join(lines, "\n")
	if on != nil {
		on.Text = strings.TrimSpace(on.Text + "\n\n" + text)
		return
	}
	last := len(d.texts) - 1
	if last < 0 {
		d.texts = append(d.texts, text)
		return
	}
	d.texts[last] += "\n\n" + text
}

// inline writes a whole message as one text, where nothing else fits: what can be
// typed stands for buttons.
func (a *Adapter) inline(m bot.Message) string {
	parts := []string{}
	if m.Text != "" {
		parts = append(parts, a.render(m.Text))
	}
	if c := m.Card; c != nil {
		parts = append(parts, "**"+a.render(c.Title)+"**", a.render(c.Body))
		for _, f := range c.Fields {
			parts = append(parts, "**"+a.render(f.Label)+"** — "+a.render(f.Value))
		}
	}
	for _, b := range m.Buttons {
		parts = append(parts, a.render(bot.Escape(b.Label))+" — `"+strings.ReplaceAll(b.Line, "`", "'")+"`")
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}
