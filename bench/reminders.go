package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"greffier/bot"
	"greffier/bot/reminders"
	"greffier/config"
	"greffier/store/bolt"
)

// pager is a platform that notes how late each reminder reaches it. Reminders say
// in their words when they were due.
type pager struct {
	silent
	clock bot.Clock
	mu    sync.Mutex
	late  []time.Duration
}

func (p *pager) Deliver(_ context.Context, d bot.Delivery) (string, error) {
	_, due, _ := strings.Cut(string(d.Message.Text), "due ")
	nano, err := strconv.ParseInt(strings.TrimRight(due, "*\n "), 10, 64)
	if err == nil {
		p.mu.Lock()
		p.late = append(p.late, p.clock.Now().Sub(time.Unix(0, nano)))
		p.mu.Unlock()
	}
	return d.Key, nil
}

// atOnce and inAMinute are when many reminders are due; the others are later.
var (
	begin     = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	atOnce    = begin.Add(24 * time.Hour)
	inAMinute = begin.Add(48 * time.Hour)
)

// manyReminders measures a register with so many reminders waiting: its start, as
// many of them as a tenth due at one instant, and a tenth due within a minute.
func manyReminders(ctx context.Context, dir string, n sizes) error {
	path := in(dir, "reminders.db")
	clock := bot.NewSandboxClock(begin, false)
	page := &pager{clock: clock}
	few := n.reminders / 10
	if err := fillReminders(ctx, path, clock, page, n.reminders, few); err != nil {
		return err
	}
	debug.FreeOSMemory()
	watch := time.Now()
	b, db, err := openReminders(ctx, path, clock, page)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	row(fmt.Sprintf("start with %d jobs pending", n.reminders+few), fmt.Sprintf("%.0f ms", ms(time.Since(watch))), "under 500 ms")

	clock.Set(atOnce)
	watch = time.Now()
	ran, err := b.RunDue(ctx)
	if err != nil {
		return err
	}
	handed := time.Since(watch)
	row(fmt.Sprintf("%d of %d jobs due at one instant, all in the outbox", ran, n.reminders+few), fmt.Sprintf("%.2f s", handed.Seconds()), "under 5 s")
	watch = time.Now()
	if err := b.Flush(ctx); err != nil {
		return err
	}
	row("and delivered, from there", fmt.Sprintf("%.2f s for %d posts", time.Since(watch).Seconds(), len(page.late)), "—")

	page.late = nil
	running := bot.NewSandboxClock(inAMinute.Add(-2*time.Second), true)
	if err := db.Close(); err != nil {
		return err
	}
	page.clock = running
	if b, db, err = openReminders(ctx, path, running, page); err != nil {
		return err
	}
	live, stop := context.WithTimeout(ctx, 65*time.Second)
	defer stop()
	var most float64
	go func() {
		for live.Err() == nil {
			most = max(most, anonymous())
			time.Sleep(200 * time.Millisecond)
		}
	}()
	if err := b.Run(live, time.Minute); err != nil {
		return err
	}
	page.mu.Lock()
	defer page.mu.Unlock()
	if len(page.late) != few {
		return fmt.Errorf("%d reminders arrived in that minute, not %d", len(page.late), few)
	}
	row(fmt.Sprintf("%d due within a minute, lateness when delivered", few),
		fmt.Sprintf("p50 %.0f ms, p99 %.0f ms", ms(percentile(page.late, 0.5)), ms(percentile(page.late, 0.99))), "p99 under 2 s")
	row("resident memory meanwhile, without the mapped file", fmt.Sprintf("%.0f MB", most), "under 100 MB")
	return nil
}

// fillReminders enters all reminders, through the path, as commands.
func fillReminders(ctx context.Context, path string, clock bot.Clock, page *pager, total, few int) error {
	b, db, err := openReminders(ctx, path, clock, page)
	if err != nil {
		return err
	}
	_, err = concurrently(total+few, 64, func(i int) error {
		i-- // they are counted from 1
		due := begin.AddDate(0, 6, 0).Add(time.Duration(i) * time.Minute)
		switch {
		case i < few:
			due = atOnce
		case i < 2*few:
			due = inAMinute.Add(time.Duration(i-few) * time.Minute / time.Duration(few)).Truncate(time.Second)
		}
		return say(ctx, b, i%2000, fmt.Sprintf("remind-%d", i),
			fmt.Sprintf(`/remind me what:"due %d" when:"%s"`, due.UnixNano(), due.Format(time.RFC3339)))
	})
	if err != nil {
		return err
	}
	return db.Close()
}

func openReminders(ctx context.Context, path string, clock bot.Clock, page *pager) (*bot.Bot, *bolt.DB, error) {
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return nil, nil, err
	}
	charter, problems := config.ParseCharter("bench.yaml", []byte("version: 1\ncommunity: {name: Bench, locale: en, zone: UTC}\n"))
	if len(problems) > 0 {
		return nil, nil, problems
	}
	b, err := bot.New(ctx, bot.Options{
		Store: db, Charter: charter, Clock: clock, Features: []bot.Feature{reminders.Feature()},
		Adapters: map[string]bot.Adapter{config.Console: page},
	})
	return b, db, err
}

// anonymous is the resident memory of this process that is no file's, in MB.
func anonymous() float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if text, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(text)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
