package bot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrNoExport says that a file is not an export that Export wrote as JSON, or
// that it is cut off or damaged.
var ErrNoExport = errors.New("bot: this is no export of a register")

// Exported is what ReadExport found in an exported file.
type Exported struct {
	Community string
	// At is when the export was made.
	At time.Time
	// Records counts the records of each table.
	Records map[string]int
	// Verification is what checking the journal and the decisions gave.
	Verification Verification
}

// ReadExport reads a JSON export, made by this program or edited by anybody, and
// checks it: its form, the chain of its journal from the first entry to the
// digest in its head, and each decision against its seal. It keeps a record at a
// time in memory, and 40 bytes for each decision. What does not hold together is
// in the findings; the error, which wraps ErrNoExport or is r's, means that the
// file cannot be read to its end.
func ReadExport(r io.Reader) (Exported, error) {
	from := &source{Reader: r}
	x := exportReader{source: from, dec: json.NewDecoder(from), seals: map[uint64]halfSeal{}}
	x.found.Records = map[string]int{}
	if err := x.document(); err != nil {
		return Exported{}, err
	}
	x.finish()
	return x.found, nil
}

type exportReader struct {
	source *source
	dec    *json.Decoder
	head   exportHead
	found  Exported
	link   [32]byte
	// seals holds, by decision, what waits for its other half.
	seals map[uint64]halfSeal
}

// halfSeal is the digest of a decision as the decision or the journal has it.
type halfSeal struct {
	digest    string
	inJournal bool
}

func noExport(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoExport, fmt.Sprintf(format, args...))
}

// broken says what the decoder met: trouble of the reader itself, or a file that
// is no export.
func (x *exportReader) broken(err error) error {
	if x.source.err != nil {
		return x.source.err
	}
	return fmt.Errorf("%w: %w", ErrNoExport, err)
}

// source remembers the error of a reader, apart from its end.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (x *exportReader) token() (json.Token, error) {
	t, err := x.dec.Token()
	if err != nil {
		return nil, x.broken(err)
	}
	return t, nil
}

func (x *exportReader) expect(want json.Delim) error {
	t, err := x.token()
	if err == nil && t != want {
		err = noExport("%v where %v should be, at byte %d", t, want, x.dec.InputOffset())
	}
	return err
}

// name reads the name of a field.
func (x *exportReader) name() (string, error) {
	t, err := x.token()
	if err != nil {
		return "", err
	}
	return t.(string), nil // the decoder accepts nothing else there
}

// document reads the head's fields and then the tables, which come last.
func (x *exportReader) document() error {
	if err := x.expect('{'); err != nil {
		return err
	}
	head := map[string]json.RawMessage{}
	for x.dec.More() {
		name, err := x.name()
		if err != nil {
			return err
		}
		if _, twice := head[name]; twice {
			return noExport("%q stands twice", name)
		}
		if name == "tables" {
			if err := x.readHead(head); err != nil {
				return err
			}
			if err := x.allTables(); err != nil {
				return err
			}
			return x.end()
		}
		var value json.RawMessage
		if err := x.dec.Decode(&value); err != nil {
			return x.broken(err)
		}
		head[name] = value
	}
	return noExport("it has no tables")
}

func (x *exportReader) readHead(fields map[string]json.RawMessage) error {
	data, err := json.Marshal(fields)
	if err != nil {
		return x.broken(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x.head); err != nil {
		return noExport("head: %v", err)
	}
	if x.head.Format != exportFormat || x.head.Version != exportVersion {
		return noExport("format %q version %d, not %q version %d", x.head.Format, x.head.Version, exportFormat, exportVersion)
	}
	x.found.Community, x.found.At = x.head.Community, x.head.Exported
	return nil
}

func (x *exportReader) end() error {
	if err := x.expect('}'); err != nil {
		return err
	}
	if t, err := x.dec.Token(); !errors.Is(err, io.EOF) {
		return noExport("%v after its end", t)
	}
	return nil
}

func (x *exportReader) allTables() error {
	if err := x.expect('{'); err != nil {
		return err
	}
	for x.dec.More() {
		name, err := x.name()
		if err != nil {
			return err
		}
		if _, twice := x.found.Records[name]; twice {
			return noExport("table %q stands twice", name)
		}
		x.found.Records[name] = 0
		if err := x.table(name); err != nil {
			return fmt.Errorf("table %q: %w", name, err)
		}
	}
	return x.expect('}')
}

func (x *exportReader) table(name string) error {
	if err := x.expect('['); err != nil {
		return err
	}
	for x.dec.More() {
		x.found.Records[name]++
		var err error
		switch name {
		case "journal":
			err = decodeInto(x, x.entry)
		case "decisions":
			err = decodeInto(x, x.decision)
		default:
			err = decodeInto(x, func(json.RawMessage) error { return nil })
		}
		if err != nil {
			return err
		}
	}
	return x.expect(']')
}

func decodeInto[T any](x *exportReader, use func(T) error) error {
	var v T
	if err := x.dec.Decode(&v); err != nil {
		return x.broken(err)
	}
	return use(v)
}

func (x *exportReader) finding(where, key string, args ...any) {
	v := &x.found.Verification
	v.Findings = append(v.Findings, Finding{where, T(key, args...)})
}

// entry checks one entry of the journal against the chain so far.
func (x *exportReader) entry(e exportedEntry) error {
	v := &x.found.Verification
	where := func(n uint64) string { return fmt.Sprintf("journal/%d", n) }
	if e.Number != v.Entries+1 {
		x.finding(where(v.Entries+1), "verify.gap", "entry", v.Entries+1)
	}
	v.Entries++
	r, err := e.record()
	if err != nil {
		return err
	}
	if r.erased {
		v.Erased++
	}
	said := r.link
	if x.link = linkAfter(x.link, e.Number, r.at, r.commitment()); x.link != said {
		x.finding(where(e.Number), "verify.changed", "entry", e.Number)
		x.link = said
	}
	v.Digest = shortDigest(e.Number, x.link)
	if e.What == sealEntry && !e.Erased {
		n, err := strconv.ParseUint(strings.TrimPrefix(e.Subject, "decision/"), 10, 64)
		if err != nil {
			x.finding(where(e.Number), "verify.changed", "entry", e.Number)
			return nil
		}
		x.seal(n, halfSeal{e.Data["sha256"], true})
	}
	return nil
}

// record makes the journal's record of an exported entry again.
func (e exportedEntry) record() (r journalRecord, err error) {
	r = journalRecord{at: e.At.UnixNano(), erased: e.Erased}
	fill := func(into []byte, text string) {
		data, bad := hex.DecodeString(text)
		if bad != nil || len(data) != len(into) {
			err = noExport("entry %d: %.80q is not %d bytes in hexadecimal", e.Number, text, len(into))
			return
		}
		copy(into, data)
	}
	fill(r.link[:], e.Link)
	if e.Erased {
		fill(r.promise[:], e.Commitment)
		return r, err
	}
	fill(r.salt[:], e.Salt)
	if r.payload = []byte(e.Payload); e.Payload == "" {
		r.payload = mustJSON(e.entry())
	}
	return r, err
}

// decision checks a decision against its seal, or keeps it until that comes.
func (x *exportReader) decision(d exportedDecision) error {
	var sealed Decision
	if err := json.Unmarshal(d.Sealed, &sealed); err != nil {
		return noExport("decision %d: %v", d.Number, err)
	}
	if sealed.Number != d.Number || sealed.Title != d.Title || sealed.Adopted != d.Adopted || !sealed.At.Equal(d.At) {
		x.finding(Decision{Number: d.Number}.key(), "verify.decision-changed", "decision", d.Number)
	}
	x.seal(d.Number, halfSeal{sealed.digest(), false})
	return nil
}

// seal brings the two halves of a decision's seal together.
func (x *exportReader) seal(n uint64, half halfSeal) {
	other, ok := x.seals[n]
	if !ok {
		x.seals[n] = half
		return
	}
	delete(x.seals, n)
	if other.digest != half.digest || other.inJournal == half.inJournal {
		x.finding(Decision{Number: n}.key(), "verify.decision-changed", "decision", n)
	}
}

// finish checks what can be told only at the end.
func (x *exportReader) finish() {
	v := &x.found.Verification
	if v.Entries == 0 {
		v.Digest = shortDigest(0, [32]byte{})
	}
	if v.Digest != x.head.Journal {
		x.finding("journal", "verify.end-digest", "digest", x.head.Journal, "found", v.Digest)
	}
	for _, n := range slices.Sorted(maps.Keys(x.seals)) {
		key := "verify.decision-unsealed"
		if x.seals[n].inJournal {
			key = "verify.decision-gone"
		}
		x.finding(Decision{Number: n}.key(), key, "decision", n)
	}
}
