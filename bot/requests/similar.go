package requests

import (
	"greffier/bot"
	"greffier/store"
)

// A request resembles another from this score of store.TextIndex.Similar on, for
// which 1 is the same words. The figure was found by trying real titles: see
// TestSimilarTitles.
const similarEnough = 0.40

// similarShown is how many requests that resemble a new one are shown at most.
const similarShown = 5

// similar lists the open requests that resemble a new one, most alike first.
func similar(c *bot.Ctx, r *Request) []*Request {
	const looked = 40 // closed ones among them are passed over
	var scores []uint64
	for _, hit := range words.Similar(c.Tx, r.words(), looked) {
		if hit.Score >= similarEnough {
			scores = append(scores, hit.ID)
		}
	}
	var found []*Request
	for _, n := range (filter{{stateSet(Open)}}).among(c.Tx, scores) {
		if len(found) == similarShown {
			break
		}
		if other, ok := requests.Get(c.Tx, store.K(n)); ok {
			found = append(found, &other)
		}
	}
	return found
}

// offer shows the requests that resemble the one asked for, each with a button
// to support it; nothing is recorded until the caller has chosen.
func offer(c *bot.Ctx, title string, found []*Request) bot.Reply {
	lines := []bot.Text{bot.T("request.similar", "title", title, "count", len(found))}
	var buttons []bot.Button
	for _, r := range found {
		lines = append(lines, line(c, r))
		if r.Author != c.Caller.ID && !supported(c, r, c.Caller.ID) {
			buttons = append(buttons, bot.Button{
				Label: bot.T("request.button-support-n", "number", r.Number), Call: call("request support", r.Number), Style: "primary",
			})
		} else {
			buttons = append(buttons, bot.Button{Label: bot.T("request.button-show-n", "number", r.Number), Call: call("request show", r.Number)})
		}
	}
	lines = append(lines, bot.T("request.similar-choose"))
	buttons = append(buttons, bot.Button{Label: bot.T("request.button-anyway"), Call: c.Call.With("anyway", "yes")})
	return bot.Reply{Text: bot.Lines(lines...), Buttons: buttons}
}
