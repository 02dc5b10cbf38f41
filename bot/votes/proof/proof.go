// Package proof writes and reads the file that a closed vote is published with:
// the ballots, in lines that greffier tally reads, and behind them, in comments,
// what the vote was, what was counted, the entries of the journal that say so, and
// a signature over all that stands before it.
package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/bot"
)

// What is published of the ballots.
const (
	// Ballots: each of them, with its receipt where the vote is secret.
	Ballots = "ballots"
	// Counts: how many said the same, which is no more than the result says.
	Counts = "counts"
	// Nothing: the ballots are few enough to reveal who cast them.
	Nothing = "nothing"
)

// Statement is what the file says of the vote.
type Statement struct {
	Register  string    `json:"register"`
	Community string    `json:"community"`
	Vote      uint64    `json:"vote"`
	Title     string    `json:"title"`
	Closed    time.Time `json:"closed"`
	Secret    bool      `json:"secret,omitempty"`
	// Published is how much is published of the ballots, Ballots their digest (see
	// [Digest]), which the journal has as well.
	Published string `json:"published"`
	Ballots   string `json:"ballots"`
	// Tally are the arguments of greffier tally that count the file again.
	Tally []string `json:"tally"`
	// Verdict, Elected and Tied are what the ballots say by themselves, with a lot or
	// a declared order where the rule has one. Decided, when it is not empty, is what
	// else decided a tie (chair or status-quo), and for what.
	Verdict string   `json:"verdict"`
	Elected []string `json:"elected,omitempty"`
	Tied    []string `json:"tied,omitempty"`
	Decided string   `json:"decided,omitempty"`
	For     []string `json:"for,omitempty"`
	// Entries are those of the journal that closed the vote and, where there was one,
	// that decided its tie.
	Entries []bot.ChainEntry `json:"entries"`
}

// Marks of the lines behind the ballots.
const (
	statementMark = "#: vote "
	keyMark       = "#: key "
	signatureMark = "#: signature "
)

// Write puts a statement behind the lines of a file and signs all of it.
func Write(lines []string, s Statement, key ed25519.PublicKey, sign func([]byte) []byte) ([]byte, error) {
	said, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	var b bytes.Buffer
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	b.WriteString(statementMark + string(said) + "\n")
	b.WriteString(keyMark + hex.EncodeToString(key) + "\n")
	b.WriteString(signatureMark + hex.EncodeToString(sign(b.Bytes())) + "\n")
	return b.Bytes(), nil
}

// What is wrong with a file.
var (
	// ErrNone: it is no such file, or its end is missing.
	ErrNone = errors.New("proof: there is no signed statement at the end")
	// ErrSignature: it was changed after it was signed.
	ErrSignature = errors.New("proof: the signature is not that of this file")
	// ErrStatement: what was signed cannot be read.
	ErrStatement = errors.New("proof: the statement cannot be read")
)

// File is a file whose signature was found right.
type File struct {
	Statement Statement
	Key       ed25519.PublicKey
	// Lines are the ballots, Notes what stands before each: a receipt, or a name.
	Lines, Notes []string
}

// Read reads a file and checks its signature. The error is one of those above.
func Read(data []byte) (*File, error) {
	at := bytes.LastIndex(data, []byte("\n"+signatureMark))
	if at < 0 {
		return nil, ErrNone
	}
	signed, rest := data[:at+1], string(data[at+1:])
	signature, ok := exactHex(strings.TrimPrefix(rest, signatureMark), ed25519.SignatureSize)
	if !ok {
		return nil, ErrSignature
	}
	at = bytes.LastIndex(signed, []byte("\n"+keyMark))
	if at < 0 {
		return nil, ErrNone
	}
	key, ok := exactHex(strings.TrimPrefix(string(signed[at+1:]), keyMark), ed25519.PublicKeySize)
	if !ok || !ed25519.Verify(key, signed, signature) {
		return nil, ErrSignature
	}
	f := &File{Key: key}
	at = bytes.LastIndex(signed[:at+1], []byte("\n"+statementMark))
	if at < 0 {
		return nil, ErrNone
	}
	said, _, _ := strings.Cut(strings.TrimPrefix(string(signed[at+1:]), statementMark), "\n")
	if err := json.Unmarshal([]byte(said), &f.Statement); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStatement, err)
	}
	f.ballots(string(signed[:at+1]))
	return f, nil
}

// exactHex reads what hex.EncodeToString writes of n bytes, with the end of a line,
// and nothing else.
func exactHex(text string, n int) ([]byte, bool) {
	data, err := hex.DecodeString(strings.TrimSuffix(text, "\n"))
	return data, err == nil && len(data) == n && text == hex.EncodeToString(data)+"\n"
}

// ballots finds the ballots and what stands before each. Lines of 0 declare options.
func (f *File) ballots(text string) {
	note := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		said, comment := strings.CutPrefix(line, "# ")
		switch {
		case comment:
			note = said
		case line == "" || strings.HasPrefix(line, "#"):
			note = ""
		case strings.HasPrefix(line, "0:"):
			note = ""
		default:
			f.Lines, f.Notes = append(f.Lines, line), append(f.Notes, note)
			note = ""
		}
	}
}

// Ballot is the line of the ballot that has a receipt.
func (f *File) Ballot(receipt string) (line string, ok bool) {
	at := slices.Index(f.Notes, receipt)
	if at < 0 {
		return "", false
	}
	return f.Lines[at], true
}

// Digest is that of the ballots of a vote, in the order of the file: SHA-256 over
// each line and a line feed, with the receipt and a space before it where the vote
// is secret. Names are no part of it: people may ask to be forgotten.
func Digest(lines, receipts []string) string {
	h := sha256.New()
	for i, line := range lines {
		if receipts != nil {
			h.Write([]byte(receipts[i] + " "))
		}
		h.Write([]byte(line + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Sound tells whether the entries of the journal are those of this vote, and its
// ballots those that the journal has: what does not hold, or "".
func (f *File) Sound() string {
	s := &f.Statement
	if len(s.Entries) == 0 {
		return "entries"
	}
	for i, sealed := range s.Entries {
		e, err := sealed.Entry()
		what := "vote close"
		if i > 0 {
			what = "vote decide"
		}
		if err != nil || e.What != what || e.Subject != fmt.Sprintf("vote/%d", s.Vote) {
			return "entries"
		}
		if i == 0 && e.Data["ballots"] != s.Ballots {
			return "journal"
		}
	}
	if s.Published == Ballots {
		receipts := f.Notes
		if !s.Secret {
			receipts = nil
		}
		if Digest(f.Lines, receipts) != s.Ballots {
			return "ballots"
		}
	}
	return ""
}

// End is the digest of the journal that the clerk told with the result.
func (s *Statement) End() string { return s.Entries[len(s.Entries)-1].Digest() }
