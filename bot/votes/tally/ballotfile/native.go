package ballotfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"greffier/bot/votes/tally"
)

// native reads lines of our own: COUNT: A>B=C, COUNT: a,b or COUNT: A/5,B/3.
// Options are numbered in the order in which the file first names them.
func (r *reader) native() error {
	r.file.Profile = tally.NewProfile(r.m, 1)
	if r.m == tally.MajorityJudgment && len(r.file.Grades) == 0 {
		return &Mistake{Key: "need-grades"}
	}
	for {
		line, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		count, rest, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return r.wrong("no-colon")
		}
		n, err := r.number(bytes.TrimSpace(count))
		if err != nil {
			return err
		}
		r.marks = r.marks[:0]
		if err := r.ballot(bytes.TrimSpace(rest)); err != nil {
			return err
		}
		if err := r.add(n); err != nil {
			return err
		}
	}
}

// ballot reads what stands after the colon. Nothing is a blank ballot.
func (r *reader) ballot(text []byte) error {
	rank := int64(0)
	for len(text) > 0 {
		name, sep, rest, err := r.field(text)
		if err != nil {
			return err
		}
		value := rank
		switch {
		case r.valued:
			if sep != '/' {
				return r.wrong("no-value", string(name))
			}
			given, after, more := bytes.Cut(rest, []byte(","))
			if value, err = r.value(bytes.TrimSpace(given)); err != nil {
				return err
			}
			sep, rest = 0, bytes.TrimSpace(after)
			if more {
				sep = ','
			}
		case r.m == tally.Approval && (sep == '>' || sep == '=' || sep == '/'):
			return r.wrong("not-approval", string(sep))
		case r.ranked && (sep == ',' || sep == '/'):
			return r.wrong("not-ranked", string(sep))
		case sep == '>':
			rank++
		}
		option, err := r.option(name)
		if err != nil {
			return err
		}
		if err := r.mark(option, value); err != nil {
			return err
		}
		if sep != 0 && len(rest) == 0 {
			return r.wrong("no-name")
		}
		text = rest
	}
	return nil
}

// field reads the name of an option, in quotes or not, and what follows it: a
// separator, or 0 at the end.
func (r *reader) field(text []byte) (name []byte, sep byte, rest []byte, err error) {
	if text[0] == '"' {
		if name, rest, err = r.quoted(text); err != nil {
			return nil, 0, nil, err
		}
	} else {
		end := 0
		for end < len(text) && !separates[text[end]] {
			end++
		}
		name, rest = trim(text[:end]), text[end:]
	}
	if len(name) == 0 {
		return nil, 0, nil, r.wrong("no-name")
	}
	if len(rest) == 0 {
		return name, 0, nil, nil
	}
	if !separates[rest[0]] {
		return nil, 0, nil, r.wrong("after-quotes")
	}
	return name, rest[0], trim(rest[1:]), nil
}

// separates holds what can stand between options.
var separates = [256]bool{'>': true, '=': true, ',': true, '/': true}

// trim takes the white space off both ends.
func trim(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\t') {
		text = text[1:]
	}
	for n := len(text); n > 0 && (text[n-1] == ' ' || text[n-1] == '\t' || text[n-1] == '\r'); n-- {
		text = text[:n-1]
	}
	return text
}

// quoted reads a name in double quotes; a quote within is written twice.
func (r *reader) quoted(text []byte) (name, rest []byte, err error) {
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			name = append(name, text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			name = append(name, '"')
			i++
			continue
		}
		return bytes.TrimSpace(name), bytes.TrimSpace(text[i+1:]), nil
	}
	return nil, nil, r.wrong("open-quotes")
}

// value reads a score or a grade.
func (r *reader) value(text []byte) (int64, error) {
	if r.m == tally.MajorityJudgment {
		at := slices.Index(r.file.Grades, string(text))
		if at < 0 {
			return 0, r.wrong("no-grade", string(text), strings.Join(r.file.Grades, ", "))
		}
		return int64(at), nil
	}
	n, ok := integer(text)
	if !ok || n > tally.MaxValue || n < -tally.MaxValue {
		return 0, r.wrong("bad-score", string(text))
	}
	return int64(n), nil
}
