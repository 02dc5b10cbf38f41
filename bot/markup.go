package bot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Markup is text drawn in one language: a small Markdown (**bold**, _italic_,
// `code`, links, lists, quotes) in which whatever a person typed is escaped
// with backslashes, mentions read <@platform:id|name>, moments
// <t:unix:style|words> and addresses <https://…>. Adapters turn it into what their platform shows with For.
type Markup string

// Dialect is how one platform writes what Markup says.
type Dialect struct {
	// Escape makes one character that a person typed harmless.
	Escape func(r rune) string
	// Mention writes somebody who has an account on this platform.
	Mention func(platform, id, name string) string
	// Time writes a moment; style is "F" (date and time), "D" (date) or "t" (time of day), words
	// the moment in the reader's language and the community's zone.
	Time func(t time.Time, style, words string) string
}

// PlainDialect writes Markup for eyes that see no Markdown: mentions as @name,
// escapes undone, moments in words.
func PlainDialect() Dialect {
	return Dialect{
		Escape:  func(r rune) string { return string(r) },
		Mention: func(_, _, name string) string { return "@" + name },
		Time:    func(_ time.Time, _, words string) string { return words },
	}
}

// For writes the markup in a platform's dialect. Inside `code` nothing needs to
// be made harmless but a backquote, which would end it.
func (m Markup) For(d Dialect) string {
	s := string(m)
	if !strings.ContainsAny(s, "\\<") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	code := false
	for i := 0; i < len(s); {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			r, size := utf8.DecodeRuneInString(s[i+1:])
			switch {
			case code && r == '`':
				b.WriteByte('\'')
			case code:
				b.WriteRune(r)
			default:
				b.WriteString(d.Escape(r))
			}
			i += 1 + size
		case s[i] == '`':
			code = !code
			b.WriteByte('`')
			i++
		case s[i] == '<':
			n, out := token(s[i:], d)
			b.WriteString(out)
			i += n
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

// token reads one <…> at the start of s and returns its length and what it
// becomes; what is no token of ours stays as it is.
func token(s string, d Dialect) (int, string) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return 1, "<"
	}
	body := s[1:end]
	switch {
	case strings.HasPrefix(body, "http://"), strings.HasPrefix(body, "https://"):
		return end + 1, body
	case strings.HasPrefix(body, "@"):
		who, name, _ := strings.Cut(body[1:], "|")
		platform, id, ok := strings.Cut(who, ":")
		if !ok {
			return 1, "<"
		}
		return end + 1, d.Mention(platform, id, name)
	case strings.HasPrefix(body, "t:"):
		mark, words, _ := strings.Cut(body[2:], "|")
		unix, style, _ := strings.Cut(mark, ":")
		n, err := strconv.ParseInt(unix, 10, 64)
		if err != nil {
			return 1, "<"
		}
		return end + 1, d.Time(time.Unix(n, 0), style, words)
	}
	return 1, "<"
}

// special are the characters that mean something to some platform's Markdown.
const special = "\\`*_~|<>[]()#+-!@{}:=."

// typedLink is an address that a person typed, as Escape leaves it: signs come
// with the backslash before them, or not at all.
var typedLink = regexp.MustCompile(`https?\\://(?:\\[^\s<>|]|[^\\\s<>|"])+`)

// Linked makes the addresses in what people typed ones that can be followed,
// without the punctuation that ends a sentence. An @ on the way, as in the address of
// somebody's page, is written so that it calls nobody and leads to the same place.
func (m Markup) Linked() Markup {
	if !strings.Contains(string(m), `\://`) {
		return m
	}
	return Markup(typedLink.ReplaceAllStringFunc(string(m), func(escaped string) string {
		plain := strings.ReplaceAll(escaped, "\\", "")
		if strings.ContainsAny(plain, "`*[]") {
			return escaped
		}
		end := strings.TrimRight(plain, ".,;:!?)'")
		after := Escape(plain[len(end):])
		scheme, rest, _ := strings.Cut(end, "://")
		server, way, onWay := strings.Cut(rest, "/")
		if strings.Contains(server, "@") {
			return escaped
		}
		if onWay {
			end = scheme + "://" + server + "/" + strings.ReplaceAll(way, "@", "%40")
		}
		return "<" + end + ">" + string(after)
	}))
}

// Escape makes text typed by a person stand for itself in Markup, on one line
// or several.
func Escape(s string) Markup {
	s = strip(s)
	if !strings.ContainsAny(s, special) {
		return Markup(s)
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(special, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return Markup(b.String())
}

// Clean removes from typed text what no person means to write: control
// characters and escape sequences, invisible directional overrides, invalid
// UTF-8; line ends become \n and outer space goes.
func Clean(s string) string {
	return strings.TrimSpace(strip(strings.ReplaceAll(s, "\r\n", "\n")))
}

// strip is Clean without the trimming. What needs nothing is not copied.
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// oneLine is Clean for what must stay on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }
