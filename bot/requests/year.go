package requests

import (
	"slices"

	"greffier/bot"
)

// How many requests are looked at for a picture of the year, the newest of those
// that go on and of those that are closed, and how many it shows.
const (
	yearLooked = 2000
	yearShown  = 40
)

// year tells by which stages requests went in a year, those that moved last first.
func year(c *bot.Ctx, y *bot.YearAsked) error {
	var kinds []string
	for i := range c.Charter.Requests.Kinds {
		if id := c.Charter.Requests.Kinds[i].ID; len(y.Kinds) == 0 || slices.Contains(y.Kinds, id) {
			kinds = append(kinds, "kind "+id)
		}
	}
	var found []*Request
	for _, states := range [][]string{{stateSet(Open)}, {stateSet(Done), stateSet(Refused)}} {
		numbers, _ := filter{states, kinds}.page(c.Tx, 0, yearLooked)
		for _, n := range numbers {
			r, err := find(c, int(n)) //nolint:gosec // numbers of records stay far below 2^63
			if err == nil && r.At.Before(y.To) && (r.State == Open || !r.since().Before(y.From) || r.State == Refused) {
				found = append(found, r)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *Request) int { return b.since().Compare(a.since()) })
	found = found[:min(len(found), 2*yearShown)]
	shown := 0
	for _, r := range found {
		t := track(c, r)
		if shown == yearShown || !t.Ended.IsZero() && t.Ended.Before(y.From) {
			continue
		}
		y.AddTrack(t)
		shown++
	}
	return nil
}

// track reads the stages of a request out of its history.
func track(c *bot.Ctx, r *Request) bot.Track {
	t := bot.Track{Subject: r.key(), Title: bot.T("request.year-title", "number", r.Number, "title", r.Title)}
	stage := r.Stage
	if len(r.Trail) > 0 {
		stage = r.Trail[0]
	}
	t.Spans = []bot.Span{{From: r.At}}
	for _, e := range c.History(r.key()) {
		if e.Erased || e.Subject != r.key() {
			continue
		}
		last := &t.Spans[len(t.Spans)-1]
		switch e.What {
		case "request " + advanced, "request " + sentBack:
			if len(t.Spans) == 1 {
				stage = e.Data["from"]
				last.Stage, last.Rank = nameOfStage(c.Charter, r.Path, stage), rank(c, r, stage)
			}
			last.To, stage = e.At, e.Data["to"]
			t.Spans = append(t.Spans, bot.Span{From: e.At, Stage: nameOfStage(c.Charter, r.Path, stage), Rank: rank(c, r, stage)})
		case "request " + refused:
			last.To, t.Ended, t.End = e.At, e.At, stateText(Refused)
		}
	}
	if len(t.Spans) == 1 {
		t.Spans[0].Stage, t.Spans[0].Rank = nameOfStage(c.Charter, r.Path, stage), rank(c, r, stage)
	}
	if last := &t.Spans[len(t.Spans)-1]; r.State == Done {
		last.To, t.Ended, t.End = last.From, last.From, stateText(Done)
	}
	return t
}

// rank is the place of a stage on a request's path, from 1.
func rank(c *bot.Ctx, r *Request, stage string) int {
	at, _ := position(c.Charter, &Request{Path: r.Path, Stage: stage})
	return at
}
