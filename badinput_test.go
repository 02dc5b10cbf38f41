package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"greffier/adapters/console"
	"greffier/bot"
)

// hostile is what nobody should be able to harm anything with, in any field.
var hostile = map[string]string{
	"empty":      "",
	"blank":      " \t\n\u00a0\u200b",
	"100 kB":     strings.Repeat("a lot of words ", 7000),
	"one word":   strings.Repeat("x", 100_000),
	"NUL":        "a\x00b\x00",
	"not UTF-8":  "caf\xe9 \xff\xfe \xc3",
	"overrides":  "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e\u061c",
	"everyone":   "@everyone @here @channel @all @greffier",
	"mentions":   "<@console:carol|carol> <@123> <@&456> <#789> <!everyone>",
	"tokens":     "<t:0:F|never> <https://evil.example|good> <t:99999999999999999999:F|x>",
	"Markdown":   "**b** _i_ `c` ```\nx\n``` [a](https://evil.example) # h\n> q\n- l\n| t |\n||s|| ~~d~~",
	"ANSI":       "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07 \x9b2J",
	"templates":  "{{.who}} {{range .}} %s %d ${HOME} $(id)",
	"quotes":     `"'«»“”‘’\" \' \\ -- --title title:"`,
	"zero":       "0",
	"minus one":  "-1",
	"far number": "99999999999999999999",
	"hex":        "0x10",
	"past":       "1999-01-01 00:00",
	"year":       "9999-12-31 23:59",
	"far future": "in 999999999999 days",
	"no such":    "31 February",
	"list":       ",,,;;;|||",
	"combining":  "e" + strings.Repeat("\u0301", 5000),
	"emoji":      strings.Repeat("👩‍👩‍👧‍👦", 200),
	"path":       "../../etc/passwd",
	"key":        "request/1/../../vote/1\x00",
}

// Every command is called with every hostile value in each of its options, by
// call and in a typed line; then the register must verify.
func TestBadInput(t *testing.T) {
	for _, locale := range bot.Locales {
		t.Run(locale, func(t *testing.T) {
			t.Parallel()
			h := newHostility(t, locale)
			h.attackNames()
			for _, name := range commandNames(readCatalogue(t, locale)) {
				if name == "privacy erase" {
					continue // it would forget who is calling
				}
				h.attack(name)
			}
			h.settle()
		})
	}
}

type hostility struct {
	t      *testing.T
	desk   *bot.Bot
	screen *console.Session
	locale string
	events int
}

func newHostility(t *testing.T, locale string) *hostility {
	t.Helper()
	desk, screen, clock := openDesk(t, "demo", locale)
	h := &hostility{t: t, desk: desk, locale: locale}
	h.screen = console.NewSession(console.Options{Console: screen, Desk: desk, Clock: clock, Run: "hostile", Show: h.shown})
	carol := member("carol", locale)
	carol.Marks = []string{"group:committee", "group:tech"}
	h.desk.Handle(t.Context(), bot.Event{Kind: bot.Seen, Caller: carol})
	for _, title := range []string{"A bell", "A siren", "Tea for all"} {
		h.call("request new", map[string]string{"title": title, "kind": "idea"})
		h.call("vote new", map[string]string{"title": title, "options": "this, that"})
	}
	return h
}

// options lists what a command can be given, with a value that is well meant.
func options(name string) map[string]string {
	sound := map[string]string{
		"number": "1", "into": "2", "title": "A title", "kind": "idea", "text": "words", "who": "carol", "members": "carol",
		"verdict": "favourable", "reason": "because", "until": "in 3 days", "choice": "1", "address": "https://example.org", "command": "me",
		"language": "en",
	}
	asked := map[string]string{}
	for _, f := range features() {
		for _, c := range f.Commands {
			if c.Name != name {
				continue
			}
			for _, o := range c.Options {
				if o.Name != "" {
					asked[o.Name] = ""
				}
				if o.Required {
					asked[o.Name] = sound[o.Name]
				}
			}
		}
	}
	if name == "help" || name == "language" {
		asked[map[string]string{"help": "command", "language": "language"}[name]] = ""
	}
	return asked
}

// attack gives one command each hostile value in each option, the others being
// well meant.
func (h *hostility) attack(name string) {
	asked := options(name)
	for option := range asked {
		for what, value := range hostile {
			args := map[string]string{}
			for o, sound := range asked {
				if sound != "" {
					args[o] = sound
				}
			}
			args[option] = value
			where := fmt.Sprintf("%s %s=%s", name, option, what)
			h.handle(where, bot.Event{Call: &bot.Call{Command: name, Args: args}})
			h.handle(where+" (form)", bot.Event{Call: &bot.Call{Command: name, Args: args, Form: true}})
			h.handle(where+" (typed)", bot.Event{Line: "/" + name + " 1 " + option + ":\"" + value + "\""})
			h.handle(where+" (bare)", bot.Event{Line: "/" + name + " " + value})
		}
	}
}

// attackNames types hostile values where a command is expected.
func (h *hostility) attackNames() {
	for what, value := range hostile {
		h.handle("line "+what, bot.Event{Line: "/" + value})
		h.handle("subcommand "+what, bot.Event{Line: "/vote " + value})
		h.handle("command "+what, bot.Event{Call: &bot.Call{Command: "vote" + value}})
	}
}

func (h *hostility) call(name string, args map[string]string) {
	h.handle(name, bot.Event{Call: &bot.Call{Command: name, Args: args}})
}

func (h *hostility) handle(where string, ev bot.Event) {
	h.t.Helper()
	h.events++
	ev.ID, ev.Kind, ev.Caller = fmt.Sprint("hostile-", h.events), bot.Called, member("carol", h.locale)
	ev.Place = bot.Place{Platform: console.Platform, Channel: "general"}
	a := h.desk.Handle(h.t.Context(), ev)
	if a.Empty() && ev.Line != "/" {
		h.t.Errorf("%s: no answer", where)
	}
	h.check(where, a.Message)
	if a.Form == nil {
		return
	}
	h.checkText(where, a.Form.Title)
	h.checkMarkup(where, a.Form.Intro)
	for _, f := range a.Form.Fields {
		h.checkText(where, f.Label+f.Help+f.Error)
	}
}

func (h *hostility) shown(m console.Shown) error {
	h.check("post to "+m.Channel+m.To.Name, m.Message)
	return nil
}

func (h *hostility) check(where string, m bot.Message) {
	h.t.Helper()
	h.checkMarkup(where, m.Text)
	if m.Card != nil {
		h.checkMarkup(where, m.Card.Title)
		h.checkMarkup(where, m.Card.Body)
		for _, f := range m.Card.Fields {
			h.checkMarkup(where, f.Label)
			h.checkMarkup(where, f.Value)
		}
	}
	for _, b := range m.Buttons {
		h.checkText(where, b.Label)
	}
}

// A mention of ours, which names an account; nothing typed may make one.
var ours = regexp.MustCompile(`<@console:[^<>|]*\|[^<>|]*>|<t:-?\d+:[FD]\|[^<>|]*>|<https?://[^<>|\s]*>`)

var unexpected = regexp.MustCompile(`(?i)reference [0-9A-F]{8}|référence [0-9A-F]{8}`)

// longest is how many bytes a message may have: the smallest limit of the
// platforms, with room for escapes.
const longest = 20_000

// checkMarkup refuses an unexpected error, and what was typed and not escaped.
func (h *hostility) checkMarkup(where string, m bot.Markup) {
	h.t.Helper()
	h.checkText(where, string(m))
	if len(m) > longest {
		h.t.Errorf("%s: an answer of %d bytes", where, len(m))
	}
	rest := strings.ReplaceAll(ours.ReplaceAllString(string(m), ""), `\\`, "")
	for _, bad := range []string{"@", "<", "|", "~", "["} {
		for i := 0; i < len(rest); i++ {
			if rest[i:i+1] == bad && (i == 0 || rest[i-1] != '\\') && !allowedHere(rest, i) {
				h.t.Errorf("%s: %q is not escaped in %.300q", where, bad, rest[max(0, i-40):])
				return
			}
		}
	}
}

// allowedHere knows what our own sentences write: @nom in a hint, and usages in
// backquotes.
func allowedHere(s string, i int) bool {
	line := s[strings.LastIndexByte(s[:i], '\n')+1 : i]
	hint := regexp.MustCompile(`^@(\\| |,|\.|bob|nom|name|$)`)
	return strings.Count(line, "`")%2 == 1 || hint.MatchString(s[i:])
}

func (h *hostility) checkText(where, s string) {
	h.t.Helper()
	if ref := unexpected.FindString(s); ref != "" {
		h.t.Errorf("%s: an unexpected error: %.200s", where, s)
	}
	if at := strings.IndexFunc(s, harmful); at >= 0 {
		h.t.Errorf("%s: %q is shown in %.200q", where, []rune(s[at:])[0], s[max(0, at-40):])
	}
}

func harmful(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// settle delivers and draws everything that hangs, lets every date pass, and
// verifies the register.
func (h *hostility) settle() {
	h.t.Helper()
	if err := h.screen.Settle(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	if err := h.screen.Pass(h.t.Context(), 30*24*time.Hour); err != nil {
		h.t.Fatal(err)
	}
	v, err := h.desk.Verify(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range v.Findings {
		h.t.Errorf("the register does not verify: %s: %s", f.Where, h.desk.Say("en", f.What))
	}
}

// Names are typed by their owners too, on the platform.
func TestBadNames(t *testing.T) {
	h := newHostility(t, "en")
	for what, name := range hostile {
		if len(name) > 5000 {
			continue
		}
		for i, id := range []string{"twin-1", "twin-2"} {
			who := member(id+what, "en")
			who.Name = name
			h.desk.Handle(t.Context(), bot.Event{ID: fmt.Sprint("join ", id, what), Kind: bot.Joined, Caller: who})
			a := h.desk.Handle(t.Context(), bot.Event{
				ID: fmt.Sprint("support ", id, what), Caller: who, Place: bot.Place{Platform: console.Platform, Channel: "general"},
				Call: &bot.Call{Command: "request support", Args: map[string]string{"number": fmt.Sprint(i + 1)}},
			})
			h.checkText(what, string(a.Text))
		}
		h.call("request assign", map[string]string{"number": "1", "who": name})
		h.call("request show", map[string]string{"number": "1"})
	}
	if v, err := h.desk.Verify(t.Context()); err != nil || len(v.Findings) > 0 {
		t.Error(v.Findings, err)
	}
}

// A ballot that arrives between the closing date and the counting is refused,
// and so is one after it; a line of more than 64 KiB is not read at all.
func TestTooLateTooLong(t *testing.T) {
	for locale, want := range map[string][3]string{
		"en": {"is being counted", "was closed on", "too long to read"},
		"fr": {"va être dépouillé", "a été clos le", "trop long pour être lu"},
	} {
		desk, _, clock := openDesk(t, "demo", locale)
		say := func(line string) string {
			return string(desk.Handle(t.Context(), bot.Event{ID: line + clock.Now().String(), Caller: member("carol", locale), Line: line}).Text)
		}
		say("/vote new Tea")
		clock.Set(clock.Now().Add(4 * 24 * time.Hour))
		got := []string{say("/vote 1 yes"), "", say("/request new " + strings.Repeat("x", bot.MaxInput))}
		if _, err := desk.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		got[1] = say("/vote 1 no")
		if !slices.EqualFunc(got, want[:], strings.Contains) {
			t.Errorf("%s: %q, want %q", locale, got, want)
		}
	}
}
