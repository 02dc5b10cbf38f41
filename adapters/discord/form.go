package discord

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// A form is a modal of five fields at most. One that has more, or that comes back
// with mistakes, is kept in the register half filled, and each further step is
// opened by a button: a modal cannot follow another.

const (
	stepFields     = 5
	maxModalTitle  = 45
	maxInputLabel  = 45
	maxPlaceholder = 100
	maxInput       = 4000
)

// draft is a form half filled in: what was given is in its fields' values, and Ask
// lists the fields still to ask, by index.
type draft struct {
	Form   bot.FormView `json:"f"`
	Ask    []int        `json:"a"`
	Who    string       `json:"w"`
	Locale string       `json:"l"`
}

// openForm shows a form to whoever has just acted.
func (a *Adapter) openForm(ctx context.Context, t *turn, answer bot.Answer) error {
	d := a.newDraft(t, answer)
	if len(d.step()) == len(d.Ask) {
		call := d.Form.Call
		call.Form = false
		id, err := a.signer.call(ctx, useForm, call, true)
		if err != nil {
			return err
		}
		return a.openModal(ctx, t.in, d, id)
	}
	key, err := a.keepDraft(ctx, "", d)
	if err != nil {
		return err
	}
	return a.openModal(ctx, t.in, d, a.signer.seal(useDraft, key))
}

// newDraft begins a form: what is wrong comes first, then what must be answered,
// since the rest may be many steps away and can be left as it is.
func (a *Adapter) newDraft(t *turn, answer bot.Answer) *draft {
	u, _ := t.in.who()
	d := &draft{Form: *answer.Form, Who: u.ID, Locale: answer.Locale}
	for i := range d.Form.Fields {
		d.Ask = append(d.Ask, i)
	}
	slices.SortStableFunc(d.Ask, func(i, j int) int {
		return cmp.Compare(urgency(d.Form.Fields[i]), urgency(d.Form.Fields[j]))
	})
	return d
}

func urgency(f bot.FormField) int {
	switch {
	case f.Error != "":
		return 0
	case f.Required:
		return 1
	}
	return 2
}

// sendable reports whether all that is still to be asked may stay as it is.
func (d *draft) sendable() bool {
	return !slices.ContainsFunc(d.Ask, func(i int) bool {
		f := d.Form.Fields[i]
		return f.Error != "" || f.Required && f.Value == ""
	})
}

// keepDraft keeps a draft under its key, or a new one.
func (a *Adapter) keepDraft(ctx context.Context, key string, d *draft) (string, error) {
	if key == "" {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return "", err
		}
		key = base64.RawURLEncoding.EncodeToString(random)
	}
	return key, a.signer.keepOwn(ctx, draftKey, key, d)
}

// draft reads the form of a key, which only whoever was shown it may go on with.
func (a *Adapter) draft(ctx context.Context, in *interaction, key string) (*draft, error) {
	d := &draft{}
	if err := a.signer.readOwn(ctx, draftKey, key, d); err != nil {
		return nil, err
	}
	if u, _ := in.who(); u.ID != d.Who {
		return nil, errForged
	}
	return d, nil
}

// step are the fields to ask next, by index.
func (d *draft) step() []int {
	room := stepFields
	if d.intro() != "" {
		room--
	}
	return d.Ask[:min(room, len(d.Ask))]
}

// intro stands before the fields: what the form says, after its title where that is
// too long for a modal's.
func (d *draft) intro() string {
	var lines []string
	if bot.Length(d.Form.Title) > maxModalTitle {
		lines = append(lines, render(bot.Escape(d.Form.Title)))
	}
	if d.Form.Intro != "" {
		lines = append(lines, render(d.Form.Intro))
	}
	return strings.Join(lines, "\n")
}

// steps is how many steps are still to come.
func (d *draft) steps() int {
	room := max(len(d.step()), 1)
	return (len(d.Ask) + room - 1) / room
}

// openModal shows the next step of a form.
func (a *Adapter) openModal(ctx context.Context, in *interaction, d *draft, id string) error {
	var parts []component
	labelled := slices.ContainsFunc(d.step(), func(i int) bool { return pickable(d.Form.Fields[i]) })
	if intro := d.intro(); intro != "" {
		parts = append(parts, component{Type: typeText, Content: bot.Shorten(intro, maxInput)})
	}
	for _, i := range d.step() {
		parts = append(parts, field(d.Form.Fields[i], labelled))
	}
	return a.callback(ctx, in, response{Type: int(discordgo.InteractionResponseModal), Data: map[string]any{
		"custom_id": id, "title": orBlank(bot.Shorten(d.Form.Title, maxModalTitle)), "components": parts,
	}})
}

// pickable reports whether a field is one to pick from a menu.
func pickable(f bot.FormField) bool { return len(f.Choices) > 0 && len(f.Choices) <= menuItems }

// field is one question. Where the form has a menu every field has a label above
// it; otherwise it is a text with its own, which every client knows.
func field(f bot.FormField, labelled bool) component {
	required := f.Required
	help := f.Help
	if bot.Length(f.Label) > maxInputLabel {
		help = strings.TrimSpace(f.Label + " — " + help)
	}
	label := orBlank(bot.Shorten(f.Label, maxInputLabel))
	c := component{Type: typeInput, CustomID: f.Name, Style: int(discordgo.TextInputShort), Required: &required, MaxLength: maxInput}
	switch {
	case pickable(f):
		c = menu(f)
	case f.Long, strings.Contains(f.Value, "\n"):
		c.Style = int(discordgo.TextInputParagraph)
	}
	if c.Type == typeInput {
		if f.Max > 0 {
			// A little more than fits may be typed, and is refused with the reason.
			c.MaxLength = min(2*f.Max, maxInput)
		}
		c.Value = bot.Shorten(f.Value, c.MaxLength)
		if len(f.Choices) > 0 {
			help = choiceHelp(f, help)
		}
		if !labelled {
			c.Placeholder = bot.Shorten(help, maxPlaceholder)
		}
	}
	if labelled {
		return component{Type: typeLabel, Label: label, Description: bot.Shorten(help, maxPlaceholder), Component: &c}
	}
	c.Label = label
	return component{Type: typeRow, Components: []component{c}}
}

func menu(f bot.FormField) component {
	required := f.Required
	none := 0
	c := component{Type: typeMenu, CustomID: f.Name, Required: &required}
	if !required {
		c.MinValues = &none
	}
	for _, choice := range f.Choices {
		c.Options = append(c.Options, menuItem{
			Label: orBlank(bot.Shorten(choice.Label, 100)), Value: bot.Shorten(choice.Value, 100), Default: choice.Value == f.Value,
		})
	}
	return c
}

func choiceHelp(f bot.FormField, help string) string {
	labels := make([]string, len(f.Choices))
	for i, c := range f.Choices {
		labels[i] = c.Label
	}
	return strings.TrimSpace(strings.Join(labels, " / ") + " " + help)
}

// submitted handles a form.
func (a *Adapter) submitted(ctx context.Context, in *interaction) {
	use, payload, err := a.signer.open(in.Data.CustomID)
	switch {
	case err == nil && use == useForm:
		call, err := a.signer.callOf(ctx, payload)
		if err != nil {
			a.forged(ctx, in, err)
			return
		}
		call.Form = true
		for name, value := range in.fields() {
			call = call.With(name, value)
		}
		a.take(ctx, in, call, false)
	case err == nil && use == useDraft:
		a.stepped(ctx, in, payload)
	default:
		a.forged(ctx, in, errForged)
	}
}

// stepped takes one step of a form that is kept, and offers the next.
func (a *Adapter) stepped(ctx context.Context, in *interaction, key string) {
	d, err := a.draft(ctx, in, key)
	if err != nil {
		a.forged(ctx, in, err)
		return
	}
	values := in.fields()
	d.Ask = slices.DeleteFunc(d.Ask, func(i int) bool {
		value, given := values[d.Form.Fields[i].Name]
		if given {
			d.Form.Fields[i].Value, d.Form.Fields[i].Error = value, ""
		}
		return given
	})
	if len(d.Ask) == 0 {
		a.sendDraft(ctx, in, key, d)
		return
	}
	t := &turn{in: in}
	if _, err := a.keepDraft(ctx, key, d); err != nil {
		a.log.Error("a form could not be kept", "error", oneLine(err))
	}
	text := a.said(d.Locale, "discord.step", "count", d.steps())
	buttons := []bot.ButtonView{a.draftButton(d.Locale, key, openCommand, "discord.continue")}
	if d.sendable() {
		buttons = append(buttons, a.draftButton(d.Locale, key, sendCommand, "discord.send"))
	}
	a.reply(ctx, t, bot.Answer{Locale: d.Locale, Message: bot.Message{Text: text, Buttons: buttons}})
}

// sendDraft makes the call of a form that is filled in, once.
func (a *Adapter) sendDraft(ctx context.Context, in *interaction, key string, d *draft) {
	if err := a.signer.dropOwn(ctx, draftKey, key); err != nil {
		a.log.Error("a form could not be taken from the register", "error", oneLine(err))
	}
	call := d.Form.Call
	for _, f := range d.Form.Fields {
		call = call.With(f.Name, f.Value)
	}
	call.Form = true
	a.take(ctx, in, call, false)
}

// sendKept sends a form as it stands, from a button.
func (a *Adapter) sendKept(ctx context.Context, in *interaction, key string) {
	d, err := a.draft(ctx, in, key)
	if err == nil && !d.sendable() {
		err = errForged
	}
	if err != nil {
		a.forged(ctx, in, err)
		return
	}
	a.sendDraft(ctx, in, key, d)
}

// reopen shows a form that is kept, from a button.
func (a *Adapter) reopen(ctx context.Context, in *interaction, key string) {
	d, err := a.draft(ctx, in, key)
	if err != nil {
		a.forged(ctx, in, err)
		return
	}
	if err := a.openModal(ctx, in, d, a.signer.seal(useDraft, key)); err != nil {
		a.log.Info("a form could not be opened", "error", oneLine(err))
	}
}

// What marks the calls of buttons that open a kept form or send it in; neither is a
// command.
const (
	openCommand = "\x00open"
	sendCommand = "\x00send"
)

func (a *Adapter) draftButton(locale, key, command, label string) bot.ButtonView {
	style := "primary"
	if command == sendCommand {
		style = ""
	}
	return bot.ButtonView{Label: a.plain(locale, label), Style: style, Call: bot.Call{Command: command, Args: map[string]string{"key": key}}}
}

// offerForm is a form behind a button, with what is wrong with it so far.
func (a *Adapter) offerForm(ctx context.Context, t *turn, answer bot.Answer) bot.Answer {
	d := a.newDraft(t, answer)
	key, err := a.keepDraft(ctx, "", d)
	if err != nil {
		a.log.Error("a form could not be kept", "error", oneLine(err))
		return bot.Answer{Locale: answer.Locale, Message: bot.Message{Text: a.said(answer.Locale, "discord.old")}}
	}
	lines := []string{"**" + string(bot.Escape(d.Form.Title)) + "**"}
	label := "discord.fill-in"
	for _, m := range []bot.Markup{answer.Text, d.Form.Intro} {
		if m != "" {
			lines = append(lines, string(m))
		}
	}
	for _, f := range d.Form.Fields {
		if f.Error != "" {
			label = "discord.correct"
			lines = append(lines, fmt.Sprintf("**%s** — %s", bot.Escape(f.Label), bot.Escape(f.Error)))
		}
	}
	return bot.Answer{Locale: answer.Locale, Message: bot.Message{Text: bot.Markup(strings.Join(lines, "\n")), Buttons: []bot.ButtonView{
		a.draftButton(answer.Locale, key, openCommand, label),
	}}}
}
