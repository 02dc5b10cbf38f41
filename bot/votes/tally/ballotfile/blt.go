package ballotfile

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"greffier/bot/votes/tally"
)

// blt reads the format of Wichmann and Hill that OpenSTV and OpaVote use: the
// numbers of candidates and seats; withdrawn candidates as negative numbers; for
// each ballot, perhaps after what identifies it in parentheses, its weight, the
// candidates, in which = joins equals and - is a rank left out, and a 0; one 0 more;
// the names and the title in quotes. Between numbers stands white space of any kind,
// so that a ballot can go over several lines, or a line hold several.
func (r *reader) blt() error {
	if r.valued {
		return &Mistake{Key: "no-scores", Args: []any{".blt"}}
	}
	b := &blt{reader: r}
	candidates, err := b.headSize()
	if err != nil {
		return err
	}
	if r.file.Seats, err = b.headSize(); err != nil {
		return err
	}
	b.withdrawn, b.at, b.given = make([]bool, candidates), make([]int, candidates), make([]uint64, candidates)
	if err := b.ballots(); err != nil {
		return err
	}
	return b.names()
}

// filled is the next line that is not empty, without a comment.
func (r *reader) filled() ([]byte, error) {
	for {
		line, err := r.next()
		if err != nil {
			return nil, err
		}
		quotes := false
		for i, c := range line {
			if c == '"' {
				quotes = !quotes
			}
			if c == '#' && !quotes {
				line = bytes.TrimSpace(line[:i])
				break
			}
		}
		if len(line) > 0 {
			return line, nil
		}
	}
}

// blt is a file being read: who is withdrawn, and the option that each of the
// others is. Ballots wait for the withdrawn, who stand first.
type blt struct {
	*reader
	rest      []byte // of the line being read
	withdrawn []bool
	at        []int
	given     []uint64 // the ballot that last named each
	entry     uint64
	quoted    []string // names of the line being read
}

// word is what comes before the next white space, valid until the line's end: a
// number, equals, or what stands in parentheses.
func (b *blt) word() ([]byte, error) {
	if len(b.rest) == 0 {
		line, err := b.filled()
		if err != nil {
			return nil, err
		}
		b.rest = line
	}
	end := 0
	if b.rest[0] == '(' {
		if end = bytes.IndexByte(b.rest, ')') + 1; end == 0 {
			return nil, b.wrong("blt-id", string(b.rest))
		}
	} else {
		for end < len(b.rest) && b.rest[end] != ' ' && b.rest[end] != '\t' {
			end++
		}
	}
	word := b.rest[:end]
	b.rest = trim(b.rest[end:])
	return word, nil
}

// headSize is the number of candidates or of seats.
func (b *blt) headSize() (int, error) {
	word, err := b.word()
	if err != nil {
		return 0, b.short(err)
	}
	n, ok := integer(word)
	switch {
	case ok && n > tally.MaxOptions, !ok && len(word) > 9 && len(bytes.Trim(word, "0123456789")) == 0:
		return 0, b.wrong("bad-number", string(word), tally.MaxOptions)
	case !ok || n < 1:
		return 0, b.wrong("blt-head", string(word))
	}
	return n, nil
}

func (b *blt) ballots() error {
	for {
		word, err := b.word()
		if err != nil {
			return b.short(err)
		}
		if b.file.Profile == nil && word[0] == '-' {
			if err := b.withdraw(word); err != nil {
				return err
			}
			continue
		}
		if b.file.Profile == nil {
			if err := b.stand(); err != nil {
				return err
			}
		}
		if word[0] == '(' { // what identifies the ballot
			if word, err = b.word(); err != nil {
				return b.short(err)
			}
		}
		switch {
		case word[0] == '"':
			return b.wrong("blt-early", string(word))
		case string(word) == "0" && (len(b.rest) == 0 || b.rest[0] == '"'):
			return nil
		}
		if err := b.ballot(word); err != nil {
			return err
		}
	}
}

func (b *blt) withdraw(word []byte) error {
	n, ok := integer(word)
	if !ok || n >= 0 || -n > len(b.withdrawn) {
		return b.wrong("bad-option", string(word))
	}
	b.withdrawn[-n-1] = true
	return nil
}

// stand numbers the candidates that are not withdrawn.
func (b *blt) stand() error {
	options := 0
	for i, gone := range b.withdrawn {
		b.at[i] = options
		if !gone {
			options++
		}
	}
	if options == 0 {
		return b.wrong("no-options")
	}
	b.file.Profile = tally.NewProfile(b.m, options)
	return nil
}

// ballot reads one that weighs so much, to the 0 at its end.
func (b *blt) ballot(weight []byte) error {
	n, err := b.number(weight)
	if err != nil {
		return err
	}
	first := b.line
	b.marks = b.marks[:0]
	b.entry++
	rank := int64(0)
	before := byte('-') // what the last word was: candidates, a rank left out, or = that joins
	for {
		word, err := b.word()
		switch {
		case errors.Is(err, io.EOF):
			b.line = first
			return b.wrong("blt-end")
		case err != nil:
			return err
		case string(word) == "0" && before != '=':
			return b.add(n)
		case string(word) == "-" && before != '=':
			before = '-'
			continue
		}
		named := word
		if before == '1' && word[0] == '=' {
			before, named = '=', word[1:]
		}
		if before != '=' {
			rank++
		}
		if len(named) > 0 {
			before = '1'
			if end := len(named) - 1; named[end] == '=' {
				before, named = '=', named[:end]
			}
			if key, one := b.choose(named, rank); key != "" {
				if b.line > first {
					return b.wrong("blt-run-on", string(one), first)
				}
				return b.wrong(key, string(one))
			}
		}
	}
}

// choose marks candidates joined by =; it gives what is wrong with one of them.
func (b *blt) choose(named []byte, rank int64) (key string, wrong []byte) {
	for one := range bytes.SplitSeq(named, []byte("=")) {
		candidate, ok := integer(one)
		if !ok || candidate < 1 || candidate > len(b.at) {
			return "bad-option", one
		}
		if b.given[candidate-1] == b.entry {
			return "twice", one
		}
		b.given[candidate-1] = b.entry
		if !b.withdrawn[candidate-1] {
			b.marks = append(b.marks, tally.Mark{Option: b.at[candidate-1], Value: rank})
		}
	}
	return "", nil
}

func (b *blt) names() error {
	var names []string
	for i := range b.at {
		name, err := b.nextName()
		if err != nil {
			return b.short(err)
		}
		if name == "" {
			return b.wrong("blt-name", `""`)
		}
		if !b.withdrawn[i] {
			names = append(names, name)
		}
	}
	if err := b.declare(names); err != nil {
		return err
	}
	for first := true; ; first = false { // the title, then what is known of the source
		title, err := b.nextName()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case first:
			b.file.Title = title
		}
	}
}

// nextName is the next name in quotes. Several can stand on a line, with white space
// between; other quotes within a name are kept as they are.
func (b *blt) nextName() (string, error) {
	if len(b.quoted) == 0 {
		line := b.rest
		if b.rest = nil; len(line) == 0 {
			var err error
			if line, err = b.filled(); err != nil {
				return "", err
			}
		}
		text := string(line)
		if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
			return "", b.wrong("blt-name", text)
		}
		b.quoted = betweenNames.Split(text[1:len(text)-1], -1)
	}
	name := strings.TrimSpace(b.quoted[0])
	b.quoted = b.quoted[1:]
	return name, nil
}

var betweenNames = regexp.MustCompile(`"[ \t]+"`)
