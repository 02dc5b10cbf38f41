package ballotfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"greffier/bot/votes/tally"
)

// preflib reads a file of PrefLib, in the format of today, whose header is
// comments, or in the one before 2022, whose header is lines of numbers.
func (r *reader) preflib(ext string) error {
	switch {
	case r.m == tally.MajorityJudgment && ext != "cat", (r.m == tally.Score || r.m == tally.STAR) && ext != "cat":
		return &Mistake{Key: "no-scores", Args: []any{"." + ext}}
	case r.m == tally.Approval && (ext == "soc" || ext == "toc"):
		return &Mistake{Key: "no-approvals", Args: []any{"." + ext}}
	}
	h := header{voters: -1, names: map[int]string{}, categories: map[int]string{}}
	var line []byte
	var err error
	for {
		if line, err = r.next(); err != nil {
			return r.short(err)
		}
		if len(line) > 0 && line[0] != '#' {
			break
		}
		if err := r.metadata(&h, line); err != nil {
			return err
		}
	}
	if h.options == 0 {
		if line, err = r.oldHeader(&h, line, ext); err != nil {
			return err
		}
	}
	if h.counted && err == nil {
		if err := r.countCategories(&h, line); err != nil {
			return err
		}
	}
	if err := r.named(&h, ext); err != nil {
		return err
	}
	for !errors.Is(err, io.EOF) {
		if err != nil {
			return err
		}
		if len(line) > 0 && line[0] != '#' {
			if err := r.order(&h, line, ext); err != nil {
				return err
			}
		}
		line, err = r.next()
	}
	all := new(big.Rat).SetInt64(r.whole)
	if r.total != nil {
		all.Add(all, r.total)
	}
	if h.voters >= 0 && all.Cmp(new(big.Rat).SetInt64(int64(h.voters))) != 0 {
		return r.wrong("voters", h.voters, all.RatString())
	}
	return nil
}

// short says that a file ended too early.
func (r *reader) short(err error) error {
	if errors.Is(err, io.EOF) {
		r.line = max(r.line, 1)
		return r.wrong("short")
	}
	return err
}

// header is what a file says before its ballots.
type header struct {
	options, voters int
	names           map[int]string
	categories      map[int]string
	grades          int
	// counted: as many categories as the first ballot has.
	counted bool
}

func (r *reader) metadata(h *header, line []byte) error {
	key, value, ok := strings.Cut(strings.TrimSpace(strings.TrimLeft(string(line), "#")), ":")
	if !ok {
		return nil
	}
	value = strings.TrimSpace(value)
	var err error
	number, rest := 0, ""
	switch key {
	case "TITLE":
		r.file.Title = value
	case "NUMBER ALTERNATIVES":
		h.options, err = r.size(value, tally.MaxOptions)
	case "NUMBER CATEGORIES":
		h.grades, err = r.size(value, tally.MaxOptions)
	case "NUMBER VOTERS":
		h.voters, err = r.size(value, 999_999_999)
	default:
		if rest, ok = strings.CutPrefix(key, "ALTERNATIVE NAME "); ok {
			number, err = r.size(rest, tally.MaxOptions)
			h.names[number] = value
		} else if rest, ok = strings.CutPrefix(key, "CATEGORY NAME "); ok {
			number, err = r.size(rest, tally.MaxOptions)
			h.categories[number] = value
		}
	}
	return err
}

// size reads a number of a header.
func (r *reader) size(text string, most int) (int, error) {
	n, ok := integer([]byte(strings.TrimSpace(text)))
	if !ok || n < 0 || n > most {
		return 0, r.wrong("bad-number", text, most)
	}
	return n, nil
}

// oldHeader reads the number of options, a line NUMBER,NAME for each, and a line
// with the numbers of voters, of ballots and of different orders. Categories are
// declared as options are: their number stands beside that of the options or on a
// line after them, then comes a line for each; without them every ballot has as
// many as the first. It gives the first line after the header.
func (r *reader) oldHeader(h *header, line []byte, ext string) ([]byte, error) {
	options, categories, both := strings.Cut(string(line), ",")
	var err error
	if h.options, err = r.size(options, tally.MaxOptions); err != nil {
		return nil, err
	}
	if both && ext != "cat" {
		return nil, r.wrong("bad-number", string(line), tally.MaxOptions)
	}
	if both {
		if h.grades, err = r.size(categories, tally.MaxOptions); err != nil {
			return nil, err
		}
	}
	if err := r.oldNames(h.options, h.names); err != nil {
		return nil, err
	}
	if !both {
		if line, err = r.next(); err != nil {
			return nil, r.short(err)
		}
		if ext == "cat" && !bytes.Contains(line, []byte(",")) {
			if h.grades, err = r.size(string(line), tally.MaxOptions); err != nil {
				return nil, err
			}
			both = true
		}
	}
	if both {
		if err := r.oldNames(h.grades, h.categories); err != nil {
			return nil, err
		}
		if line, err = r.next(); err != nil {
			return nil, r.short(err)
		}
	}
	h.counted = ext == "cat" && !both
	numbers := strings.Split(string(line), ",")
	if len(numbers) != 3 {
		return nil, r.wrong("bad-sums", string(line))
	}
	if h.voters, err = r.size(numbers[1], 999_999_999); err != nil {
		return nil, err
	}
	if line, err = r.next(); errors.Is(err, io.EOF) {
		return nil, nil
	}
	return line, err
}

// oldNames reads a line NUMBER,NAME for each of so many.
func (r *reader) oldNames(count int, names map[int]string) error {
	for range count {
		line, err := r.next()
		if err != nil {
			return r.short(err)
		}
		number, name, ok := strings.Cut(string(line), ",")
		at, err := r.size(number, count)
		if err != nil {
			return err
		}
		if !ok || at == 0 || names[at] != "" {
			return r.wrong("bad-option", string(line))
		}
		names[at] = strings.Trim(strings.TrimSpace(name), `"`)
	}
	return nil
}

// named settles the options and the categories.
func (r *reader) named(h *header, ext string) error {
	if h.options == 0 {
		return r.wrong("no-options")
	}
	names := make([]string, h.options)
	for i := range names {
		if names[i] = h.names[i+1]; names[i] == "" {
			names[i] = strconv.Itoa(i + 1)
		}
	}
	for number := range h.names {
		if number < 1 || number > h.options {
			return r.wrong("bad-option", fmt.Sprint(number))
		}
	}
	r.file.Profile = tally.NewProfile(r.m, h.options)
	if ext == "cat" && h.grades == 0 {
		return r.wrong("no-categories")
	}
	if ext == "cat" && len(r.file.Grades) == 0 {
		for i := range h.grades {
			name := h.categories[i+1]
			if name == "" {
				name = strconv.Itoa(i + 1)
			}
			r.file.Grades = append(r.file.Grades, name)
		}
	}
	if ext == "cat" && len(r.file.Grades) != h.grades {
		return r.wrong("bad-grades", h.grades)
	}
	return r.declare(names)
}

// countCategories counts those of the first ballot of a file that declares none.
func (r *reader) countCategories(h *header, line []byte) error {
	end := bytes.IndexAny(line, ":,")
	n, err := r.groups(h, line[min(end+1, len(line)):], "cat")
	if err != nil {
		return err
	}
	h.grades, r.marks = n, r.marks[:0]
	r.entry++ // none of its options is marked yet
	return nil
}

// order reads COUNT: 1,{2,3},4. In files of old a comma can stand for the colon.
func (r *reader) order(h *header, line []byte, ext string) error {
	end := bytes.IndexAny(line, ":,")
	if end < 0 {
		if end = len(line); ext == "soc" || ext == "toc" {
			return r.wrong("no-colon")
		}
	}
	n, err := r.number(bytes.TrimSpace(line[:end]))
	if err != nil {
		return err
	}
	r.marks = r.marks[:0]
	groups, err := r.groups(h, line[min(end+1, len(line)):], ext)
	if err != nil {
		return err
	}
	switch {
	case (ext == "soc" || ext == "toc") && len(r.marks) != h.options:
		return r.wrong("incomplete", len(r.marks), h.options)
	case ext == "cat" && groups > h.grades:
		return r.wrong("categories", groups, h.grades)
	}
	r.convert(h)
	return r.add(n)
}

// groups reads options and groups of them in braces; marks get the number of
// their group. It gives the number of groups.
func (r *reader) groups(h *header, text []byte, ext string) (int, error) {
	group, inside, comma := 0, false, true
	for len(text) > 0 {
		c := text[0]
		switch c {
		case ' ', '\t':
			text = text[1:]
		case '{':
			if inside || !comma || ext == "soc" || ext == "soi" {
				return 0, r.wrong("braces")
			}
			inside, text = true, text[1:]
		case '}':
			if !inside {
				return 0, r.wrong("braces")
			}
			inside, comma, text = false, false, text[1:]
			group++
		case ',':
			if comma {
				return 0, r.wrong("no-name")
			}
			comma, text = true, text[1:]
		default:
			end := bytes.IndexAny(text, ",{} \t")
			if end < 0 {
				end = len(text)
			}
			n, ok := integer(text[:end])
			if !ok || n < 1 || n > h.options || !comma {
				return 0, r.wrong("bad-option", string(text[:end]))
			}
			if err := r.mark(n-1, int64(group)); err != nil {
				return 0, err
			}
			if !inside {
				group++
			}
			comma, text = false, text[end:]
		}
	}
	if inside || comma && group > 0 {
		return 0, r.wrong("braces")
	}
	return group, nil
}

// convert turns the numbers of groups into what the method looks at: with
// categories, approval takes the first, scores fall to 0 at the last, and the
// grades are their names.
func (r *reader) convert(h *header) {
	switch {
	case h.grades == 0 || r.m == tally.MajorityJudgment:
	case r.m == tally.Approval:
		kept := r.marks[:0]
		for _, m := range r.marks {
			if m.Value == 0 {
				kept = append(kept, m)
			}
		}
		r.marks = kept
	case r.valued:
		for i := range r.marks {
			r.marks[i].Value = int64(h.grades) - 1 - r.marks[i].Value
		}
	}
}
