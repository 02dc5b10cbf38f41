package requests_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/bot"
	"greffier/bot/requests"
)

const benchRequests = 100_000

// BenchmarkRead measures list, show and search over 100,000 requests through
// the whole path, and reports the time that 99 of 100 calls stay under.
func BenchmarkRead(b *testing.B) {
	d := newDesk(b, filepath.Join(b.TempDir(), "bench"))
	if err := requests.Fill(b.Context(), d.store, benchRequests, sentence); err != nil {
		b.Fatal(err)
	}
	for _, who := range people {
		d.say(who, "/language en")
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	word := func() string { return vocabulary(rnd) }
	for _, bench := range []struct {
		name string
		line func() string
	}{
		{"list", func() string { return "/request list" }},
		{"list-page", func() string { return fmt.Sprintf("/request list page:%d", 1+rnd.IntN(5000)) }},
		{"list-filters", func() string {
			return fmt.Sprintf("/request list stage:%s kind:idea group:bureau page:%d", []string{"asked", "small", "big"}[rnd.IntN(3)], 1+rnd.IntN(1000))
		}},
		{"list-mine", func() string { return "/request list mine:yes" }},
		{"list-text", func() string { return "/request list " + word() + " stage:asked" }},
		{"show", func() string { return fmt.Sprintf("/request %d", 1+rnd.IntN(benchRequests)) }},
		{"search-word", func() string { return "/request search " + word() }},
		{"search-words", func() string { return "/request search " + word() + " " + word() }},
		{"new", func() string { return "/request new " + word() + " " + word() + " " + word() }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				line := bench.line()
				start := time.Now()
				if a := d.say(people[rnd.IntN(len(people))], line); a.Empty() {
					b.Fatal("no answer to", line)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// vocabulary draws one of 40,000 words, the first ones far more often.
func vocabulary(rnd *rand.Rand) string {
	n := int(40_000 * rnd.Float64() * rnd.Float64() * rnd.Float64())
	syllables := []string{"ba", "ce", "di", "fo", "gu", "ha", "je", "li", "mo", "nu", "pra", "tre", "vi", "sol", "tur"}
	var w strings.Builder
	for n += 15; n > 0; n /= len(syllables) {
		w.WriteString(syllables[n%len(syllables)])
	}
	return w.String()
}

// sentence is a title of five words, and a use case of twenty.
func sentence(n int) (title, useCase string, author bot.MemberID) {
	rnd := rand.New(rand.NewPCG(uint64(n), 7))
	words := make([]string, 25)
	for i := range words {
		words[i] = vocabulary(rnd)
	}
	return strings.Join(words[:5], " "), strings.Join(words[5:], " "), bot.MemberID(1 + rnd.IntN(2000))
}
