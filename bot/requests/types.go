package requests

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// State says whether a request is still on its way.
type State string

// The states of a request.
const (
	Open      State = "open"
	Done      State = "done"      // it reached a final stage
	Refused   State = "refused"   // somebody entitled, or a vote, refused it
	Withdrawn State = "withdrawn" // its author no longer wants it
	Merged    State = "merged"    // another request, Into, stands for it
)

var states = []State{Open, Done, Refused, Withdrawn, Merged}

// Request is what somebody asked for. The names of kind, path and stage are the
// charter's; a charter that no longer has them leaves the request where it is,
// and Verify says so.
type Request struct {
	Number uint64       `json:"number"`
	At     time.Time    `json:"at"`
	Author bot.MemberID `json:"author"`
	Title  string       `json:"title"`
	Kind   string       `json:"kind"`
	Path   string       `json:"path"`
	Stage  string       `json:"stage"`
	State  State        `json:"state"`
	// Since is when it came to its stage; zero while it is at its first.
	Since time.Time `json:"since,omitzero"`
	// Trail lists the stages it came through, so that it can be sent back the
	// way it came.
	Trail        []string `json:"trail,omitempty"`
	UseCase      string   `json:"use-case,omitempty"`
	Details      string   `json:"details,omitempty"`
	Links        []string `json:"links,omitempty"`
	Organisation string   `json:"organisation,omitempty"`
	// Budget is an exact amount such as "1200.50" or "1200.50 CHF".
	Budget string `json:"budget,omitempty"`
	// Fields holds the charter's own fields by name.
	Fields map[string]string `json:"fields,omitempty"`
	// Trackers lists where it is followed in other tools.
	Trackers []string     `json:"trackers,omitempty"`
	Assignee bot.MemberID `json:"assignee,omitempty"`
	// Team is the group it was handed to, when that is another than its stage or
	// kind says; Calls are the groups that were asked for help and have not answered.
	Team  string   `json:"team,omitempty"`
	Calls []string `json:"calls,omitempty"`
	// Asked is since when it asks to pass its stage in a meeting, Blocked since when
	// it cannot go on, and Late since when it is at its stage for too long; zero
	// while it is not so. They end with the stage.
	Asked      time.Time `json:"asked,omitzero"`
	Blocked    time.Time `json:"blocked,omitzero"`
	BlockedWhy string    `json:"blocked-why,omitempty"`
	Late       time.Time `json:"late,omitzero"`
	// Votes lists the votes about it that are open.
	Votes []uint64 `json:"votes,omitempty"`
	// Into is the request that a merged one became part of.
	Into uint64 `json:"into,omitempty"`
	// Supporters and Comments are how many there are in their tables.
	Supporters int `json:"supporters"`
	Comments   int `json:"comments"`
}

// support is kept under the request's number and the supporter.
type support struct {
	At time.Time `json:"at"`
}

// comment is kept under the request's number and its own, which grows with time.
type comment struct {
	By   bot.MemberID `json:"by"`
	At   time.Time    `json:"at"`
	Text string       `json:"text,omitempty"`
	// From is the merged request it was written about, 0 if this one.
	From uint64 `json:"from,omitempty"`
	// Erased comments have lost their text with their author.
	Erased bool `json:"erased,omitempty"`
}

// opinion is a group's advisory opinion, kept under the request's number and
// the group.
type opinion struct {
	Verdict string       `json:"verdict"`
	Reasons string       `json:"reasons,omitempty"`
	By      bot.MemberID `json:"by"`
	At      time.Time    `json:"at"`
}

// The verdicts of opinions.
const (
	favourable   = "favourable"
	reservations = "with-reservations"
	unfavourable = "unfavourable"
)

var (
	requests = store.NewTable("request",
		store.Index[Request]{Name: "author", Keys: func(_ []byte, r Request) [][]byte {
			return [][]byte{store.K(uint64(r.Author))}
		}},
		store.Index[Request]{Name: "assignee", Keys: func(_ []byte, r Request) [][]byte {
			if r.Assignee == 0 {
				return nil
			}
			return [][]byte{store.K(uint64(r.Assignee))}
		}},
		store.Index[Request]{Name: "at", Keys: func(_ []byte, r Request) [][]byte { return [][]byte{store.K(r.At)} }},
	)
	supports = store.NewTable("request-support",
		store.Index[support]{Name: "member", Keys: func(id []byte, _ support) [][]byte {
			_, member := pair(id)
			return [][]byte{store.K(member)}
		}},
	)
	comments = store.NewTable("request-comment",
		store.Index[comment]{Name: "member", Keys: func(_ []byte, m comment) [][]byte {
			return [][]byte{store.K(uint64(m.By))}
		}},
	)
	opinions = store.NewTable[opinion]("request-opinion")
	words    = store.NewTextIndex("request-words")
	titles   = store.NewTextIndex("request-titles")
)

// pair reads an id made of two numbers.
func pair(id []byte) (a, b uint64) {
	if err := store.ParseKey(id, &a, &b); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
	}
	return a, b
}

// numberOf reads the id of a request.
func numberOf(id []byte) (n uint64) {
	if err := store.ParseKey(id, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
	}
	return n
}

// key is the key of the request's card, which also names it in the journal.
func (r *Request) key() string { return "request/" + strconv.FormatUint(r.Number, 10) }

// numberOfKey reads what key writes.
func numberOfKey(key string) (uint64, bool) {
	digits, ok := strings.CutPrefix(key, "request/")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ok && err == nil
}

// words is what a request is found by.
func (r *Request) words() string {
	return strings.Join([]string{r.Title, r.UseCase, r.Details}, "\n")
}

// hasVote reports whether a vote about the request is open.
func (r *Request) hasVote(n uint64) bool { return slices.Contains(r.Votes, n) }

// clone is a copy that shares nothing with r.
func (r *Request) clone() Request {
	c := *r
	c.Trail, c.Links, c.Trackers = slices.Clone(r.Trail), slices.Clone(r.Links), slices.Clone(r.Trackers)
	c.Votes, c.Calls = slices.Clone(r.Votes), slices.Clone(r.Calls)
	if r.Fields != nil {
		c.Fields = make(map[string]string, len(r.Fields))
		for k, v := range r.Fields {
			c.Fields[k] = v
		}
	}
	return c
}

// find is the request of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Request, error) {
	r, ok := requests.Get(c.Tx, store.K(number))
	if !ok {
		return nil, bot.Refuse("request.none", "number", number, "list", bot.CommandText("request list"))
	}
	return &r, nil
}

// findOpen is find for what only open requests allow.
func findOpen(c *bot.Ctx, number int) (*Request, error) {
	r, err := find(c, number)
	if err != nil {
		return nil, err
	}
	return r, refuseClosed(c, r)
}

// refuseClosed says why a request is closed, and what can be done instead.
func refuseClosed(c *bot.Ctx, r *Request) error {
	switch r.State {
	case Done:
		return bot.Refuse("request.closed-done", "number", r.Number, "stage", stageName(c.Charter, r), "new", bot.CommandText("request new"))
	case Refused:
		return bot.Refuse("request.closed-refused", "number", r.Number, "history", bot.CommandText("request history"), "new", bot.CommandText("request new"))
	case Withdrawn:
		return bot.Refuse("request.closed-withdrawn", "number", r.Number, "new", bot.CommandText("request new"))
	case Merged:
		return bot.Refuse("request.closed-merged", "number", r.Number, "into", r.Into, "show", bot.CommandText("request show"))
	}
	return nil
}

// save stores a request that was changed, with what it is found by, and has its
// card drawn again. old is nil for a new one.
func save(c *bot.Ctx, old, r *Request) {
	requests.Put(c.Tx, store.K(r.Number), *r)
	keepSets(c.Tx, old, r)
	before, title := "", ""
	if old != nil {
		before, title = old.words(), old.Title
	}
	if title != r.Title {
		titles.Put(c.Tx, r.Number, title, r.Title)
	}
	if before != r.words() {
		words.Put(c.Tx, r.Number, before, r.words())
	}
	c.Redraw(r.key())
}

// supportersOf lists the members who support a request, by number.
func supportersOf(c *bot.Ctx, r *Request) []bot.MemberID {
	var ids []bot.MemberID
	for id := range supports.Prefix(c.Tx, store.K(r.Number)) {
		_, member := pair(id)
		ids = append(ids, bot.MemberID(member))
	}
	return ids
}

// supported reports whether a member supports a request.
func supported(c *bot.Ctx, r *Request, who bot.MemberID) bool {
	return supports.Has(c.Tx, store.K(r.Number, uint64(who)))
}

// opinionsOf lists the opinions given on a request by group.
func opinionsOf(c *bot.Ctx, r *Request) map[string]opinion {
	given := map[string]opinion{}
	for id, o := range opinions.Prefix(c.Tx, store.K(r.Number)) {
		var n uint64
		var group string
		if err := store.ParseKey(id, &n, &group); err != nil {
			panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
		}
		given[group] = o
	}
	return given
}
