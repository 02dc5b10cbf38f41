package membership

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/store"
)

// admission is how somebody became a member, kept under their number.
type admission struct {
	At time.Time `json:"at"`
	// Subject is the candidacy, such as "request/12".
	Subject string `json:"subject,omitempty"`
	// Ended is when they stopped; zero while they are one.
	Ended time.Time `json:"ended,omitzero"`
}

// The answers to whether somebody still takes part. The last two are those of the
// people who decide.
const (
	confirmed = "confirmed"
	stopped   = "stopped"
	kept      = "kept"
	ended     = "ended"
)

// question is the last time that somebody was asked whether they still take part,
// kept under their number.
type question struct {
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	// Activity is what the register saw of them when they were asked.
	Activity bot.Text  `json:"activity,omitzero"`
	Answer   string    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
	Text     string    `json:"text,omitempty"`
}

// Mandate is something that a member is entrusted with for a time.
type Mandate struct {
	Number uint64       `json:"number"`
	Kind   string       `json:"kind"`
	Member bot.MemberID `json:"member"`
	From   time.Time    `json:"from"`
	Until  time.Time    `json:"until"`
	// Ended is when it ended, at its time or before; zero while it runs. Next is the
	// mandate that it was handed over to.
	Ended time.Time `json:"ended,omitzero"`
	Next  uint64    `json:"next,omitempty"`
}

var (
	admissions = store.NewTable[admission]("admission")
	questions  = store.NewTable("confirmation",
		store.Index[question]{Name: "unanswered", Keys: func(_ []byte, q question) [][]byte {
			if q.Answer != "" {
				return nil
			}
			return [][]byte{store.K(true)}
		}},
	)
	mandates = store.NewTable("mandate",
		store.Index[Mandate]{Name: "member", Keys: func(_ []byte, m Mandate) [][]byte {
			return [][]byte{store.K(uint64(m.Member))}
		}},
		store.Index[Mandate]{Name: "running", Keys: func(_ []byte, m Mandate) [][]byte {
			if !m.Ended.IsZero() {
				return nil
			}
			return [][]byte{store.K(m.Until)}
		}},
	)
)

func idOf(who bot.MemberID) []byte { return store.K(uint64(who)) }

func memberOf(id []byte) bot.MemberID {
	var n uint64
	if err := store.ParseKey(id, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: membership %x: %w", store.ErrDamaged, id, err)})
	}
	return bot.MemberID(n)
}

func memberKey(who bot.MemberID) string { return "member/" + strconv.FormatUint(uint64(who), 10) }

func (m *Mandate) key() string { return "mandate/" + strconv.FormatUint(m.Number, 10) }

// find is the mandate of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Mandate, error) {
	m, ok := mandates.Get(c.Tx, store.K(number))
	switch {
	case !ok:
		return nil, bot.Refuse("mandate.none", "number", number, "list", bot.CommandText("mandate list"))
	case !m.Ended.IsZero():
		return nil, bot.Refuse("mandate.ended-already", "number", number, "mandate", m.name(c), "who", m.Member, "at", bot.Date(m.Ended))
	}
	return &m, nil
}

// running lists the mandates that run, those that end first coming first; who 0
// keeps all.
func running(c *bot.Ctx, who bot.MemberID) []Mandate {
	var all []Mandate
	for _, id := range mandates.ByRange(c.Tx, "running", nil, nil) {
		if m, ok := mandates.Get(c.Tx, id); ok && (who == 0 || m.Member == who) {
			all = append(all, m)
		}
	}
	return all
}
