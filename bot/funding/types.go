package funding

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
)

// State says how far a funding is.
type State string

// The states of a funding.
const (
	Open      State = "open"
	Reached   State = "reached"   // the target is covered, or the pot pays
	Missed    State = "missed"    // it ended without that
	Cancelled State = "cancelled" // somebody entitled called it off
)

var states = []State{Open, Reached, Missed, Cancelled}

// Funding is the search for the money that something costs.
type Funding struct {
	Number uint64       `json:"number"`
	At     time.Time    `json:"at"`
	By     bot.MemberID `json:"by"`
	// Subject is what it pays for ("request/12"), Title what that is called.
	Subject string `json:"subject"`
	Title   string `json:"title"`
	// Way is the charter's way as it was when the funding was opened.
	Way    config.FundingWay `json:"way"`
	Target bot.Money         `json:"target"`
	// Contributors is how many share equally.
	Contributors int `json:"contributors,omitempty"`
	// Until is when it ends; zero where a decision is awaited.
	Until time.Time `json:"until,omitzero"`
	// Extended says that the end was put off once already.
	Extended bool      `json:"extended,omitempty"`
	State    State     `json:"state"`
	Settled  time.Time `json:"settled,omitzero"`
	// Why is the reason somebody gave for the end.
	Why string `json:"why,omitempty"`
	// GivenUp says how the request ended that was to be paid for, when that is why:
	// refused, withdrawn or merged. Into is then the request it became part of.
	GivenUp string `json:"given-up,omitempty"`
	Into    string `json:"into,omitempty"`
	// Firm and Indicative are what all pledges of each sort come to, Pledgers how
	// many are firm.
	Firm       bot.Money `json:"firm,omitzero"`
	Indicative bot.Money `json:"indicative,omitzero"`
	Pledgers   int       `json:"pledgers"`
	// Sponsor is the organisation that pays what the others leave.
	Sponsor uint64 `json:"sponsor,omitempty"`
	// Turn is the organisation whose turn it is, Skips those that were passed over.
	Turn  uint64 `json:"turn,omitempty"`
	Skips []Skip `json:"skips,omitempty"`
	// Year is that of the envelope, Vote the vote that decides on it.
	Year int    `json:"year,omitempty"`
	Vote uint64 `json:"vote,omitempty"`
	// Committed is what was ordered of what was decided, once it is known.
	Committed bot.Money `json:"committed,omitzero"`
	// Place is where it was opened.
	Place bot.Place `json:"place,omitzero"`
}

// Skip is why an organisation did not pay when its turn came.
type Skip struct {
	Organisation uint64    `json:"organisation"`
	At           time.Time `json:"at"`
	// By is who said so, 0 when it did not answer in time.
	By  bot.MemberID `json:"by,omitempty"`
	Why string       `json:"why,omitempty"`
}

// pledge is what an organisation promises, kept under the funding's number and
// the organisation's.
type pledge struct {
	By bot.MemberID `json:"by"`
	// At is when it was first made; it keeps its rank when it is changed.
	At     time.Time `json:"at"`
	Amount bot.Money `json:"amount,omitzero"`
	Firm   bool      `json:"firm"`
}

// turn is what a rotation remembers of an organisation, kept under the way's name
// and the organisation's number.
type turn struct {
	// Count is how many times it paid, or lost its turn.
	Count int `json:"count"`
	// Paid is when it last paid, and Funding what.
	Paid    time.Time `json:"paid,omitzero"`
	Funding uint64    `json:"funding,omitempty"`
	// Skipped is when it was last skipped, and Why.
	Skipped time.Time `json:"skipped,omitzero"`
	Why     string    `json:"why,omitempty"`
}

var (
	fundings = store.NewTable("funding",
		store.Index[Funding]{Name: "subject", Keys: func(_ []byte, f Funding) [][]byte { return [][]byte{store.K(f.Subject)} }},
		store.Index[Funding]{Name: "open", Keys: func(_ []byte, f Funding) [][]byte {
			if f.State != Open {
				return nil
			}
			return [][]byte{store.K(f.Until)}
		}},
		store.Index[Funding]{Name: "envelope", Keys: func(_ []byte, f Funding) [][]byte {
			if f.Way.Envelope == "" {
				return nil
			}
			return [][]byte{store.K(f.Way.Envelope, f.Year)}
		}},
		store.Index[Funding]{Name: "settled", Keys: func(_ []byte, f Funding) [][]byte {
			if f.Settled.IsZero() || f.State == Cancelled {
				return nil
			}
			return [][]byte{store.K(f.Settled, f.State == Reached)}
		}},
	)
	pledges = store.NewTable("funding-pledge",
		store.Index[pledge]{Name: "organisation", Keys: func(id []byte, _ pledge) [][]byte {
			_, organisation := pair(id)
			return [][]byte{store.K(organisation)}
		}},
	)
	turns = store.NewTable[turn]("funding-turn")
)

func pair(id []byte) (funding, organisation uint64) {
	if err := store.ParseKey(id, &funding, &organisation); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: pledge %x: %w", store.ErrDamaged, id, err)})
	}
	return funding, organisation
}

func (f *Funding) key() string { return "funding/" + strconv.FormatUint(f.Number, 10) }

// numberOfKey reads what key writes.
func numberOfKey(key string) (uint64, bool) {
	digits, ok := strings.CutPrefix(key, "funding/")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, ok && err == nil
}

func organisationKey(n uint64) string { return fmt.Sprintf("organisation/%d", n) }

func (f *Funding) hidden() bool { return f.Way.Pledges == "totals" }

// save stores a funding that was changed and has its card drawn again.
func save(c *bot.Ctx, f *Funding) {
	fundings.Put(c.Tx, store.K(f.Number), *f)
	c.Redraw(f.key())
}

// find is the funding of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Funding, error) {
	f, ok := fundings.Get(c.Tx, store.K(number))
	if !ok {
		// Requests and fundings have numbers of their own: one is taken for the other.
		var last *Funding
		for id := range fundings.By(c.Tx, "subject", store.K(fmt.Sprintf("request/%d", number))) {
			if of, found := fundings.Get(c.Tx, id); found {
				last = &of
			}
		}
		if last != nil {
			return nil, bot.Refuse("fund.none-request", "number", number, "title", last.Title, "funding", last.Number)
		}
		return nil, bot.Refuse("fund.none", "number", number, "list", bot.CommandText("fund list"))
	}
	return &f, nil
}

// findOpen is find for what only open fundings allow.
func findOpen(c *bot.Ctx, number int) (*Funding, error) {
	f, err := find(c, number)
	switch {
	case err != nil:
		return nil, err
	case f.State != Open:
		return nil, bot.Refuse("fund.ended-"+string(f.State), "number", f.Number, "title", f.Title, "at", bot.Date(f.Settled), "show", bot.CommandText("fund show"))
	case !f.Until.IsZero() && !c.Now.Before(f.Until):
		return nil, bot.Refuse("fund.over", "number", f.Number, "at", f.Until)
	}
	return f, nil
}

// given is a pledge and whose it is.
type given struct {
	pledge
	organisation uint64
}

// pledgesOf lists the pledges of a funding in the order they were first made.
func pledgesOf(c *bot.Ctx, f *Funding) []given {
	var all []given
	for id, p := range pledges.Prefix(c.Tx, store.K(f.Number)) {
		_, organisation := pair(id)
		all = append(all, given{p, organisation})
	}
	slices.SortStableFunc(all, func(a, b given) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.organisation, b.organisation))
	})
	return all
}

func pledgeOf(c *bot.Ctx, f *Funding, organisation uint64) (pledge, bool) {
	return pledges.Get(c.Tx, store.K(f.Number, organisation))
}

// nameOf is how an organisation is called.
func nameOf(c *bot.Ctx, organisation uint64) bot.Text {
	if o, ok := c.Organisation(organisation); ok {
		return bot.Typed(o.Name)
	}
	return bot.Typed(organisationKey(organisation))
}

func wayName(w *config.FundingWay) bot.Text {
	if w.Name.IsZero() {
		return bot.Typed(w.ID)
	}
	return bot.Named(w.Name)
}

// placesOf lists where a funding is seen.
func placesOf(c *bot.Ctx, f *Funding) []bot.Place {
	if places := c.Hangs(f.key()); len(places) > 0 {
		return places
	}
	return channelsOf(c, f)
}

func channelsOf(c *bot.Ctx, f *Funding) []bot.Place {
	places := c.Channels(c.Charter.Funding.Channel)
	if len(places) == 0 && f.Place.Channel != "" {
		places = []bot.Place{f.Place}
	}
	return places
}

// announce says something in the thread of the card, wherever it hangs.
func announce(c *bot.Ctx, f *Funding, text bot.Text) {
	for _, place := range placesOf(c, f) {
		c.Send(bot.Post{Place: place, Text: text, Under: f.key()})
	}
}

// tell tells those concerned, each once: who opened it, who wants what it pays
// for, and those who pledged.
func tell(c *bot.Ctx, f *Funding, text bot.Text) {
	people := []bot.MemberID{f.By}
	about := bot.SubjectAsked{Subject: f.Subject}
	if c.Signal(&about) == nil && about.Author != 0 {
		people = append(people, about.Author)
	}
	for _, p := range pledgesOf(c, f) {
		people = append(people, p.By)
	}
	told := map[bot.MemberID]bool{}
	for _, who := range people {
		if !told[who] {
			told[who] = true
			c.Tell(who, f.key(), text)
		}
	}
}
