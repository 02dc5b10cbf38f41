package mattermost

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"greffier/bot"
)

func TestRender(t *testing.T) {
	a := New(Options{URL: "http://x"})
	for _, c := range []struct{ typed, want string }{
		{"plain - text, v1.2 (really)!", "plain - text, v1.2 (really)!"},
		{"**bold** _it_ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\`"},
		{"# title", "\\# title"},
		{"- item\n1. first\n> quote", "\\- item\n1\\. first\n\\> quote"},
		{"@all @channel", "@\u2060all @\u2060channel"},
		{"see https://example.org/a_b?c=d.", "see https://example.org/a_b?c=d."},
		{"(https://example.org/x)", "(https://example.org/x)"},
		{"https://example.org/@all", "https://example.org/%40all"},
		{"[link](https://example.org)", "\\[link\\](https://example.org)"},
		{"a | b", "a \\| b"},
		{"<@U1> <!here>", "\\<@\u2060U1> \\<!here>"},
	} {
		if got := a.render(bot.Escape(c.typed)); got != c.want {
			t.Errorf("%q is written %q, want %q", c.typed, got, c.want)
		}
	}
	if got := a.render("`" + bot.Escape("/vote cast #1") + "` **x** <@mattermost:u|bob>"); got != "`/vote cast #1` **x** @bob" {
		t.Errorf("our own markup: %q", got)
	}
}

// Whatever is typed, no @ is followed by what it could name, and nothing is lost.
func TestRenderProperty(t *testing.T) {
	a := New(Options{URL: "http://x"})
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("ab @*_`#\n-1.:/<>[]()|~\\"))), rapid.SampledFrom([]string{"https://", "@all", "http://x.org/"}))
		typed := bot.Clean(strings.Join(rapid.SliceOf(piece).Draw(t, "typed"), ""))
		got := a.render(bot.Escape(typed))
		for i := strings.IndexByte(got, '@'); i >= 0 && i+1 < len(got); {
			if !strings.HasPrefix(got[i+1:], joiner) {
				t.Fatalf("%q is written %q: an @ is free", typed, got)
			}
			next := strings.IndexByte(got[i+1:], '@')
			if next < 0 {
				break
			}
			i += 1 + next
		}
		bare := strings.NewReplacer(joiner, "", "\\", "", "%40", "@").Replace(got)
		if want := strings.ReplaceAll(typed, "\\", ""); bare != want {
			t.Fatalf("%q reads %q", want, bare)
		}
	})
}

func TestSplitProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		parts := bot.Split(s, limit)
		if got := bare(strings.Join(parts, "")); got != bare(s) {
			t.Fatalf("%q became %q", s, parts)
		}
		for _, p := range parts {
			if utf8.RuneCountInString(p) > limit {
				t.Fatalf("part %q is longer than %d", p, limit)
			}
		}
	})
}

func TestShort(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Clôturer la réunion n° 1", "Clôturer la réunion…"},
		{"Réunion", "Réunion"},
	} {
		if got := short(c.in, 24); got != c.want || len(got) > 24 {
			t.Errorf("short(%q) = %q (%d bytes), want %q", c.in, got, len(got), c.want)
		}
	}
}

func TestSigner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &signer{bot.NewStamp([]byte("secret")), bot.SystemClock{}}
		signed := s.sign(ticket{Call: bot.Call{Command: "vote cast"}, Who: "alice", Use: forForm, Expires: time.Now().Add(time.Hour).Unix()})
		if got, err := s.check(signed, forForm); err != nil || got.Call.Command != "vote cast" || got.Who != "alice" {
			t.Errorf("check: %+v, %v", got, err)
		}
		if _, err := s.check(signed, forButton); err == nil {
			t.Error("a form passes for a button")
		}
		if _, err := (&signer{bot.NewStamp([]byte("other")), bot.SystemClock{}}).check(signed, forForm); err == nil {
			t.Error("another secret is taken")
		}
		for i := range signed {
			changed := []byte(signed)
			changed[i] ^= 1
			// The last sign of base64 may have bits that mean nothing.
			if _, err := s.check(string(changed), forForm); err == nil && i != len(signed)-1 {
				t.Errorf("changed at %d, it is taken", i)
			}
		}
		time.Sleep(2 * time.Hour) // of the bubble's clock
		if _, err := s.check(signed, forForm); err == nil {
			t.Error("it is taken after it expired")
		}
	})
}

// FuzzStranger reads what anybody may send: it must neither panic nor pass.
func FuzzStranger(f *testing.F) {
	s := &signer{bot.NewStamp([]byte("secret")), bot.SystemClock{}}
	f.Add(s.sign(ticket{Use: forForm})[1:], "YTpiOjE6Yw==", `{"a":[1,true,null]}`)
	a := New(Options{URL: "http://x"})
	f.Fuzz(func(t *testing.T, state, trigger, submission string) {
		if _, err := s.check(state, forButton); err == nil {
			t.Errorf("%q passes as signed", state)
		}
		_, _ = a.readTrigger(trigger, "alice")
		var values map[string]any
		if json.Unmarshal([]byte(submission), &values) == nil {
			for _, v := range values {
				_ = submitted(v)
			}
		}
		_ = a.render(bot.Markup(state))
		_ = a.hook(submission)
	})
}
