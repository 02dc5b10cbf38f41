package discord

import (
	"context"
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// audience is for whom a message is drawn.
type audience struct {
	locale string
	// private messages are seen by one person alone; command is what made them.
	private bool
	command string
}

// outgoing is a message on its way; the fields that an edit must empty are
// written even when they are.
type outgoing struct {
	Content     string                    `json:"content"`
	Embeds      []*discordgo.MessageEmbed `json:"embeds"`
	Components  []component               `json:"components"`
	Mentions    mentions                  `json:"allowed_mentions"`
	Attachments []attachment              `json:"attachments"`
	Flags       int                       `json:"flags,omitempty"`
	Nonce       string                    `json:"nonce,omitempty"`
	Enforce     bool                      `json:"enforce_nonce,omitempty"`
}

// mentions says whom a message may call: nobody, which a list that is empty says
// and one that is missing does not.
type mentions struct {
	Parse []string `json:"parse"`
}

type attachment struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	// Description is what a picture shows, for who cannot see it.
	Description string `json:"description,omitempty"`
}

// component is a row, a button, a menu, or a part of a form.
type component struct {
	Type        int         `json:"type"`
	CustomID    string      `json:"custom_id,omitempty"`
	Style       int         `json:"style,omitempty"`
	Label       string      `json:"label,omitempty"`
	Description string      `json:"description,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Content     string      `json:"content,omitempty"`
	Value       string      `json:"value,omitempty"`
	MaxLength   int         `json:"max_length,omitempty"`
	Required    *bool       `json:"required,omitempty"`
	MinValues   *int        `json:"min_values,omitempty"`
	Options     []menuItem  `json:"options,omitempty"`
	Component   *component  `json:"component,omitempty"`
	Components  []component `json:"components,omitempty"`
}

type menuItem struct {
	Label   string `json:"label"`
	Value   string `json:"value"`
	Default bool   `json:"default,omitempty"`
}

// What a message holds, in characters and in number.
const (
	maxContent    = 2000
	maxAlt        = 1024
	maxEmbedTitle = 256
	maxEmbedText  = 4096
	maxEmbedAll   = 5900 // of 6,000
	maxFields     = 25
	maxFieldName  = 256
	maxFieldText  = 1024
	maxRows       = 5
	rowButtons    = 5
	mostButtons   = 10 // from there on a menu takes their place
	menuItems     = 25
	maxLabel      = 80
	mostParts     = 5 // into how many messages a long text is cut before it becomes a file
)

const (
	flagEphemeral = 1 << 6
	typeRow       = 1
	typeButton    = 2
	typeMenu      = 3
	typeInput     = 4
	typeText      = 10
	typeLabel     = 18
)

// colours of the tones; the words of a card say the same.
var colours = map[bot.Tone]int{
	bot.Neutral: 0x8D93A5, bot.Open: 0x1C58D9, bot.Positive: 0x2E8B63, bot.Negative: 0xD24B4E, bot.Done: 0x5D89EA,
}

// drawn is a message as Discord shows it: one or more in a row, files with the last.
type drawn struct {
	parts []outgoing
	files []bot.File
}

func blank() outgoing {
	return outgoing{
		Embeds: []*discordgo.MessageEmbed{}, Components: []component{}, Mentions: mentions{Parse: []string{}}, Attachments: []attachment{},
	}
}

// draw makes a message ready to be shown to an audience. It may keep calls that
// are too long for a button; the error is then the register's.
func (a *Adapter) draw(ctx context.Context, m bot.Message, to audience) (drawn, error) {
	d := drawn{files: m.Files}
	text := render(m.Text)
	texts := bot.Split(text, maxContent)
	var block *discordgo.MessageEmbed
	if n := bot.Length(text); m.Card == nil && n > maxContent && n <= maxEmbedText {
		texts, block = nil, &discordgo.MessageEmbed{Description: text, Color: colours[bot.Neutral]}
	}
	if len(texts) > mostParts {
		d.files = append(d.files, markdown("message", text))
		texts = texts[:1]
	}
	if len(texts) == 0 {
		texts = []string{""}
	}
	for _, t := range texts {
		part := blank()
		part.Content = t
		d.parts = append(d.parts, part)
	}
	last := &d.parts[len(d.parts)-1]
	if block != nil {
		last.Embeds = append(last.Embeds, block)
	}
	if m.Card != nil {
		embed, whole := drawCard(m.Card)
		last.Embeds = append(last.Embeds, embed)
		if whole != "" {
			d.files = append(d.files, markdown(strings.ReplaceAll(m.Card.Key, "/", "-"), whole))
		}
	}
	for i, f := range d.files {
		last.Attachments = append(last.Attachments, attachment{fmt.Sprint(i), f.Name, bot.Shorten(f.Alt, maxAlt)})
	}
	var err error
	last.Components, err = a.buttons(ctx, m.Buttons, to)
	return d, err
}

func markdown(name, text string) bot.File {
	return bot.File{Name: name + ".md", Type: "text/markdown; charset=utf-8", Data: []byte(text)}
}

// drawCard draws a card as an embed. whole is its text when not all of it fits.
func drawCard(c *bot.CardView) (e *discordgo.MessageEmbed, whole string) {
	title, body := renderTitle(c.Title), render(c.Body)
	e = &discordgo.MessageEmbed{
		Title: bot.Shorten(title, maxEmbedTitle), Description: bot.Shorten(body, maxEmbedText), Color: colours[c.Tone],
	}
	all := []string{"# " + title, body}
	cut := e.Title != title || e.Description != body
	left := maxEmbedAll - bot.Length(e.Title) - bot.Length(e.Description)
	for _, f := range c.Fields {
		name, value := renderTitle(f.Label), render(f.Value)
		all = append(all, "**"+name+"**\n"+value)
		field := &discordgo.MessageEmbedField{
			Name: orBlank(bot.Shorten(name, maxFieldName)), Value: orBlank(bot.Shorten(value, maxFieldText)), Inline: bot.Length(value) <= 40,
		}
		size := bot.Length(field.Name) + bot.Length(field.Value)
		cut = cut || bot.Length(value) > maxFieldText
		if size > left || len(e.Fields) == maxFields {
			cut = true
			continue
		}
		left -= size
		e.Fields = append(e.Fields, field)
	}
	if cut {
		whole = strings.Join(all, "\n\n")
	}
	return e, whole
}

// orBlank fills what may not be empty with what is not seen.
func orBlank(s string) string {
	if strings.TrimSpace(s) == "" {
		return "\u200b"
	}
	return s
}

// buttons makes the rows of buttons of a message, or menus when they are many.
func (a *Adapter) buttons(ctx context.Context, buttons []bot.ButtonView, to audience) ([]component, error) {
	taken := map[string]int{}
	id := func(b bot.ButtonView) (string, error) {
		switch b.Call.Command {
		case openCommand:
			return a.signer.seal(useOpen, b.Call.Args["key"]), nil
		case sendCommand:
			return a.signer.seal(useSend, b.Call.Args["key"]), nil
		}
		use := useButton
		if to.private && b.Call.Command == to.command {
			use = usePage
		}
		id, err := a.signer.call(ctx, use, b.Call, to.private)
		if n := taken[id]; n > 0 {
			taken[id]++
			id += again + fmt.Sprint(n)
		} else {
			taken[id] = 1
		}
		return id, err
	}
	if len(buttons) > mostButtons {
		return a.menus(buttons, to, id)
	}
	rows := []component{}
	for i, b := range buttons {
		custom, err := id(b)
		if err != nil {
			return nil, err
		}
		if i%rowButtons == 0 {
			rows = append(rows, component{Type: typeRow})
		}
		row := &rows[len(rows)-1]
		row.Components = append(row.Components, component{
			Type: typeButton, CustomID: custom, Style: styles[b.Style], Label: orBlank(bot.Shorten(b.Label, maxLabel)),
		})
	}
	return rows, nil
}

var styles = map[string]int{
	"": int(discordgo.SecondaryButton), "primary": int(discordgo.PrimaryButton), "danger": int(discordgo.DangerButton),
}

// menus makes menus of 25 choices each, as many as there is room for.
func (a *Adapter) menus(buttons []bot.ButtonView, to audience, id func(bot.ButtonView) (string, error)) ([]component, error) {
	rows := []component{}
	for from := 0; from < len(buttons) && len(rows) < maxRows; from += menuItems {
		menu := component{
			Type: typeMenu, CustomID: a.signer.seal(useMenu, fmt.Sprint(len(rows))),
			Placeholder: bot.Shorten(a.plain(to.locale, "discord.choose"), 150),
		}
		for _, b := range buttons[from:min(from+menuItems, len(buttons))] {
			value, err := id(b)
			if err != nil {
				return nil, err
			}
			menu.Options = append(menu.Options, menuItem{Label: orBlank(bot.Shorten(b.Label, 100)), Value: value})
		}
		rows = append(rows, component{Type: typeRow, Components: []component{menu}})
	}
	return rows, nil
}

// said is a sentence of the adapter's own, and plain the same without marks.
func (a *Adapter) said(locale, key string, args ...any) bot.Markup {
	return a.desk.Say(locale, bot.T(key, args...))
}

func (a *Adapter) plain(locale, key string, args ...any) string {
	return plainText(a.said(locale, key, args...))
}
