package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"greffier/config"
)

// Text is something to say that has no language yet: a sentence of the
// catalogue with its arguments, words that somebody typed, or several of them.
// It is a value that can be stored and said later, in each reader's language.
type Text struct {
	Key  string       `json:"k,omitempty"`
	Args []Arg        `json:"a,omitempty"`
	Lit  string       `json:"l,omitempty"`
	Word config.Words `json:"w,omitzero"`
	Join []Text       `json:"j,omitempty"`
	Sep  string       `json:"s,omitempty"`
	URL  string       `json:"u,omitempty"`
}

// Arg is one named argument of a sentence.
type Arg struct {
	Name string     `json:"n"`
	Lit  string     `json:"l,omitempty"`
	Num  *int64     `json:"i,omitempty"`
	Who  MemberID   `json:"m,omitempty"`
	When *time.Time `json:"t,omitempty"`
	Date bool       `json:"d,omitempty"`
	Hour bool       `json:"h,omitempty"`
	Text *Text      `json:"x,omitempty"`
}

// Date is a moment of which only the day matters.
type Date time.Time

// Hour is a moment of which only the time of day matters.
type Hour time.Time

// T makes a Text from a key of the catalogue and pairs of argument name and
// value. Values are strings (escaped: they are taken as typed by a person),
// integers, MemberID, time.Time, Date, Hour, Money, config.Words, Text and []Text (joined
// by commas). The argument named "count" chooses between plural forms. Any
// other type is a mistake of the program and panics.
func T(key string, args ...any) Text {
	t := Text{Key: key}
	if len(args) > 0 {
		t.Args = make([]Arg, 0, len(args)/2)
	}
	for i := 0; i+1 < len(args); i += 2 {
		t.Args = append(t.Args, arg(args[i].(string), args[i+1]))
	}
	return t
}

func arg(name string, v any) Arg {
	a := Arg{Name: name}
	num := func(n int64) Arg { a.Num = &n; return a }
	switch v := v.(type) {
	case string:
		a.Lit = v
	case int:
		return num(int64(v))
	case int64:
		return num(v)
	case uint64:
		return num(int64(v)) //nolint:gosec // counts and numbers of records stay far below 2^63
	case MemberID:
		a.Who = v
	case time.Time:
		a.When = &v
	case Date:
		when := time.Time(v)
		a.When, a.Date = &when, true
	case Hour:
		when := time.Time(v)
		a.When, a.Hour = &when, true
	case config.Words:
		a.Text = &Text{Word: v}
	case Text:
		a.Text = &v
	case []Text:
		list := List(v...)
		a.Text = &list
	case Money:
		said := v.Text()
		a.Text = &said
	case fmt.Stringer:
		a.Lit = v.String()
	default:
		panic(fmt.Sprintf("bot: argument %q of a text has type %T", name, v))
	}
	return a
}

// Typed is words that somebody typed, said as they are.
func Typed(s string) Text { return Text{Lit: s} }

// Link is an address that can be followed. The caller has checked that it is one.
func Link(url string) Text { return Text{URL: url} }

// Named is a name from the charter, in the reader's language.
func Named(w config.Words) Text { return Text{Word: w} }

// Lines says several texts one under the other, leaving out empty ones.
func Lines(texts ...Text) Text { return Text{Join: texts, Sep: "\n"} }

// List says several texts separated by commas.
func List(texts ...Text) Text { return Text{Join: texts, Sep: ", "} }

// Words says several texts one after the other, separated by spaces.
func Words(texts ...Text) Text { return Text{Join: texts, Sep: " "} }

// IsZero reports whether there is nothing to say.
func (t Text) IsZero() bool {
	return t.Key == "" && t.Lit == "" && t.Word.IsZero() && len(t.Join) == 0 && t.URL == ""
}

// Speaker says Texts in one language to readers of one platform.
type Speaker struct {
	bot      *Bot
	charter  *config.Charter
	locale   string
	platform string
	// person finds whom to name; it may look into the register.
	person func(MemberID) (Account, bool)
}

// Say draws a Text as Markup.
func (s *Speaker) Say(t Text) Markup {
	switch {
	case t.Key != "":
		return Markup(s.sentence(t))
	case t.Lit != "":
		return Escape(t.Lit)
	case t.URL != "":
		return Markup("<" + unlinked.Replace(t.URL) + ">")
	case !t.Word.IsZero():
		return Escape(t.Word.In(s.locale))
	}
	parts := make([]string, 0, len(t.Join))
	for _, part := range t.Join {
		if said := string(s.Say(part)); said != "" {
			parts = append(parts, said)
		}
	}
	return Markup(strings.Join(parts, t.Sep))
}

// unlinked takes out of an address what would end it.
var unlinked = strings.NewReplacer("<", "%3C", ">", "%3E", " ", "%20", "\n", "", "\\", "%5C", "|", "%7C")

// Plain draws a Text without markup, for labels, titles of forms and files.
func (s *Speaker) Plain(t Text) string {
	return s.Say(t).For(PlainDialect())
}

// Prose draws a Text without markup for a document: people by their names alone.
func (s *Speaker) Prose(t Text) string {
	d := PlainDialect()
	d.Mention = func(_, _, name string) string { return name }
	return s.Say(t).For(d)
}

// value draws one argument.
func (s *Speaker) value(a Arg) string {
	switch {
	case a.Num != nil:
		return strconv.FormatInt(*a.Num, 10)
	case a.Who != 0:
		return s.who(a.Who)
	case a.When != nil && a.Date:
		return fmt.Sprintf("<t:%d:D|%s>", a.When.Unix(), s.when(*a.When, true))
	case a.When != nil && a.Hour:
		return fmt.Sprintf("<t:%d:t|%s>", a.When.Unix(), s.hour(*a.When))
	case a.When != nil:
		return fmt.Sprintf("<t:%d:F|%s>", a.When.Unix(), s.when(*a.When, false))
	case a.Text != nil:
		return string(s.Say(*a.Text))
	}
	return string(Escape(a.Lit))
}

// who names a member: as a mention where they have an account on the platform,
// by name elsewhere.
func (s *Speaker) who(id MemberID) string {
	account, ok := s.person(id)
	if !ok {
		return string(Escape(s.Plain(T("member.unknown"))))
	}
	if account.Platform == s.platform && account.ID != "" {
		return "<@" + account.Platform + ":" + account.ID + "|" + tokenName.Replace(account.Name) + ">"
	}
	return string(Escape(account.Name))
}

// tokenName takes out of a name what would end the token it stands in.
var tokenName = strings.NewReplacer("<", "", ">", "", "|", "")

// when writes a moment in the community's zone and the reader's language.
func (s *Speaker) when(at time.Time, dateOnly bool) string {
	at = at.In(s.charter.Location())
	day := at.Weekday()
	if s.locale == "fr" {
		date := fmt.Sprintf("%s %d %s %d", frDays[day], at.Day(), frMonths[at.Month()-1], at.Year())
		if at.Day() == 1 {
			date = fmt.Sprintf("%s 1er %s %d", frDays[day], frMonths[at.Month()-1], at.Year())
		}
		if dateOnly {
			return date
		}
		return date + at.Format(" à 15h04")
	}
	if dateOnly {
		return at.Format("Monday 2 January 2006")
	}
	return at.Format("Monday 2 January 2006 at 15:04")
}

// hour writes the time of day of a moment.
func (s *Speaker) hour(at time.Time) string {
	if s.locale == "fr" {
		return at.In(s.charter.Location()).Format("15h04")
	}
	return at.In(s.charter.Location()).Format("15:04")
}

var (
	frDays   = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	frMonths = [...]string{
		"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
	}
)
