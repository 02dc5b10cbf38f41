package discord_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// paper is a feature that shows what somebody would say before it counts, as a secret
// ballot is: its button says all of it, and is too long for an identifier.
func paper() bot.Feature {
	type args struct {
		Said string `opt:"said"`
		Sure bool   `opt:"sure,hidden"`
	}
	words := `
commands:
  paper: {word: paper, help: Paper, options: {said: {word: said, help: Said}}}
messages:
  paper.would: "Would be {{.said}}"
  paper.done: "Counted: {{.said}}"
  paper.again: "Answered before"
  paper.sure: "Sure"
`
	return bot.Feature{
		Name:   "paper",
		Locale: fstest.MapFS{"locale/en.yaml": {Data: []byte(words)}, "locale/fr.yaml": {Data: []byte(words)}},
		Commands: []*bot.Command{bot.Cmd("paper", func(c *bot.Ctx, in args) (bot.Reply, error) {
			again := bot.T("paper.again")
			if in.Sure {
				return bot.Reply{Text: bot.T("paper.done", "said", in.Said), Again: &again}, nil
			}
			return bot.Reply{Text: bot.T("paper.would", "said", in.Said), Again: &again, Buttons: []bot.Button{
				{Label: bot.T("paper.sure"), Call: c.Call.With("sure", "yes")},
			}}, nil
		})},
	}
}

// written is everything that a copy of the register holds.
func (r *rig) written() string {
	r.Helper()
	var all bytes.Buffer
	if _, err := r.db.Backup(r.Context(), &all); err != nil {
		r.Fatal(err)
	}
	return all.String()
}

// kept are the lengths of what the adapter keeps of one sort.
func (r *rig) kept(sort string) (lengths []int) {
	r.Helper()
	all, err := r.desk.AllKept(r.Context(), discord.Platform)
	if err != nil {
		r.Fatal(err)
	}
	for key, value := range all {
		if strings.HasPrefix(key, sort) {
			lengths = append(lengths, len(value))
		}
	}
	return lengths
}

// What is kept of a form half filled in, or of an answer that nobody else sees, cannot
// be read in the register: neither what was said nor who said it.
func TestOwnIsClosedToReaders(t *testing.T) {
	r := serve(t, discordtest.Options{}, survey(), paper())
	r.until("served", r.adapter.Serving)

	it, err := r.alice.Slash(r.channel, "survey", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := it.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent, err := r.alice.Submit(it.Modal(), map[string]string{"a": "chartreuse", "b": "two"})
	if err != nil {
		t.Fatal(err)
	}
	form := r.answer(sent)
	if lengths := r.kept("draft/"); len(lengths) != 1 {
		t.Fatalf("%d forms are kept: this test sees nothing", len(lengths))
	}

	said := strings.Repeat("vermilion ", 9)
	answers := map[string]*discordtest.Message{}
	for _, text := range []string{said + "yes", said + "abstain"} {
		it, err := r.alice.Slash(r.channel, "paper", discordtest.Args{"said": text})
		if err != nil {
			t.Fatal(err)
		}
		answers[text] = r.answer(it)
	}
	if lengths := r.kept("call/"); len(lengths) != 2 || lengths[0] != lengths[1] {
		t.Errorf("calls of %v bytes are kept, want two alike", lengths)
	}
	all := r.written()
	for _, text := range []string{"chartreuse", "vermilion"} {
		if strings.Contains(all, text) {
			t.Errorf("%q can be read in the register", text)
		}
	}

	for text, m := range answers {
		it, err := r.alice.Press(m, "Sure")
		if err != nil {
			t.Fatal(err)
		}
		if got := r.answer(it).Content; got != "Counted: "+text {
			t.Errorf("pressed: %q", got)
		}
	}
	if it, err = r.alice.Press(form, "Send as it is"); err != nil {
		t.Fatal(err)
	}
	if got := r.answer(it).Content; got != "a=chartreuse b=two c= g=" {
		t.Errorf("sent: %q", got)
	}
	if lengths := r.kept("draft/"); len(lengths) != 0 {
		t.Errorf("%d forms are kept after they were sent", len(lengths))
	}
}
