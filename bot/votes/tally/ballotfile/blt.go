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
// numbers of candidates and seats; withdrawn candidates as negative numbers; a
// line WEIGHT CANDIDATES… 0 for each ballot, in which = joins equals and - is a
// rank left out; a line 0; the names and the title in quotes.
func (r *reader) blt() error {
	if r.valued {
		return &Mistake{Key: "no-scores", Args: []any{".blt"}}
	}
	line, err := r.filled()
	if err != nil {
		return r.short(err)
	}
	fields := bytes.Fields(line)
	if len(fields) != 2 {
		return r.wrong("blt-head", string(line))
	}
	candidates, err := r.size(string(fields[0]), tally.MaxOptions)
	if err != nil {
		return err
	}
	if r.file.Seats, err = r.size(string(fields[1]), tally.MaxOptions); err != nil {
		return err
	}
	if candidates == 0 || r.file.Seats == 0 {
		return r.wrong("blt-head", string(line))
	}
	b := &blt{reader: r, withdrawn: make([]bool, candidates), at: make([]int, candidates), given: make([]uint64, candidates)}
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
	withdrawn []bool
	at        []int
	given     []uint64 // the ballot that last named each
	entry     uint64
	quoted    []string // names of the line being read
}

func (b *blt) ballots() error {
	for {
		line, err := b.filled()
		if err != nil {
			return b.short(err)
		}
		fields := bytes.Fields(line)
		if b.file.Profile == nil && fields[0][0] == '-' && len(fields[0]) > 1 {
			if err := b.withdraw(fields); err != nil {
				return err
			}
			continue
		}
		if b.file.Profile == nil {
			if err := b.stand(); err != nil {
				return err
			}
		}
		if len(fields) == 1 && string(fields[0]) == "0" {
			return nil
		}
		if fields[0][0] == '(' { // what identifies the ballot
			if end := bytes.IndexByte(line, ')'); end > 0 {
				fields = bytes.Fields(line[end+1:])
			}
		}
		if err := b.ballot(fields); err != nil {
			return err
		}
	}
}

func (b *blt) withdraw(fields [][]byte) error {
	for _, f := range fields {
		n, ok := integer(f)
		if !ok || n >= 0 || -n > len(b.withdrawn) {
			return b.wrong("bad-option", string(f))
		}
		b.withdrawn[-n-1] = true
	}
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

func (b *blt) ballot(fields [][]byte) error {
	if len(fields) < 2 || string(fields[len(fields)-1]) != "0" {
		return b.wrong("blt-end")
	}
	n, err := b.number(fields[0])
	if err != nil {
		return err
	}
	b.marks = b.marks[:0]
	b.entry++
	for rank, field := range fields[1 : len(fields)-1] {
		if string(field) == "-" {
			continue
		}
		for one := range bytes.SplitSeq(field, []byte("=")) {
			candidate, ok := integer(one)
			if !ok || candidate < 1 || candidate > len(b.at) {
				return b.wrong("bad-option", string(one))
			}
			if b.given[candidate-1] == b.entry {
				return b.wrong("twice", string(one))
			}
			b.given[candidate-1] = b.entry
			if b.withdrawn[candidate-1] {
				continue
			}
			b.marks = append(b.marks, tally.Mark{Option: b.at[candidate-1], Value: int64(rank)})
		}
	}
	return b.add(n)
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
		line, err := b.filled()
		if err != nil {
			return "", err
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
