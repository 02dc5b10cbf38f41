package console

import (
	"context"
	"slices"
	"strings"

	"greffier/bot"
)

// clicks presses a button: by number on the last private message that had
// buttons, else on the last card of the channel; by label on a card, as it
// stands now, wherever it hangs.
func (s *Session) clicks(ctx context.Context, step Step) error {
	p := s.person(step.Name)
	if step.Number == 0 {
		return s.clicksLabel(ctx, p, step)
	}
	on := s.offered(p)
	if len(on.buttons) == 0 {
		return s.tell(ctx, p, bot.T("console.no-buttons"))
	}
	if step.Number > len(on.buttons) {
		return s.tell(ctx, p, bot.T("console.no-button", "number", step.Number, "buttons", labels(on.buttons)))
	}
	return s.press(ctx, p, on.place, on.buttons[step.Number-1])
}

// offered are the buttons that a number counts for somebody.
func (s *Session) offered(p *person) offer {
	if len(p.buttons.buttons) > 0 {
		return p.buttons
	}
	return s.cards[p.place.Channel]
}

func (s *Session) press(ctx context.Context, p *person, at bot.Place, b bot.ButtonView) error {
	return s.send(ctx, p, bot.Event{Kind: bot.Called, Place: at, Call: &b.Call})
}

func (s *Session) clicksLabel(ctx context.Context, p *person, step Step) error {
	key := strings.ToLower(step.Key)
	said := s.Desk.Charter().Community.Locale
	var first []bot.ButtonView
	for _, locale := range append([]string{said}, bot.Locales...) {
		m, places, ok, err := s.Desk.Draw(ctx, key, Platform, locale)
		if err != nil {
			return err
		}
		if !ok {
			return s.tell(ctx, p, bot.T("console.no-card", "card", step.Key))
		}
		if first == nil {
			first = m.Buttons
		}
		if b, ok := labelled(m.Buttons, step.Label); ok {
			at := p.place
			if len(places) > 0 && !slices.Contains(places, at) {
				at = places[0]
			}
			return s.press(ctx, p, at, b)
		}
	}
	if len(first) == 0 {
		return s.tell(ctx, p, bot.T("console.no-label-none", "card", step.Key))
	}
	return s.tell(ctx, p, bot.T("console.no-label", "card", step.Key, "label", step.Label, "buttons", labels(first)))
}

// labelled finds a button by its label or a beginning that only one has, case
// and accents aside.
func labelled(buttons []bot.ButtonView, label string) (found bot.ButtonView, ok bool) {
	typed, begin := readable(label), 0
	for _, b := range buttons {
		has := readable(b.Label)
		if has == typed {
			return b, true
		}
		if strings.HasPrefix(has, typed) {
			begin++
			found = b
		}
	}
	return found, begin == 1
}

// apart parts the words of labels: "cas-d-usage" is typed for "Cas d'usage".
var apart = strings.NewReplacer("-", " ", "'", " ", "’", " ")

// readable folds a label to what is compared: words, without signs before them.
func readable(s string) string {
	return strings.Join(strings.Fields(apart.Replace(bot.Fold(s))), " ")
}

func labels(buttons []bot.ButtonView) []bot.Text {
	texts := make([]bot.Text, len(buttons))
	for i, b := range buttons {
		texts[i] = bot.Typed(b.Label)
	}
	return texts
}

// fills answers the form that somebody was shown last.
func (s *Session) fills(ctx context.Context, step Step) error {
	p := s.person(step.Name)
	if p.form == nil {
		return s.tell(ctx, p, bot.T("console.no-form"))
	}
	values := map[string]string{}
	for _, v := range step.Values {
		field, ok := fieldNamed(p.form.Fields, v.Field)
		if !ok {
			return s.tell(ctx, p, unknownField(p.form.Fields, v.Field))
		}
		values[field.Name] = v.Text
	}
	call := p.form.Submit(values)
	return s.send(ctx, p, bot.Event{Kind: bot.Called, Place: p.formAt, Call: &call})
}

// fieldNamed finds a field by its name or by its label in any language.
func fieldNamed(fields []bot.FormField, typed string) (bot.FormField, bool) {
	for _, f := range fields {
		for _, word := range append([]string{f.Name, f.Label}, f.Also...) {
			if readable(word) == readable(typed) {
				return f, true
			}
		}
	}
	return bot.FormField{}, false
}

func unknownField(fields []bot.FormField, typed string) bot.Text {
	var words []string
	var names []bot.Text
	for _, f := range fields {
		words = append(words, f.Name, fieldWord(f))
		names = append(names, bot.Typed(fieldWord(f)))
	}
	if near := bot.Nearest(typed, words); near != "" {
		return bot.T("console.no-field-near", "field", typed, "near", near, "fields", names)
	}
	return bot.T("console.no-field", "field", typed, "fields", names)
}

// fieldWord is how a field is named in a line of the grammar: its label in one word.
func fieldWord(f bot.FormField) string {
	return strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(apart.Replace(f.Label)), "-")), "=", "")
}
