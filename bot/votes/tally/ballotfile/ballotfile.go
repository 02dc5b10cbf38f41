// Package ballotfile reads files of ballots: lines of our own, the formats of
// PrefLib (.soc .soi .toc .toi .cat) and BLT. A file is read as it comes, and
// the first mistake ends the reading with its line.
package ballotfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode/utf8"

	"greffier/bot/votes/tally"
)

// File is what was read.
type File struct {
	Title   string
	Options []string
	// Grades are the names of the grades, the best first, where the method has any.
	Grades []string
	// Seats is how many seats the file says there are; 0 when it does not.
	Seats   int
	Profile *tally.Profile
}

// Mistake is what is wrong with a file.
type Mistake struct {
	// Line counts from 1; 0 is the file as a whole.
	Line int
	// Key names the sentence, Args are what it speaks of.
	Key  string
	Args []any
}

func (m *Mistake) Error() string {
	return fmt.Sprintf("line %d: %s %v", m.Line, m.Key, m.Args)
}

// Limits of a file.
const (
	maxLine  = 1 << 20
	maxName  = 200
	maxCount = 1_000_000_000_000
)

// reader gives the lines of a file, in UTF-8, without what ends them.
type reader struct {
	in   *bufio.Reader
	line int
	long []byte
	name map[string]int
	file *File
	m    tally.Method
	// valued: ballots give scores or grades; otherwise ranked, or a list to approve.
	valued, ranked bool
	// marks is the ballot being read, given the ballot that last marked each option.
	marks []tally.Mark
	given []uint64
	entry uint64
	total *big.Rat
	whole int64
}

// Read reads ballots for a method from a file in the format that its name's
// extension says. Grades are those of majority judgment, the best first, and may
// be nil where the file names them. The error is a *[Mistake] or comes from in.
func Read(in io.Reader, name string, m tally.Method, grades []string) (*File, error) {
	r := &reader{in: bufio.NewReaderSize(in, 1<<16), name: map[string]int{}, m: m, file: &File{Grades: grades}}
	r.valued = m.Valued()
	r.ranked = !r.valued && m != tally.Approval
	if mark, err := r.in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = r.in.Discard(3)
	}
	var err error
	switch ext := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]); ext {
	case "soc", "soi", "toc", "toi", "cat":
		err = r.preflib(ext)
	case "blt":
		err = r.blt()
	default:
		err = r.native()
	}
	if err != nil {
		return nil, err
	}
	if r.file.Profile == nil || len(r.file.Options) == 0 {
		return nil, r.wrong("no-ballots")
	}
	return r.file, nil
}

func (r *reader) wrong(key string, args ...any) error {
	return &Mistake{Line: r.line, Key: key, Args: args}
}

// next is the next line. It is valid until the one after. The error is io.EOF
// after the last line.
func (r *reader) next() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = append(r.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) && len(r.long) <= maxLine {
			line, err = r.in.ReadSlice('\n')
			r.long = append(r.long, line...)
		}
		line = r.long
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if len(line) == 0 {
		return nil, io.EOF
	}
	r.line++
	if len(line) > maxLine {
		return nil, r.wrong("long-line", maxLine)
	}
	if !utf8.Valid(line) {
		line = latin1(line) // before what is blank is cut off, which it may turn out to be
	}
	line = bytes.TrimSpace(line)
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return nil, r.wrong("not-text")
		}
	}
	return line, nil
}

// latin1 reads a line as the eight-bit files of earlier days are written.
func latin1(line []byte) []byte {
	text := make([]rune, len(line))
	for i, c := range line {
		text[i] = rune(c)
	}
	return []byte(string(text))
}

// add counts a ballot of the marks read.
func (r *reader) add(count weight) error {
	b := tally.Ballot{Marks: r.marks}
	times := count.whole
	if count.part != nil {
		b.Weight, times = count.part, 1
	}
	err := r.file.Profile.Add(b, times)
	switch {
	case errors.Is(err, tally.ErrSize):
		return r.wrong("too-many")
	case err != nil:
		return r.wrong("bad-ballot", err.Error())
	}
	if count.part != nil {
		if r.total == nil {
			r.total = new(big.Rat)
		}
		r.total.Add(r.total, count.part)
	}
	if r.whole += count.whole; r.whole > 40*maxCount {
		return r.wrong("too-many")
	}
	return nil
}

// weight is a number of ballots, or, when part is given, what one weighs.
type weight struct {
	whole int64
	part  *big.Rat
}

// number reads how many ballots there are, or what one weighs: digits, with
// decimals or without.
func (r *reader) number(text []byte) (weight, error) {
	n, point := int64(0), -1
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9':
			if point < 0 {
				n = n*10 + int64(c-'0')
			}
		case (c == '.' || c == ',') && point < 0 && i > 0 && i < len(text)-1:
			point = i
		default:
			return weight{}, r.wrong("bad-count", string(text))
		}
		if n > maxCount {
			return weight{}, r.wrong("big-count", string(text), int64(maxCount))
		}
	}
	if len(text) == 0 || point >= 0 && len(text)-point > 10 {
		return weight{}, r.wrong("bad-count", string(text))
	}
	if point < 0 {
		return weight{whole: n}, nil
	}
	part, ok := new(big.Rat).SetString(string(text[:point]) + "." + string(text[point+1:]))
	if !ok {
		return weight{}, r.wrong("bad-count", string(text))
	}
	if part.IsInt() {
		return weight{whole: n}, nil
	}
	return weight{part: part}, nil
}

// integer reads a whole number of up to nine digits, with or without a sign.
func integer(text []byte) (int, bool) {
	digits := bytes.TrimPrefix(text, []byte("-"))
	if len(digits) == 0 || len(digits) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if len(digits) < len(text) {
		n = -n
	}
	return n, true
}

// option finds the number of an option by its name, or gives it one.
func (r *reader) option(name []byte) (int, error) {
	if at, ok := r.name[string(name)]; ok {
		return at, nil
	}
	if utf8.RuneCount(name) > maxName {
		return 0, r.wrong("long-name", maxName)
	}
	at := len(r.file.Options)
	if err := r.file.Profile.Grow(at + 1); at > 0 && err != nil {
		return 0, r.wrong("too-many-options", tally.MaxOptions)
	}
	r.name[string(name)] = at
	r.file.Options = append(r.file.Options, string(name))
	return at, nil
}

// declare sets the names of all options.
func (r *reader) declare(names []string) error {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return r.wrong("same-name", name)
		}
		seen[name] = true
	}
	r.file.Options = names
	return nil
}

// mark adds an option to the ballot being read; group is its rank there.
func (r *reader) mark(option int, value int64) error {
	if len(r.marks) == 0 {
		r.entry++
	}
	for option >= len(r.given) {
		r.given = append(r.given, 0)
	}
	if r.given[option] == r.entry {
		return r.wrong("twice", r.label(option))
	}
	r.given[option] = r.entry
	r.marks = append(r.marks, tally.Mark{Option: option, Value: value})
	return nil
}

func (r *reader) label(option int) string {
	if option < len(r.file.Options) {
		return r.file.Options[option]
	}
	return fmt.Sprint(option + 1)
}
