package requests

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/store"
)

// Those who want the same thing are introduced to each other, each with their
// consent: whoever asks agrees, everybody else is asked in private, and those who
// agree are named to each other where the request is discussed. Who leads a theme
// that the request is about is asked first, and may bring them together.

// consent is what somebody said to being introduced, kept under the request's
// number and theirs.
type consent struct {
	At     time.Time `json:"at"`
	Answer string    `json:"answer,omitempty"`
	// Lead is set for who leads a theme of the request.
	Lead bool `json:"lead,omitempty"`
}

// The answers.
const (
	agrees   = "yes"
	declines = "no"
)

var consents = store.NewTable("request-consent",
	store.Index[consent]{Name: "member", Keys: func(id []byte, _ consent) [][]byte {
		_, member := pair(id)
		return [][]byte{store.K(member)}
	}},
)

const (
	// matchJob asks the others when who leads the theme has not answered in time.
	matchJob = "request-match"
	// leadAlone is how long who leads the theme is the only one asked.
	leadAlone = 72 * time.Hour
)

type matchArgs struct {
	numbered
	Answer string `opt:"answer,optional" choices:"consents"`
}

func consentChoices(*bot.Ctx, map[string]string) []bot.Choice {
	return []bot.Choice{{Value: agrees, Label: bot.T("request.consent-yes")}, {Value: declines, Label: bot.T("request.consent-no")}}
}

// match asks those who want what a request asks for whether they agree to be
// introduced to each other; with an answer it is one of theirs.
func match(c *bot.Ctx, in matchArgs) (bot.Reply, error) {
	r, err := findOpen(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	asked, wasAsked := consents.Get(c.Tx, store.K(r.Number, uint64(c.Caller.ID)))
	wants := slices.Contains(wanting(c, r), c.Caller.ID)
	if !wants && !wasAsked {
		return bot.Reply{}, bot.Refuse("request.match-outsider", "number", r.Number, "support", bot.CommandText("request support"), "case", bot.CommandText("request case"))
	}
	if in.Answer == declines {
		asked.At, asked.Answer = c.Now, declines
		consents.Put(c.Tx, store.K(r.Number, uint64(c.Caller.ID)), asked)
		c.Record(bot.Entry{Subject: r.key(), Quiet: true})
		if asked.Lead {
			askOthers(c, r)
		}
		return bot.Say("request.match-declined", "number", r.Number, "title", r.Title), nil
	}
	before := agreeing(c, r)
	if slices.Contains(before, c.Caller.ID) && in.Answer == "" {
		return bot.Say("request.match-already", "number", r.Number, "title", r.Title, "count", len(before)-1), nil
	}
	asked.At, asked.Answer = c.Now, agrees
	consents.Put(c.Tx, store.K(r.Number, uint64(c.Caller.ID)), asked)
	c.Record(bot.Entry{Subject: r.key(), Quiet: true})
	if !slices.Contains(before, c.Caller.ID) {
		introduce(c, r)
	}
	said, err := askAround(c, r, asked.Lead)
	return bot.Reply{Text: bot.Words(bot.T("request.match-agreed", "number", r.Number, "title", r.Title), said)}, err
}

// wanting lists who wants what a request asks for: its author and its supporters.
func wanting(c *bot.Ctx, r *Request) []bot.MemberID {
	return append([]bot.MemberID{r.Author}, supportersOf(c, r)...)
}

// agreeing lists who agreed to be introduced, by number.
func agreeing(c *bot.Ctx, r *Request) []bot.MemberID {
	var all []bot.MemberID
	for id, k := range consents.Prefix(c.Tx, store.K(r.Number)) {
		if _, who := pair(id); k.Answer == agrees {
			all = append(all, bot.MemberID(who))
		}
	}
	return all
}

// askAround asks whoever was not asked yet: who leads a theme of the request, and
// the others once that is answered.
func askAround(c *bot.Ctx, r *Request, lead bool) (bot.Text, error) {
	if !lead {
		asked := &bot.LeadsAsked{Text: r.words()}
		if err := c.Signal(asked); err != nil {
			return bot.Text{}, err
		}
		for _, who := range asked.All() {
			k, known := consents.Get(c.Tx, store.K(r.Number, uint64(who)))
			switch {
			case who == c.Caller.ID, known && k.Answer != "":
			case known:
				return bot.T("request.match-lead", "who", who), nil
			default:
				ask(c, r, who, true)
				c.Schedule(bot.Job{Key: matchJob + "/" + strconv.FormatUint(r.Number, 10), Kind: matchJob, Due: c.Now.Add(leadAlone), Args: map[string]string{"request": r.key()}})
				return bot.T("request.match-lead", "who", who), nil
			}
		}
	}
	if n := askOthers(c, r); n > 0 {
		return bot.T("request.match-asked", "count", n), nil
	}
	return bot.Text{}, nil
}

// askOthers asks everybody who wants it and was not asked, and counts them.
func askOthers(c *bot.Ctx, r *Request) int {
	c.Cancel(matchJob + "/" + strconv.FormatUint(r.Number, 10))
	n := 0
	for _, who := range wanting(c, r) {
		if who != c.Caller.ID && !consents.Has(c.Tx, store.K(r.Number, uint64(who))) {
			ask(c, r, who, false)
			n++
		}
	}
	return n
}

func ask(c *bot.Ctx, r *Request, who bot.MemberID, lead bool) {
	consents.Put(c.Tx, store.K(r.Number, uint64(who)), consent{At: c.Now, Lead: lead})
	key := "request.match-ask"
	if lead {
		key = "request.match-ask-lead"
	}
	c.Write(who, bot.T(key, "number", r.Number, "title", r.Title, "count", len(wanting(c, r))),
		bot.Button{Label: bot.T("request.consent-yes"), Call: call("request match", r.Number, "answer", agrees), Style: "primary"},
		bot.Button{Label: bot.T("request.consent-no"), Call: call("request match", r.Number, "answer", declines)})
}

// matchDue asks the others when who leads the theme let the time pass.
func matchDue(c *bot.Ctx, j bot.Job) error {
	if r, ok := subject(c, j.Args["request"]); ok && r.State == Open {
		askOthers(c, r)
	}
	return nil
}

// introduce names those who agree to each other, where the request is discussed and
// in private, once there are two of them.
func introduce(c *bot.Ctx, r *Request) {
	people := agreeing(c, r)
	if len(people) < 2 {
		return
	}
	names := make([]bot.Text, len(people))
	for i, who := range people {
		names[i] = bot.T("request.member", "who", who)
	}
	said := bot.T("request.match-introduced", "number", r.Number, "title", r.Title, "people", names)
	announce(c, r, said)
	for _, who := range people {
		c.Tell(who, r.key(), said)
	}
}

// matchButtons offers to be introduced to the others who want it.
func matchButtons(c *bot.Ctx, r *Request) []bot.Button {
	if !c.May("request match") || len(wanting(c, r)) < 2 || consents.Has(c.Tx, store.K(r.Number, uint64(c.Caller.ID))) {
		return nil
	}
	return []bot.Button{{Label: bot.T("request.button-match"), Call: call("request match", r.Number)}}
}

// moveMatches gives one person the use cases and answers of two members, and one
// request those of another that became part of it.
func moveMatches(c *bot.Ctx, moved map[string][]byte) {
	for _, from := range slices.Sorted(maps.Keys(moved)) {
		cases.Move(c.Tx, []byte(from), moved[from])
		consents.Move(c.Tx, []byte(from), moved[from])
	}
}
