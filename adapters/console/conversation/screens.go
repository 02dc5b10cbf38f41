package conversation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"greffier/adapters/adaptertest"
	"greffier/adapters/console"
	"greffier/bot"
)

// screens are what everybody must see: one screen a channel, under "#" and its
// name, and one a person. A card that is drawn again stands where it stood.
type screens struct {
	names []string
	items map[string][]*item
}

// item is a message that must be seen, and how it was seen last on the platform.
type item struct {
	shown console.Shown
	seen  adaptertest.Message
	want  *message // of shown, once it was worked out
}

func newScreens() *screens { return &screens{items: map[string][]*item{}} }

func (s *screens) of(screen string) []*item { return s.items[screen] }

// show puts a message on its screen.
func (s *screens) show(m console.Shown) {
	screen := personID(m.To.ID)
	if m.Channel != "" {
		screen = "#" + m.Channel
	}
	if m.Again {
		for _, it := range slices.Backward(s.items[screen]) {
			if it.shown.Card != nil && it.shown.Card.Key == m.Card.Key {
				it.shown, it.want = m, nil
				return
			}
		}
	}
	if !slices.Contains(s.names, screen) {
		s.names = append(s.names, screen)
	}
	s.items[screen] = append(s.items[screen], &item{shown: m})
}

// expect puts what the console showed on the screens.
func (p *play) expect() {
	for _, m := range p.shown {
		p.expected.show(m)
	}
}

// compare waits until every screen shows what it must and nothing else.
func (p *play) compare() {
	p.Helper()
	p.until(func() string {
		for name, id := range p.channels {
			if problem := p.match("#"+name, p.stage.Public(p, id)); problem != "" {
				return problem
			}
		}
		for who := range p.ids {
			if problem := p.match(who, p.stage.Private(p, who)); problem != "" {
				return problem
			}
		}
		return ""
	})
}

// match finds each message that must be on a screen there, and says what is
// missing, wrong or too much. In a channel the order counts; what is told to one
// person comes by several ways.
func (p *play) match(screen string, seen []adaptertest.Message) string {
	want := p.expected.of(screen)
	used := make([]bool, len(seen))
	var missing []string
	for n, it := range want {
		found := false
		for i, m := range seen {
			if used[i] || strings.HasPrefix(screen, "#") && i != n {
				continue
			}
			if p.same(it, m) {
				used[i], found, it.seen = true, true, m
				break
			}
		}
		if !found {
			missing = append(missing, "missing: "+describe(p.wanted(it)))
		}
	}
	for i, m := range seen {
		if !used[i] {
			missing = append(missing, "not expected: "+describe(p.read(m)))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return screen + " does not show what it must\n" + strings.Join(missing, "\n")
}

// message is what counts of a message, however a platform shows it.
type message struct {
	text    string
	buttons []string
	files   []string
	form    []string
}

func describe(m message) string {
	return fmt.Sprintf("%q, buttons %q, files %q, form %q", m.text, m.buttons, m.files, m.form)
}

// read is a message as it was seen.
func (p *play) read(m adaptertest.Message) message {
	text, ok := p.texts[m.Text]
	if !ok {
		if p.texts == nil {
			p.texts = map[string]string{}
		}
		text = words(m.Text)
		p.texts[m.Text] = text
	}
	return message{text: text, buttons: m.Buttons, files: slices.Sorted(slices.Values(m.Files)), form: m.Form}
}

// expectedOf is a message as it must be seen.
func (p *play) expectedOf(m console.Shown) message {
	d := p.stage.Dialect()
	lines := []string{m.Text.For(d)}
	if c := m.Card; c != nil {
		lines = append(lines, c.Title.For(d), c.Body.For(d))
		for _, f := range c.Fields {
			lines = append(lines, f.Label.For(d)+": "+f.Value.For(d))
		}
	}
	out := message{}
	if f := m.Form; f != nil {
		lines = append(lines, f.Title, f.Intro.For(d))
		for _, field := range f.Fields {
			out.form = append(out.form, field.Name)
		}
	}
	for _, b := range m.Buttons {
		out.buttons = append(out.buttons, b.Label)
	}
	for _, f := range m.Files {
		out.files = append(out.files, f.Name)
	}
	slices.Sort(out.files) // Mattermost orders the files of one millisecond as they come
	out.text = words(strings.Join(lines, "\n"))
	return out
}

// wanted is expectedOf an item, which is compared after every line.
func (p *play) wanted(it *item) message {
	if it.want == nil {
		m := p.expectedOf(it.shown)
		it.want = &m
	}
	return *it.want
}

// journal is the number of an entry and the beginning of its hash, which covers
// the accounts of a platform.
var journal = regexp.MustCompile(`\d+-[0-9a-f]{12}`)

// words are what a text says, however its lines are broken.
func words(s string) string {
	return journal.ReplaceAllString(strings.Join(strings.Fields(s), " "), "N-HASH")
}

// same reports whether a message is seen as it must be.
func (p *play) same(it *item, seen adaptertest.Message) bool {
	shown, want, got := it.shown, p.wanted(it), p.read(seen)
	if len(got.buttons) == 0 && asides(shown.Buttons) && strings.HasPrefix(got.text, want.text) {
		want.buttons, want.text = nil, withLines(want.text, shown.Buttons, got.text)
	}
	if !slices.Equal(want.buttons, got.buttons) || !slices.Equal(want.files, got.files) {
		return false
	}
	if shown.Form == nil {
		return len(got.form) == 0 && want.text == got.text
	}
	return sameForm(*shown.Form, want, got, seen)
}

// asides reports whether every button may be told as a line to type instead.
func asides(buttons []bot.ButtonView) bool {
	for _, b := range buttons {
		if b.Line == "" {
			return false
		}
	}
	return len(buttons) > 0
}

// withLines is a text followed by each button as a line to type, spelled as the
// platform has it in what was seen.
func withLines(text string, buttons []bot.ButtonView, seen string) string {
	rest := strings.TrimPrefix(seen, text)
	for _, b := range buttons {
		at := strings.Index(rest, b.Label+" — `")
		if at < 0 || !strings.Contains(rest, strings.TrimPrefix(b.Line, "/")) {
			return text
		}
	}
	return text + rest
}

// sameForm compares forms: a platform may leave fields out that can stay empty,
// and keep the one that stands open when it is sent in with mistakes.
func sameForm(form bot.FormView, want, got message, seen adaptertest.Message) bool {
	if len(got.form) == 0 {
		return false
	}
	if seen.OneByOne {
		at := slices.IndexFunc(form.Fields, func(f bot.FormField) bool { return f.Label == got.form[0] })
		if at < 0 {
			return false
		}
		if wrong := form.Fields[at].Error; wrong != "" {
			return strings.Contains(got.text, words(wrong))
		}
		return want.text == got.text
	}
	again := slices.ContainsFunc(form.Fields, func(f bot.FormField) bool { return f.Error != "" })
	if !again && want.text != got.text {
		return false
	}
	for _, name := range got.form {
		if !slices.Contains(want.form, name) {
			return false
		}
	}
	for _, f := range form.Fields {
		field, there := seen.Fields[f.Name]
		asked := slices.Contains(got.form, f.Name)
		switch {
		case f.Error != "" && words(field.Error) != words(f.Error) && !strings.Contains(got.text, words(f.Error)):
			return false
		case f.Error == "" && field.Error != "":
			return false
		case !asked && f.Required && f.Value == "" && !again:
			return false
		case there && !again && field.Value != f.Value:
			return false
		case there && len(field.Choices) > 0 && !sameChoices(f.Choices, field.Choices):
			return false
		}
	}
	return true
}

func sameChoices(want []bot.ChoiceView, got []string) bool {
	return slices.EqualFunc(want, got, func(c bot.ChoiceView, label string) bool { return c.Label == label })
}
