package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// A day of idling, for which a shorter time is taken: what happens by itself
// happens as many times, and therefore more often. Jobs are looked at every half
// minute at the least, and everybody is read anew every ten minutes.
const (
	ticksADay      = 24 * 60 * 2
	reconcilesADay = 24 * 6
)

// soak leaves the serving process alone for a day, so shortened, with a vote open
// and its WebSocket up, and looks whether it grows.
func soak(ctx context.Context, c *chat, lasts time.Duration) error {
	if _, err := c.openVote(ctx); err != nil {
		return err
	}
	me, _, err := c.bot.GetMe(ctx, "")
	if err != nil {
		return err
	}
	p, err := findProcess()
	if err != nil {
		return err
	}
	tick, reconcile, look := time.NewTicker(lasts/ticksADay), time.NewTicker(lasts/reconcilesADay), time.NewTicker(lasts/300)
	defer tick.Stop()
	defer reconcile.Stop()
	defer look.Stop()
	var seen []figures
	ticks, reconciles := 0, 0
	for began := time.Now(); time.Since(began) < lasts; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C: // the charter is taken up again, and the jobs are looked at
			ticks++
			err = syscall.Kill(p.pid, syscall.SIGHUP)
		case <-reconcile.C: // a change of the bot itself has everybody read anew
			reconciles++
			description := fmt.Sprintf("%d", reconciles)
			_, _, err = c.admin.PatchBot(ctx, me.Id, &model.BotPatch{Description: &description})
		case <-look.C:
			var f figures
			f, err = p.look(ctx)
			seen = append(seen, f)
		}
		if err != nil {
			return err
		}
	}
	return grown(lasts, ticks, reconciles, seen)
}

// grown compares the figures a tenth after the beginning with those of the end:
// the median of a fifth of the time each.
func grown(lasts time.Duration, ticks, reconciles int, seen []figures) error {
	n := len(seen)
	if n < 20 {
		return fmt.Errorf("looked at %d times only", n)
	}
	early, late := seen[n/10:n/10+n/5], seen[n-n/5:]
	middle := func(of []figures, get func(figures) float64) float64 {
		values := make([]float64, len(of))
		for i, f := range of {
			values[i] = get(f)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	row("a day of idling", fmt.Sprintf("in %s: %d times the jobs were to be looked at, %d times everybody read anew", lasts, ticks, reconciles), "—")
	for _, of := range []struct {
		what string
		get  func(figures) float64
		unit string
		by   float64
	}{
		{"memory (without mapped files)", func(f figures) float64 { return f.memory }, "%.1f MB", 1e6},
		{"goroutines", func(f figures) float64 { return f.goroutines }, "%.0f", 1},
		{"open files and connections", func(f figures) float64 { return f.open }, "%.0f", 1},
		{"data file", func(f figures) float64 { return f.register }, "%.0f kB", 1e3},
	} {
		row("— "+of.what, fmt.Sprintf(of.unit+" → "+of.unit, middle(early, of.get)/of.by, middle(late, of.get)/of.by), "no growth")
	}
	return nil
}

// process is the serving Greffier, as seen from outside.
type process struct {
	pid     int
	metrics string
}

func findProcess() (*process, error) {
	p := &process{pidIn(os.Getenv("GREFFIER_PIDFILE")), os.Getenv("GREFFIER_METRICS")}
	if p.pid == 0 || p.metrics == "" {
		return nil, errors.New("GREFFIER_PIDFILE and GREFFIER_METRICS are not set: they are in build/mattermost.env")
	}
	return p, nil
}

// figures are what must not grow.
type figures struct{ memory, goroutines, open, register float64 }

func (p *process) look(ctx context.Context) (f figures, err error) {
	if f.memory, err = memoryOf(p.pid, "RssAnon"); err != nil {
		return f, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.metrics, nil)
	if err != nil {
		return f, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return f, err
	}
	defer func() { _ = resp.Body.Close() }()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		into := map[string]*float64{"go_goroutines": &f.goroutines, "process_open_fds": &f.open, "greffier_register_bytes": &f.register}[name]
		if into == nil {
			continue
		}
		if *into, err = strconv.ParseFloat(value, 64); err != nil {
			return f, err
		}
	}
	return f, nil
}
