package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"greffier/bot"
	"greffier/config"
)

// everyCommand makes the register of a large federation, then times every command of
// the product in it: those of the declarations, so that a new one is there by itself.
func everyCommand(ctx context.Context, dir string, n sizes) error {
	folder := in(dir, "federation")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	path, facts := in(folder, "lived.db"), in(folder, "lived.json")
	e := largeExtent
	if n.requests < 100_000 {
		e = extent{days: 90, members: 300, organisations: 20, requests: 400, votes: 60, meetings: 20}
	}
	k, err := recall(facts)
	if err != nil {
		_ = os.Remove(path)
		watch := time.Now()
		if k, err = live(ctx, path, e); err != nil {
			return err
		}
		if err := k.keep(facts); err != nil {
			return err
		}
		row(fmt.Sprintf("a federation of %d members lives %d days", e.members, e.days), fmt.Sprintf("%.0f s, %.0f MB", time.Since(watch).Seconds(), size(path)/1e6), "—")
	}
	at := in(folder, "measured.db")
	if err := copyFile(path, at); err != nil {
		return err
	}
	debug.FreeOSMemory()
	debug.SetMemoryLimit(128 << 20) // as serve.go does
	watch := time.Now()
	f, err := openFederation(ctx, at, k.Begun, true)
	if err != nil {
		return err
	}
	defer func() { _ = f.db.Close() }()
	row("the register is opened", fmt.Sprintf("%.0f ms", ms(time.Since(watch))), "—")
	f.known, f.present, f.extent = k, k.Members, e
	return measureCommands(ctx, f, in(folder, "commands.md"), n)
}

func copyFile(from, to string) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	w, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return errors.Join(err, w.Close())
}

// timing is how long the runs of a command took.
type timing struct {
	command, what string
	p50, p99      time.Duration
	processor     time.Duration // at the median: what others use of the machine is not in it
	runs, refused int
	why           string // it was refused
}

// slowCommands are those that may take a second, being a whole document.
var slowCommands = []string{"timeline", "newsletter prepare"}

// measureCommands times every command so many times, writes all of them to a file and
// prints the slowest.
func measureCommands(ctx context.Context, f *federation, report string, n sizes) error {
	watching, stop := context.WithCancel(ctx)
	most := make(chan [2]float64, 1)
	go func() { most <- mostMemory(watching) }()
	timings, err := timeCommands(f, n)
	stop()
	memory := <-most
	if timings == nil {
		return err
	}
	slices.SortFunc(timings, func(a, b timing) int { return int(b.p99 - a.p99) })
	out, cannot := os.Create(report)
	if cannot != nil {
		return cannot
	}
	fmt.Fprintln(out, "| command | p50 | p99 | of the processor, p50 | runs | refused |\n|---|---|---|---|---|---|")
	over, shown := 0, 0
	for _, t := range timings {
		fmt.Fprintf(out, "| %s | %.2f ms | %.2f ms | %.2f ms | %d | %d %s |\n", t.what, ms(t.p50), ms(t.p99), ms(t.processor), t.runs, t.refused, t.why)
		goal := "p99 under 50 ms"
		if slices.Contains(slowCommands, t.command) {
			goal = "under 1 s"
		} else if t.p99 > 50*time.Millisecond {
			over++
		}
		if shown++; shown <= 12 || goal == "under 1 s" || t.p99 > 50*time.Millisecond {
			row("`/"+t.what+"`", fmt.Sprintf("p50 %.2f ms, p99 %.2f ms; of the processor %.2f ms", ms(t.p50), ms(t.p99), ms(t.processor)), goal)
		}
	}
	row(fmt.Sprintf("all %d commands, the two documents aside", len(timings)), fmt.Sprintf("%d over 50 ms at p99", over), "none")
	row("memory meanwhile: without the mapped file, and with it", fmt.Sprintf("at most %.0f MB, %.0f MB", memory[0], memory[1]), "under 150 MB")
	return errors.Join(err, out.Close())
}

// timeCommands times every command of the product that was picked. One that was refused each time was
// not measured, which is an error.
func timeCommands(f *federation, n sizes) ([]timing, error) {
	specs, err := f.bot.Specs(f.ctx)
	if err != nil {
		return nil, err
	}
	var timings []timing
	var unmeasured []string
	for _, s := range leaves(specs) {
		lines := commandLines[s.Name]
		if len(lines) == 0 {
			lines = []lineOf{{line: lineFrom(s)}}
		}
		for _, l := range lines {
			if !n.command.MatchString(strings.TrimSpace(s.Name + " " + l.what)) {
				continue
			}
			t, err := f.time(s, l, n.runs)
			if err != nil {
				return nil, err
			}
			if t.refused == t.runs {
				unmeasured = append(unmeasured, t.what+" ("+t.why+")")
			}
			timings = append(timings, t)
			if err := f.bot.Flush(f.ctx); err != nil {
				return nil, err
			}
		}
	}
	if len(unmeasured) > 0 {
		return timings, fmt.Errorf("refused each time, and so not measured: %s", strings.Join(unmeasured, "; "))
	}
	return timings, nil
}

// leaves lists the commands of a tree.
func leaves(specs []bot.Spec) (all []bot.Spec) {
	for _, s := range specs {
		if len(s.Under) == 0 {
			all = append(all, s)
		}
		all = append(all, leaves(s.Under)...)
	}
	return all
}

// time runs one line so many times, each with things of its own, what prepares it
// being outside of what is timed.
func (f *federation) time(s bot.Spec, l lineOf, runs int) (timing, error) {
	t := timing{command: s.Name, what: strings.TrimSpace(s.Name + " " + l.what), runs: runs}
	all, processor := make([]time.Duration, 0, runs), make([]time.Duration, 0, runs)
	unprepared := ""
	for i := range runs {
		x := f.expander(l, i)
		for _, before := range l.before {
			who := x.who
			if number, said, other := strings.Cut(before, ": "); other {
				if _, err := fmt.Sscan(number, &who); err == nil {
					before = said
				}
			}
			a := f.typed(who, x.expand(before))
			if a.Refused || a.Form != nil {
				unprepared = before + ": " + string(a.Text)
			}
			x.answered(a)
		}
		line := x.expand(l.line)
		watch, used := time.Now(), ownProcessorTime()
		a := f.typed(x.who, line)
		all = append(all, time.Since(watch))
		processor = append(processor, ownProcessorTime()-used)
		if a.Refused || a.Form != nil {
			t.refused++
			t.why = strings.Join(strings.Fields(unprepared+" "+line+": "+string(a.Text)), " ")
		}
		if f.ctx.Err() != nil {
			return t, f.ctx.Err()
		}
	}
	t.p50, t.p99, t.processor = percentile(all, 0.5), percentile(all, 0.99), percentile(processor, 0.5)
	return t, nil
}

// ownProcessorTime is what this process has used of the processor so far.
func ownProcessorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// typed has a member type a line.
func (f *federation) typed(member int, line string) bot.Answer {
	return f.bot.Handle(f.ctx, bot.Event{
		ID: fmt.Sprint("e", f.events.Add(1)), Line: line, Caller: account(member), Place: bot.Place{Platform: config.Console, Channel: "general"},
	})
}

// lineFrom makes a line of a command's declaration, for one that commandLines does not
// have: every option that is required, with a value of its type.
func lineFrom(s bot.Spec) string {
	line := "/" + s.Name
	for _, o := range s.Options {
		if !o.Required {
			continue
		}
		value := "{text}"
		switch {
		case len(o.Fixed) > 0:
			value = o.Fixed[0].Value
		case o.Type == bot.TypeNumber:
			value = "1"
		case o.Type == bot.TypeTime:
			value = "{soon}"
		case o.Type == bot.TypeMember, o.Type == bot.TypeMembers:
			value = "{member}"
		case o.Suggest == "organisations":
			value = "{organisation}"
		}
		line += fmt.Sprintf(` %s:"%s"`, o.Name, value)
	}
	return line
}

// mostMemory watches what this process holds until ctx ends: the most of it without
// the mapped file, and with it, in MB.
func mostMemory(ctx context.Context) (most [2]float64) {
	for bot.Sleep(ctx, 100*time.Millisecond) {
		all, err := memoryOf(os.Getpid(), "VmRSS")
		if err == nil {
			most[0], most[1] = max(most[0], anonymous()), max(most[1], all/1e6)
		}
	}
	return most
}
