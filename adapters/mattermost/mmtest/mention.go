package mmtest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/adaptertest"
	"greffier/bot"
)

// Manner tells by what way the clerk is spoken to.
func (st *Stage) Manner() string {
	if st.callback == "" {
		return "mattermost by mention"
	}
	return "mattermost by command"
}

// said is a sentence of the adapter's own in each language.
func (st *Stage) said(key string) []string {
	var all []string
	for _, locale := range bot.Locales {
		all = append(all, st.asRead(string(st.desk.Say(locale, bot.T(key)))))
	}
	return all
}

// numberedLine is a choice: its number, then its label.
var numberedLine = regexp.MustCompile("^`(\\d+)` (.+)$")

// byMention reads a message that has numbers in place of buttons, or asks the first
// question of a form.
func (st *Stage) byMention(m *adaptertest.Message) {
	for _, how := range st.said("mattermost.how-to-answer") {
		head, question, ok := strings.Cut(m.Text, how)
		if !ok {
			continue
		}
		m.OneByOne, m.Form = true, []string{labelIn(question)}
		m.Text = strings.Replace(strings.TrimPrefix(head, "**"), "**", "", 1)
		if strings.Contains(strings.SplitN(strings.TrimSpace(question), "**", 2)[0], " ") {
			m.Text += question // what is wrong stands before it
		}
		return
	}
	hints := append(st.said("mattermost.numbers"), st.said("mattermost.numbers-direct")...)
	if !slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(m.Text, "_"+hint+"_") }) {
		return
	}
	var lines []string
	for line := range strings.SplitSeq(m.Text, "\n") {
		if c := numberedLine.FindStringSubmatch(line); c != nil {
			m.Buttons = append(m.Buttons, c[2])
		} else if !slices.Contains(hints, strings.Trim(line, "_")) {
			lines = append(lines, line)
		}
	}
	m.Text = strings.Join(lines, "\n")
}

// labelIn is the label of the field that a message asks for.
func labelIn(text string) string {
	_, rest, _ := strings.Cut(text, "**")
	label, _, _ := strings.Cut(rest, "**")
	return label
}

// keycaps are the reactions that stand for numbers.
var keycaps = []string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten"}

// choose makes a numbered choice: by a reaction the first time, else by writing the
// number in the thread.
func (st *Stage) choose(t testing.TB, a *actor, on adaptertest.Message, label string) {
	t.Helper()
	at := slices.Index(on.Buttons, label)
	if at < 0 {
		t.Errorf("%s finds no choice %q on %q", a.Name, label, on.Text)
		return
	}
	p := &model.Post{Id: on.ID, ChannelId: a.direct}
	if full, _, err := a.Client.GetPost(t.Context(), on.ID, ""); err == nil {
		p = full
	}
	key := fmt.Sprint(on.ID, at)
	if at < len(keycaps) && !a.pressed[key] {
		if a.pressed == nil {
			a.pressed = map[string]bool{}
		}
		a.pressed[key] = true
		a.React(t, p, keycaps[at])
		return
	}
	a.Reply(t, p, fmt.Sprint(at+1))
}

// answerQuestions answers the questions of a form until another thing is said.
func (st *Stage) answerQuestions(t testing.TB, a *actor, values map[string]string) {
	t.Helper()
	label, count := st.question(a)
	for label != "" {
		value, ok := values[label]
		if !ok {
			return
		}
		if value == "" {
			value = "-"
		}
		a.Say(t, a.direct, value)
		ctx, cancel := within(t)
		err := poll(ctx, func() bool { a.mu.Lock(); defer a.mu.Unlock(); return len(a.order) > count })
		cancel()
		if err != nil {
			t.Errorf("%s was answered nothing to %q", a.Name, value)
			return
		}
		asked := label
		if label, count = st.question(a); label == "" || label == asked {
			return // all is said, or the answer was none and is needed
		}
		if _, ok := values[label]; !ok {
			return
		}
		a.mu.Lock()
		id := a.order[count-1]
		again := st.message(a.shown[id]).OneByOne // the form begins anew with what was wrong
		if !again {
			if a.asked == nil {
				a.asked = map[string]bool{}
			}
			a.asked[id] = true
		}
		a.mu.Unlock()
		if again {
			return
		}
	}
}

// question is the label that the newest message asks for, and how many there are.
func (st *Stage) question(a *actor) (label string, count int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	count = len(a.order)
	if count == 0 {
		return "", 0
	}
	m := st.message(a.shown[a.order[count-1]])
	if m.OneByOne {
		return m.Form[0], count
	}
	return labelIn(m.Text), count
}
