package requests

import (
	"cmp"
	"maps"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// Two requests resemble each other when their titles do, or when most of what
// one says is in the other. The figures were found by trying real titles: see
// TestSimilarTitles.
const (
	alikeTitles = 0.6  // of resemblance
	alikeTexts  = 0.65 // of store.TextIndex.Similar
	enoughWords = 4    // fewer say too little to compare texts by
	alikeLooked = 40   // how many candidates are looked at, of either sort
)

// similarShown is how many requests that resemble a new one are shown at most.
const similarShown = 5

// similar lists the open requests that resemble a new one, most alike first.
func similar(c *bot.Ctx, r *Request) []*Request {
	score := map[uint64]float64{}
	for _, hit := range titles.Similar(c.Tx, r.Title, alikeLooked) {
		score[hit.ID] = 0
	}
	if len(store.Keywords(r.words())) >= enoughWords {
		for _, hit := range words.Similar(c.Tx, r.words(), alikeLooked) {
			if hit.Score >= alikeTexts {
				score[hit.ID] = hit.Score
			}
		}
	}
	var found []*Request
	title := store.Keywords(r.Title)
	for _, n := range (filter{{stateSet(Open)}}).among(c.Tx, slices.Sorted(maps.Keys(score))) {
		other, ok := requests.Get(c.Tx, store.K(n))
		if !ok {
			continue
		}
		if alike := resemblance(title, store.Keywords(other.Title)); alike >= alikeTitles {
			score[n] = max(score[n], alike)
		}
		if score[n] > 0 {
			found = append(found, &other)
		}
	}
	slices.SortStableFunc(found, func(a, b *Request) int { return cmp.Compare(score[b.Number], score[a.Number]) })
	return found[:min(len(found), similarShown)]
}

// resemblance is the share of two titles' words that go together, from 0 to 1.
func resemblance(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	left := slices.Clone(b)
	pairs := 0
	for _, w := range a {
		if at := slices.IndexFunc(left, func(o string) bool { return sameRoot(w, o) }); at >= 0 {
			left = slices.Delete(left, at, at+1)
			pairs++
		}
	}
	return 2 * float64(pairs) / float64(len(a)+len(b))
}

// sameRoot tells whether two words begin so much alike that they are probably
// forms of one: export and exporter, relance and relancer, print and printing.
func sameRoot(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	common := 0
	for common < len(a) && a[common] == b[common] {
		common++
	}
	return common == len(b) || common == len(a) && common >= 5 || common >= 5 && 5*common >= 3*len(b)
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
