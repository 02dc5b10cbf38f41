// Package votes is how a community decides: votes opened by a command or by the
// stage of a request, ballots, counting, and the outcome that says what was
// counted against which rule.
//
// A vote keeps a copy of its rule from the day it is made: a charter that
// changes later never changes it. What it holds is spread over small records,
// so that casting a ballot touches few of them:
//
//	vote           the question, the rule, the dates, the outcome
//	turnout        how many voted; in open votes also for what
//	roll           whose voices there are, who is present, who voted in secret, who
//	               holds a proxy (roll.go)
//	ballot         open ballots, by vote and member
//	sealed-ballot  secret ballots while the vote is open, which nobody can read
//	secret-ballot  the same after the close, under keys that name nobody (secret.go)
//	receipt        where the ballot lies that has a code (receipts.go)
package votes

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"sync"
	"time"

	"greffier/bot"
	"greffier/bot/votes/tally"
	"greffier/config"
	"greffier/store"
)

// State is how far a vote has come.
type State string

// The states of a vote.
const (
	// Waiting votes open at a date to come.
	Waiting State = "waiting"
	// Open votes take ballots until their closing date.
	Open State = "open"
	// Closed votes are counted.
	Closed State = "closed"
	// Cancelled votes decide nothing.
	Cancelled State = "cancelled"
)

// Vote is a question put to an electorate. Values read from the register share
// their slices and pointers: replace those, never write into them.
type Vote struct {
	Number uint64 `json:"number"`
	Title  string `json:"title"`
	// Options are the answers, in the order of the ballot; none when the method
	// is yes-no.
	Options []Option `json:"options,omitempty"`
	// Rule is the charter's rule as it stood, with what this vote makes stricter.
	Rule config.VoteRule `json:"rule"`
	// Groups is how the electorate was called.
	Groups []bot.Text `json:"groups"`
	// Subject is what the vote is about ("request/12"), or empty. Wanted means
	// that the subject asked for the vote and awaits its outcome.
	Subject string       `json:"subject,omitempty"`
	Wanted  bool         `json:"wanted,omitempty"`
	Place   bot.Place    `json:"place,omitzero"`
	Author  bot.MemberID `json:"author,omitempty"`
	Made    time.Time    `json:"made"`
	Opens   time.Time    `json:"opens"`
	Closes  time.Time    `json:"closes"`
	State   State        `json:"state"`
	// Ended is when it was closed or cancelled, How by what, By by whom.
	Ended time.Time    `json:"ended,omitzero"`
	How   How          `json:"how,omitempty"`
	By    bot.MemberID `json:"by,omitempty"`
	// Reason is why it was cancelled.
	Reason     bot.Text    `json:"reason,omitzero"`
	Extensions []Extension `json:"extensions,omitempty"`
	// Edition grows each time the question is changed. Buttons and forms carry
	// it, so that one drawn before a change is not taken for another answer.
	Edition int `json:"edition,omitempty"`
	// Ratios are by how much options must beat the default, where this vote asks
	// more of them than its rule. Amended are the proposals of earlier rounds of a
	// vote by consent. Second is the vote that is the second round of this one, First
	// the one this is the second round of.
	Ratios  map[int]config.Ratio `json:"ratios,omitempty"`
	Amended []Amended            `json:"amended,omitempty"`
	Second  uint64               `json:"second,omitempty"`
	First   uint64               `json:"first,omitempty"`
	// Paper is the ballot paper that it is a question of (paper.go), or nil.
	Paper *Paper `json:"paper,omitempty"`
	// Meeting is the number of the meeting it belongs to. Shown tells that its card
	// hung before the opening.
	Meeting uint64 `json:"meeting,omitempty"`
	Shown   bool   `json:"shown,omitempty"`
	// Opening is the quorum as it was held at the opening, where the rule checks it
	// then. Called is the second call of this vote, whose quorum was missed, and
	// CalledAfter the vote this is the second call of.
	Opening     *tally.Step `json:"opening,omitempty"`
	Called      uint64      `json:"called,omitempty"`
	CalledAfter uint64      `json:"called-after,omitempty"`
	// Classes are those of the voices on the roll; without any, all voices are of
	// one class and weigh 1.
	Classes []Class `json:"classes,omitempty"`
	// Seal names the key that the ballots of a secret vote were closed with.
	Seal string `json:"seal,omitempty"`
	// Result is what was counted, Digest the end of the journal then, and
	// Decision its number in the register of decisions.
	Result   *Result `json:"result,omitempty"`
	Digest   string  `json:"digest,omitempty"`
	Decision uint64  `json:"decision,omitempty"`
}

// How is what ended a vote.
type How string

// What ends a vote.
const (
	ByDate    How = "date"
	ByHand    How = "hand"
	ByTurnout How = "everyone"
)

// Option is one answer of a vote.
type Option struct {
	Title string `json:"title"`
}

// Extension is a later closing date, and why.
type Extension struct {
	From   time.Time    `json:"from"`
	To     time.Time    `json:"to"`
	By     bot.MemberID `json:"by"`
	Reason string       `json:"reason"`
}

func voteID(number uint64) []byte { return store.K(number) }

func stateKey(s State) []byte { return store.K(string(s)) }

var votes = store.NewTable("vote",
	store.Index[Vote]{Name: "state", Keys: func(_ []byte, v Vote) [][]byte { return [][]byte{stateKey(v.State)} }},
	store.Index[Vote]{Name: "when", Keys: func(_ []byte, v Vote) [][]byte {
		if v.State == Waiting {
			return nil
		}
		return [][]byte{store.K("opened", v.Opens)}
	}},
	// When each was closed, how many voices were cast, of how many; nothing of these
	// where voices weigh, which turnouts tells.
	store.Index[Vote]{Name: "turnout", Keys: func(_ []byte, v Vote) [][]byte {
		switch {
		case v.State != Closed:
			return nil
		case v.classed():
			return [][]byte{store.K(v.Ended, true, 0, 0)}
		case v.Result == nil:
			return [][]byte{store.K(v.Ended, false, 0, 0)}
		}
		return [][]byte{store.K(v.Ended, false, v.Result.Ballots, v.Result.Entitled.Num().Int64())}
	}},
)

// decoded keeps the votes last read by their stored form: every ballot reads
// its vote, and reading JSON would cost more than all the rest.
var decoded = struct {
	sync.RWMutex
	votes map[string]*Vote
}{votes: map[string]*Vote{}}

const maxDecoded = 256

// MarshalBinary writes the vote as JSON.
func (v *Vote) MarshalBinary() ([]byte, error) {
	type plain Vote
	return json.Marshal((*plain)(v))
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (v *Vote) UnmarshalBinary(b []byte) error {
	decoded.RLock()
	known := decoded.votes[string(b)]
	decoded.RUnlock()
	if known == nil {
		type plain Vote
		fresh := new(Vote)
		if err := json.Unmarshal(b, (*plain)(fresh)); err != nil {
			return fmt.Errorf("votes: %w", err)
		}
		decoded.Lock()
		if len(decoded.votes) >= maxDecoded {
			clear(decoded.votes)
		}
		decoded.votes[string(b)] = fresh
		decoded.Unlock()
		known = fresh
	}
	*v = *known
	return nil
}

// class is the class at a place of the vote's list.
func (v *Vote) class(at int) Class {
	if at < len(v.Classes) {
		return v.Classes[at]
	}
	return Class{}
}

// weight is what a ballot of the class counts for under one of the weightings;
// nil is 1.
func (k Class) weight(weighting int) *big.Rat {
	if weighting >= 0 && weighting < len(k.Weights) {
		return k.Weights[weighting].Rat()
	}
	return nil
}

func (v *Vote) key() string { return "vote/" + strconv.FormatUint(v.Number, 10) }

func (v *Vote) method() tally.Method { return tally.Method(v.Rule.Method) }

// size is the number of options that are counted.
func (v *Vote) size() int {
	switch v.method() {
	case tally.YesNo:
		return 2
	case tally.Consent: // to the proposal that is its title
		return 1
	}
	return len(v.Options)
}

// option is how an option is called.
func (v *Vote) option(i int) bot.Text {
	switch {
	case v.method() == tally.YesNo && i == 0:
		return bot.T("vote.yes")
	case v.method() == tally.YesNo:
		return bot.T("vote.no")
	case i < len(v.Options):
		return bot.Typed(v.Options[i].Title)
	case v.method() == tally.Consent && i == 0:
		return bot.Typed(v.Title)
	}
	return bot.Typed(fmt.Sprintf("#%d", i+1))
}

// turnout is how many voted. In open votes it also counts for what; in secret
// ones nobody, this record included, knows before the close.
type turnout struct {
	// Entitled is the size of a frozen roll; of an open one, the size of the
	// electorate when it was last looked at.
	Entitled, Cast      uint64
	Abstentions, Blanks uint64
	Counts              []uint64
}

var turnouts = store.NewTable[turnout]("turnout")

var errRecord = errors.New("votes: this is no such record")

// MarshalBinary writes the numbers one after the other.
func (t *turnout) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 16+2*len(t.Counts))
	for _, n := range []uint64{t.Entitled, t.Cast, t.Abstentions, t.Blanks} {
		b = binary.AppendUvarint(b, n)
	}
	for _, n := range t.Counts {
		b = binary.AppendUvarint(b, n)
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (t *turnout) UnmarshalBinary(b []byte) error {
	var all [32]uint64
	numbers := all[:0]
	for len(b) > 0 {
		n, used := binary.Uvarint(b)
		if used <= 0 {
			return errRecord
		}
		numbers, b = append(numbers, n), b[used:]
	}
	if len(numbers) < 4 {
		return errRecord
	}
	*t = turnout{Entitled: numbers[0], Cast: numbers[1], Abstentions: numbers[2], Blanks: numbers[3]}
	if len(numbers) > 4 {
		t.Counts = slices.Clone(numbers[4:])
	}
	return nil
}

// count adds a ballot to the turnout, or takes it away again.
func (t *turnout) count(v *Vote, b ballot, away bool) {
	by := uint64(1)
	if away {
		by = ^uint64(0) // -1
	}
	t.Cast += by
	if v.Rule.Secret {
		return
	}
	if b.Kind == tally.Marked && !v.simple() {
		return
	}
	switch b.Kind {
	case tally.Abstention:
		t.Abstentions += by
	case tally.Blank:
		t.Blanks += by
	default:
		if len(t.Counts) != v.size() {
			t.Counts = make([]uint64, v.size())
		}
		for _, m := range b.Marks {
			t.Counts[m.Option] += by
		}
	}
}

// voice is what casts one ballot in a vote: a member, by their number, or an
// organisation, by its own with the highest bit set.
type voice uint64

const organisationBit voice = 1 << 63

func voiceOf(who bot.MemberID) voice { return voice(who) }

func organisationVoice(number uint64) voice { return voice(number) | organisationBit }

// code names a voice in a call and in the journal.
func (by voice) code() string {
	if n := by.organisation(); n != 0 {
		return fmt.Sprintf("organisation/%d", n)
	}
	return fmt.Sprintf("member/%d", uint64(by))
}

// member is whose voice it is; 0 when it is an organisation's.
func (by voice) member() bot.MemberID {
	if by&organisationBit != 0 {
		return 0
	}
	return bot.MemberID(by)
}

// organisation is whose voice it is; 0 when it is a member's.
func (by voice) organisation() uint64 {
	if by&organisationBit == 0 {
		return 0
	}
	return uint64(by &^ organisationBit)
}

// say names whose voice it is.
func (by voice) say(c *bot.Ctx) bot.Text {
	if o, ok := c.Organisation(by.organisation()); ok {
		return bot.Typed(o.Name)
	}
	return bot.T("vote.name", "who", by.member())
}

// Class is what voices that count alike have in common.
type Class struct {
	// College is the college whose ballots theirs are counted with; empty where
	// the rule has none.
	College string `json:"college,omitempty"`
	// Weights are what a ballot counts for, one for each of the rule's weightings;
	// none is 1.
	Weights []bot.Decimal `json:"weights,omitempty"`
	// Advisory ballots are counted apart and decide nothing.
	Advisory bool `json:"advisory,omitempty"`
}
