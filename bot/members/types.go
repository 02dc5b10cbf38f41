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
)

func idOf(who bot.MemberID) []byte { return store.K(uint64(who)) }

// memberOf reads what idOf writes.
func memberOf(id []byte) bot.MemberID {
	var n uint64
	if err := store.ParseKey(id, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: member %x: %w", store.ErrDamaged, id, err)})
	}
	return bot.MemberID(n)
}
