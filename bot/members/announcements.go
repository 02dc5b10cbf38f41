package members

import (
	"bytes"
	"slices"
	"time"

	"greffier/bot"
	"greffier/store"
)

// announceJob announces those who were gathered; there is one such job at most.
const announceJob = "arrivals"

// namedAtOnce is how many people one announcement names.
const namedAtOnce = 40

// lastAnnounced is where the moment of the last announcement is kept.
var lastAnnounced = store.K("announced")

// announce tells everybody that somebody came: at once, or with others when
// somebody was announced less than the charter's time ago.
func announce(c *bot.Ctx, who bot.MemberID, again bool) {
	rules := c.Charter.Members.Announce
	if rules.Channel == "" {
		return
	}
	waitingArrivals.Put(c.Tx, store.K(waitingArrivals.NextID(c.Tx)), waitingArrival{who, again})
	var last time.Time
	if b := c.Get(lastAnnounced); b != nil {
		if err := last.UnmarshalBinary(b); err != nil {
			panic(store.Fault{Err: err})
		}
	}
	if until := last.Add(rules.Gather.Std()); c.Now.Before(until) {
		c.Schedule(bot.Job{Key: announceJob, Kind: announceJob, Due: until})
		return
	}
	announceAll(c)
}

// announceGathered announces those who came meanwhile.
func announceGathered(c *bot.Ctx, _ bot.Job) error {
	announceAll(c)
	return nil
}

// announceAll announces everybody who waits to be, and is still here.
func announceAll(c *bot.Ctx) {
	var newcomers, back []bot.MemberID
	for id, w := range waitingArrivals.Prefix(c.Tx, nil) {
		waitingArrivals.Delete(c.Tx, bytes.Clone(id))
		switch {
		case !present(c, w.Member):
		case w.Again:
			back = append(back, w.Member)
		default:
			newcomers = append(newcomers, w.Member)
		}
	}
	if len(newcomers)+len(back) == 0 {
		return
	}
	stamp, err := c.Now.MarshalBinary()
	if err != nil {
		panic(store.Fault{Err: err})
	}
	c.Put(lastAnnounced, stamp)
	for _, place := range c.Channels(c.Charter.Members.Announce.Channel) {
		for people := range slices.Chunk(newcomers, namedAtOnce) {
			postNewcomers(c, place, people)
		}
		for people := range slices.Chunk(back, namedAtOnce) {
			c.Post(place, bot.T("member.announced-back", "count", len(people), "people", names(people)))
		}
	}
}

// postNewcomers names newcomers, and encourages them to say who they are.
func postNewcomers(c *bot.Ctx, place bot.Place, people []bot.MemberID) {
	text := bot.T("member.announced", "count", len(people), "people", names(people))
	introduce := slices.ContainsFunc(people, func(who bot.MemberID) bool { return may(c, who, "member introduce") })
	var buttons []bot.Button
	if introduce {
		buttons = append(buttons, bot.Button{Label: bot.T("member.button-introduce"), Call: bot.Call{Command: "member introduce"}, Style: "primary"})
	}
	switch own := c.Charter.Members.Announce.Text; {
	case !own.IsZero():
		text = bot.Lines(text, bot.Named(own))
	case introduce:
		text = bot.Lines(text, bot.T("member.announced-introduce", "command", bot.CommandText("member introduce")))
	}
	c.Post(place, text, buttons...)
}

// names lists people.
func names(people []bot.MemberID) []bot.Text {
	all := make([]bot.Text, len(people))
	for i, who := range people {
		all[i] = bot.T("member.name", "who", who)
	}
	return all
}
