// Package meetings is how a community meets: convening, agenda, attendance,
// decisions, actions and minutes.
//
// A meeting keeps what its kind said in the charter on the day it was entered; a
// charter that changes later leaves it as it is. What it holds is spread over
// small records:
//
//	meeting     what, when, where, who is invited, how far it has come
//	item        the agenda, with what was said of each item
//	attendance  what each member answered, and when they were there
//	phase       the steps that prepare it
//	action      who took on what, until when; actions outlive their meeting
//	feed        the secret addresses of calendars
//
// Minutes and calendar files are drawn from these records when they are handed
// over (minutes.go, calendar.go), and stored nowhere.
package meetings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// State is how far a meeting has come.
type State string

// The states of a meeting.
const (
	// Polling meetings look for their date.
	Polling State = "polling"
	// Planned meetings are to come.
	Planned State = "planned"
	// Open meetings are in session.
	Open State = "open"
	// Held meetings are over, and have minutes.
	Held State = "held"
	// Cancelled meetings do not take place.
	Cancelled State = "cancelled"
)

// Meeting is a gathering of members at a time.
type Meeting struct {
	Number uint64 `json:"number"`
	Title  string `json:"title"`
	// Kind is the charter's, or empty. Occurrence is the beginning that the
	// series gave to the meeting, which names it there whatever it is moved to.
	Kind       string    `json:"kind,omitempty"`
	Occurrence time.Time `json:"occurrence,omitzero"`
	// Starts is zero while the date is looked for among Dates, until Until.
	Starts time.Time       `json:"starts,omitzero"`
	Lasts  config.Duration `json:"lasts"`
	Dates  []time.Time     `json:"dates,omitempty"`
	Until  time.Time       `json:"until,omitzero"`
	Where  string          `json:"where,omitempty"`
	Link   string          `json:"link,omitempty"`
	// Documents are addresses of what is to be read before.
	Documents []string `json:"documents,omitempty"`
	// Groups and Members are invited; Advisory and Advisers too, with an
	// advisory voice.
	Groups   []string       `json:"groups,omitempty"`
	Members  []bot.MemberID `json:"members,omitempty"`
	Advisory []string       `json:"advisory,omitempty"`
	Advisers []bot.MemberID `json:"advisers,omitempty"`
	// Host called the meeting, HostGroup answers for it; Secretary takes the minutes.
	Host       bot.MemberID      `json:"host,omitempty"`
	HostGroup  string            `json:"host-group,omitempty"`
	Secretary  bot.MemberID      `json:"secretary,omitempty"`
	Notice     config.Duration   `json:"notice,omitempty"`
	Reminders  []config.Duration `json:"reminders,omitempty"`
	Announce   config.Duration   `json:"announce,omitempty"`
	Proxies    int               `json:"proxies,omitempty"`
	RoundTable bool              `json:"round-table,omitempty"`
	Place      bot.Place         `json:"place,omitzero"`
	Channel    string            `json:"channel,omitempty"`
	State      State             `json:"state"`
	Made       time.Time         `json:"made"`
	// Announced is when its card was hung, Convened when the convocation went
	// out; zero before.
	Announced time.Time `json:"announced,omitzero"`
	Convened  time.Time `json:"convened,omitzero"`
	// Started and Ended are those of the session.
	Started time.Time `json:"started,omitzero"`
	Ended   time.Time `json:"ended,omitzero"`
	// After says that the session was over when its minutes were begun.
	After bool `json:"after,omitempty"`
	// Reason is why it was cancelled.
	Reason string `json:"reason,omitempty"`
	// Sequence grows each time calendars must take the meeting anew (RFC 5545, 3.8.7.4).
	Sequence int `json:"sequence,omitempty"`
	// Remarks is what the secretary adds to the minutes.
	Remarks string `json:"remarks,omitempty"`
	// Approved is when the minutes were approved, By whom; Seal is the digest of
	// what they say, and Entry the journal entry that holds it.
	Approved   time.Time    `json:"approved,omitzero"`
	ApprovedBy bot.MemberID `json:"approved-by,omitempty"`
	Seal       string       `json:"seal,omitempty"`
	Entry      uint64       `json:"entry,omitempty"`
}

// Item is a point of a meeting's agenda.
type Item struct {
	Meeting uint64       `json:"meeting"`
	Number  uint64       `json:"number"`
	Rank    int          `json:"rank"`
	Title   string       `json:"title"`
	By      bot.MemberID `json:"by,omitempty"`
	// Subject is the key of what a collected item is about: it is on the agenda of
	// one meeting at a time, as long as it is to be looked at.
	Subject string    `json:"subject,omitempty"`
	At      time.Time `json:"at"`
	// Late items came after the convocation.
	Late bool `json:"late,omitempty"`
	// Standing items come from the charter and are never carried over.
	Standing bool `json:"standing,omitempty"`
	// Notes is what was said; an item with notes or decisions was treated.
	Notes   string `json:"notes,omitempty"`
	Treated bool   `json:"treated,omitempty"`
	// From is the meeting it was carried over from, To the one it was carried to.
	From uint64 `json:"from,omitempty"`
	To   uint64 `json:"to,omitempty"`
	// Decisions are numbers of the register of decisions.
	Decisions []uint64 `json:"decisions,omitempty"`
}

// Answer is what a member says of coming.
type Answer string

// The answers.
const (
	Yes         Answer = "yes"
	No          Answer = "no"
	Maybe       Answer = "maybe"
	Represented Answer = "represented"
)

// Attendance is one member's part in a meeting.
type Attendance struct {
	Answer   Answer       `json:"answer,omitempty"`
	Answered time.Time    `json:"answered,omitzero"`
	Proxy    bot.MemberID `json:"proxy,omitempty"`
	// Free are the places of the dates, from 0, that suit the member in a poll.
	Free []int `json:"free,omitempty"`
	// Invited is set when the session opens, for who was invited then.
	Invited bool `json:"invited,omitempty"`
	// Arrived and Left are when a member came to the session and went.
	Arrived time.Time `json:"arrived,omitzero"`
	Left    time.Time `json:"left,omitzero"`
	// Word is what the member said in the round table.
	Word string `json:"word,omitempty"`
}

// Phase is a step of what prepares a meeting.
type Phase struct {
	Meeting uint64       `json:"meeting"`
	ID      string       `json:"id"`
	Rank    int          `json:"rank"`
	Name    config.Words `json:"name"`
	// Before is how long before the meeting it is due.
	Before      config.Duration   `json:"before"`
	Reminders   []config.Duration `json:"reminders,omitempty"`
	Group       string            `json:"group,omitempty"`
	Responsible bot.MemberID      `json:"responsible,omitempty"`
	Done        time.Time         `json:"done,omitzero"`
	By          bot.MemberID      `json:"by,omitempty"`
}

// Action is something that a member took on.
type Action struct {
	Number  uint64       `json:"number"`
	Meeting uint64       `json:"meeting"`
	Item    uint64       `json:"item,omitempty"`
	Title   string       `json:"title"`
	Owner   bot.MemberID `json:"owner,omitempty"`
	// First is who took it on in the meeting, which the minutes say.
	First bot.MemberID `json:"first,omitempty"`
	Due   time.Time    `json:"due,omitzero"`
	Made  time.Time    `json:"made"`
	Done  time.Time    `json:"done,omitzero"`
	By    bot.MemberID `json:"by,omitempty"`
}

// feed is a secret address under which a member's calendar is read.
type feed struct {
	Member bot.MemberID `json:"member"`
	// All is a feed of every meeting, not only of those the member is invited to.
	All   bool      `json:"all,omitempty"`
	Token string    `json:"token"`
	Made  time.Time `json:"made"`
}

var (
	meetings = store.NewTable("meeting",
		store.Index[Meeting]{Name: "state", Keys: func(_ []byte, m Meeting) [][]byte {
			return [][]byte{store.K(string(m.State), m.Starts)}
		}},
		store.Index[Meeting]{Name: "kind", Keys: func(_ []byte, m Meeting) [][]byte {
			if m.Kind == "" || m.Starts.IsZero() {
				return nil
			}
			return [][]byte{store.K(m.Kind, m.Starts)}
		}},
		store.Index[Meeting]{Name: "occurrence", Keys: func(_ []byte, m Meeting) [][]byte {
			if m.Occurrence.IsZero() {
				return nil
			}
			return [][]byte{store.K(m.Kind, m.Occurrence)}
		}},
		store.Index[Meeting]{Name: "ended", Keys: func(_ []byte, m Meeting) [][]byte {
			if m.Ended.IsZero() {
				return nil
			}
			return [][]byte{store.K(m.Ended)}
		}},
	)
	items      = store.NewTable[Item]("meeting-item")
	attendance = store.NewTable("attendance",
		store.Index[Attendance]{Name: "member", Keys: func(id []byte, _ Attendance) [][]byte {
			_, who := pair(id)
			return [][]byte{store.K(who)}
		}},
	)
	phases  = store.NewTable[Phase]("meeting-phase")
	actions = store.NewTable("action",
		store.Index[Action]{Name: "owner", Keys: func(_ []byte, a Action) [][]byte {
			return [][]byte{store.K(uint64(a.Owner), !a.Done.IsZero())}
		}},
		store.Index[Action]{Name: "done", Keys: func(_ []byte, a Action) [][]byte {
			return [][]byte{store.K(!a.Done.IsZero(), a.Due)}
		}},
		store.Index[Action]{Name: "meeting", Keys: func(_ []byte, a Action) [][]byte {
			return [][]byte{store.K(a.Meeting)}
		}},
	)
	feeds = store.NewTable("calendar-feed",
		store.Index[feed]{Name: "member", Keys: func(_ []byte, f feed) [][]byte { return [][]byte{store.K(uint64(f.Member))} }},
	)
)

// pair reads an id made of two numbers.
func pair(id []byte) (a, b uint64) {
	if err := store.ParseKey(id, &a, &b); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
	}
	return a, b
}

// numberIn reads an id that is a number.
func numberIn(id []byte) (n uint64) {
	if err := store.ParseKey(id, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
	}
	return n
}

// key is the key of the meeting's card, which also names it in the journal.
func (m *Meeting) key() string { return "meeting/" + strconv.FormatUint(m.Number, 10) }

func (a *Action) key() string { return "action/" + strconv.FormatUint(a.Number, 10) }

// numberAfter reads the number in a key such as "meeting/12".
func numberAfter(key string) (uint64, bool) {
	_, digits, ok := strings.Cut(key, "/")
	digits, _, _ = strings.Cut(digits, ".")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ok && err == nil
}

// ends is when the meeting is to be over.
func (m *Meeting) ends() time.Time { return m.Starts.Add(m.Lasts.Std()) }

// present reports whether somebody was there for at least a moment of the session.
func (a *Attendance) present() bool { return !a.Arrived.IsZero() }

// here reports whether somebody is there now.
func (a *Attendance) here() bool { return a.present() && a.Left.IsZero() }

// unopened reports whether a meeting's time is over though its session was never opened.
func (m *Meeting) unopened(now time.Time) bool { return m.State == Planned && now.After(m.ends()) }
