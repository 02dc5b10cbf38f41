package members

import (
	"fmt"
	"time"

	"greffier/bot"
	"greffier/store"
)

// arrival is that somebody is known to have come, kept under their number.
type arrival struct {
	At time.Time `json:"at"`
	// Left is when they left; zero while they are here.
	Left time.Time `json:"left,omitzero"`
	// Contact is whom they were entrusted to.
	Contact bot.MemberID `json:"contact,omitempty"`
}

// waitingArrival is somebody who is to be announced with others, kept under a
// number that grows.
type waitingArrival struct {
	Member bot.MemberID `json:"member"`
	Again  bool         `json:"again,omitempty"`
}

// volunteer is somebody whom newcomers may be entrusted to.
type volunteer struct {
	Since time.Time `json:"since"`
	// Last is when somebody was entrusted to them; zero for never.
	Last time.Time `json:"last,omitzero"`
	// Entrusted counts those who were.
	Entrusted int `json:"entrusted,omitempty"`
}

// Profile is what a member says of themselves, kept under their number.
type Profile struct {
	At      time.Time `json:"at"`
	Changed time.Time `json:"changed"`
	// Fields holds the answers to the charter's questions, by name.
	Fields map[string]string `json:"fields,omitempty"`
}

// Subscriber is somebody who was announced and is not in the chat, or was not.
type Subscriber struct {
	Number uint64            `json:"number"`
	At     time.Time         `json:"at"`
	By     bot.MemberID      `json:"by"`
	Name   string            `json:"name"`
	Fields map[string]string `json:"fields,omitempty"`
	// Member is whom they have become; 0 while they are not here.
	Member bot.MemberID `json:"member,omitempty"`
}

func (s Subscriber) key() string { return fmt.Sprintf("subscriber/%d", s.Number) }

// Software is that a member, or their organisation, uses a software.
type Software struct {
	Number       uint64       `json:"number"`
	At           time.Time    `json:"at"`
	Member       bot.MemberID `json:"member"`
	Organisation uint64       `json:"organisation,omitempty"`
	Name         string       `json:"name"`
	Context      string       `json:"context,omitempty"`
	// Rating is how well it is liked, from 1 to 5; 0 was not said.
	Rating  int    `json:"rating,omitempty"`
	Comment string `json:"comment,omitempty"`
}

func (s Software) key() string { return fmt.Sprintf("software/%d", s.Number) }

// lead is who leads a theme, kept under the theme: the charter's identifier, or
// the folded name of one that no charter declares.
type lead struct {
	Theme  string       `json:"theme"`
	Name   string       `json:"name"`
	Member bot.MemberID `json:"member"`
	Since  time.Time    `json:"since"`
}

// event is something that figures count, kept under its moment and a number.
type event struct {
	What   string       `json:"what"`
	Member bot.MemberID `json:"member,omitempty"`
}

// What figures count.
const (
	came       = "came"
	cameBack   = "came-back"
	went       = "went"
	introduced = "introduced"
	announced  = "announced"
)

var (
	arrivals = store.NewTable("arrival",
		store.Index[arrival]{Name: "contact", Keys: func(_ []byte, a arrival) [][]byte {
			if a.Contact == 0 {
				return nil
			}
			return [][]byte{store.K(uint64(a.Contact))}
		}},
	)
	waitingArrivals = store.NewTable[waitingArrival]("arrival-waiting")
	volunteers      = store.NewTable[volunteer]("volunteer")
	profiles        = store.NewTable[Profile]("profile")
	subscribers     = store.NewTable("subscriber",
		store.Index[Subscriber]{Name: "member", Keys: func(_ []byte, s Subscriber) [][]byte {
			if s.Member == 0 {
				return nil
			}
			return [][]byte{store.K(uint64(s.Member))}
		}},
	)
	softwares = store.NewTable("software",
		store.Index[Software]{Name: "member", Keys: func(_ []byte, s Software) [][]byte {
			return [][]byte{store.K(uint64(s.Member))}
		}},
	)
	leads = store.NewTable("lead",
		store.Index[lead]{Name: "member", Keys: func(_ []byte, l lead) [][]byte {
			return [][]byte{store.K(uint64(l.Member))}
		}},
	)
	events = store.NewTable("member-event",
		store.Index[event]{Name: "member", Keys: func(_ []byte, e event) [][]byte {
			if e.Member == 0 {
				return nil
			}
			return [][]byte{store.K(uint64(e.Member))}
		}},
	)
)

// note keeps something that figures count.
func note(c *bot.Ctx, what string, who bot.MemberID) {
	events.Put(c.Tx, store.K(c.Now, events.NextID(c.Tx)), event{what, who})
}

func idOf(who bot.MemberID) []byte { return store.K(uint64(who)) }

// memberOf reads what idOf writes.
func memberOf(id []byte) bot.MemberID {
	var n uint64
	if err := store.ParseKey(id, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: member %x: %w", store.ErrDamaged, id, err)})
	}
	return bot.MemberID(n)
}
