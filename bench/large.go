package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"greffier/bot"
	"greffier/config"
)

// largeRegister makes a register of a hundred thousand requests and a million
// ballots, all through the path, weighs it, and times what members read in it.
func largeRegister(ctx context.Context, dir string, n sizes) error {
	data := in(dir, "large")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	path := in(data, "register.db")
	b, s, err := open(ctx, path, nil)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	serving, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- b.Run(serving, time.Hour) }() // what is to be posted is posted meanwhile, and at the end
	took, err := fillRequests(ctx, b, n.requests)
	if err != nil {
		return err
	}
	before := size(path)
	row(fmt.Sprintf("%d requests entered", n.requests), fmt.Sprintf("%.0f s, %.0f bytes each", took.Seconds(), before/float64(n.requests)), "—")
	if err := fillVotes(ctx, b, n.votes); err != nil {
		return err
	}
	row(fmt.Sprintf("%d ballots in the register", n.votes), fmt.Sprintf("%.0f bytes each", (size(path)-before)/float64(n.votes)), "under 400")
	stop()
	if err := <-served; err != nil {
		return err
	}
	return readAll(ctx, b, n.requests)
}

// words is a vocabulary whose words are used as unevenly as those of a language.
var words = func() []string {
	syllables := strings.Fields("ba co di fu ge la mi no pa ru sa te vi zo cha bre tion ment ique eau")
	var all []string
	for _, a := range syllables {
		for _, b := range syllables {
			for _, c := range syllables {
				all = append(all, a+b+c)
			}
		}
	}
	return all
}()

func sentence(r *rand.Rand, zipf *rand.Zipf, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = words[(int(zipf.Uint64())*7919+r.IntN(2))%len(words)]
	}
	return strings.Join(out, " ")
}

func fillRequests(ctx context.Context, b *bot.Bot, n int) (time.Duration, error) {
	kinds := []string{"idea", "bug", "question"}
	lines := make([]string, n+1)
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.1, 10, uint64(len(words)-1))
	for i := range lines {
		lines[i] = fmt.Sprintf(`/request new "%s" kind:%s use-case:"%s" anyway:yes`, sentence(r, zipf, 5), kinds[i%3], sentence(r, zipf, 18))
	}
	return concurrently(n, 64, func(i int) error {
		return say(ctx, b, i%5000, fmt.Sprintf("request-%d", i), lines[i])
	})
}

func fillVotes(ctx context.Context, b *bot.Bot, ballots int) error {
	const votes = 100
	for v := range votes {
		if err := say(ctx, b, v, fmt.Sprintf("vote-%d", v), fmt.Sprintf(`/vote new "Question %d?" rule:simple`, v)); err != nil {
			return err
		}
	}
	_, err := concurrently(ballots, 256, func(i int) error {
		line := fmt.Sprintf("/vote cast %d %s", i%votes+1, []string{"yes", "no", "abstain"}[i%3])
		return say(ctx, b, i/votes, fmt.Sprintf("ballot-%d", i), line)
	})
	return err
}

// readAll times list, show and search with every filter.
func readAll(ctx context.Context, b *bot.Bot, n int) error {
	r := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(r, 1.1, 10, uint64(len(words)-1))
	lines := map[string]func() string{
		"list": func() string { return "/request list page:" + fmt.Sprint(1+r.IntN(20)) },
		"list, filtered": func() string {
			return fmt.Sprintf("/request list stage:%s kind:%s", []string{"asked", "studied"}[r.IntN(2)], []string{"idea", "bug"}[r.IntN(2)])
		},
		"list, by text": func() string { return "/request list text:" + sentence(r, zipf, 1) },
		"list, mine":    func() string { return "/request list --mine" },
		"show":          func() string { return fmt.Sprintf("/request show %d", 1+r.IntN(n)) },
		"search":        func() string { return "/request search " + sentence(r, zipf, 1+r.IntN(2)) },
		"search, mistyped": func() string {
			word := sentence(r, zipf, 1)
			return "/request search " + word[:2] + word[3:]
		},
		"me":        func() string { return "/me" },
		"vote show": func() string { return fmt.Sprintf("/vote show %d", 1+r.IntN(100)) },
	}
	for _, what := range []string{"list", "list, filtered", "list, by text", "list, mine", "show", "search", "search, mistyped", "me", "vote show"} {
		var all []time.Duration
		for i := range 1000 {
			ev := bot.Event{
				ID: fmt.Sprintf("read-%s-%d", what, i), Line: lines[what](),
				Caller: account(r.IntN(5000)),
				Place:  bot.Place{Platform: config.Console, Channel: "general"},
			}
			start := time.Now()
			a := b.Handle(ctx, ev)
			all = append(all, time.Since(start))
			if a.Refused {
				return fmt.Errorf("%s: %s", ev.Line, a.Text)
			}
		}
		row(fmt.Sprintf("%s, among %d requests", what, n), fmt.Sprintf("p50 %.2f ms, p99 %.2f ms", ms(percentile(all, 0.5)), ms(percentile(all, 0.99))), "p99 under 20 ms")
	}
	return readYear(ctx, b, n)
}

// readYear times the picture of the year.
func readYear(ctx context.Context, b *bot.Bot, n int) error {
	var all []time.Duration
	for i := range 50 {
		start := time.Now()
		if err := say(ctx, b, i, fmt.Sprintf("year-%d", i), "/timeline"); err != nil {
			return err
		}
		all = append(all, time.Since(start))
	}
	row(fmt.Sprintf("the year's picture, among %d requests", n), fmt.Sprintf("p50 %.0f ms, p99 %.0f ms", ms(percentile(all, 0.5)), ms(percentile(all, 0.99))), "under 1 s")
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
