// Command bench measures what Greffier promises, beside a reference measured in
// the same run, and prints it as the table of docs/performance.md. It needs
// nothing but Go and a few minutes; run it on a machine that does nothing else:
//
//	make bench
//
// What is measured on a real Mattermost needs one, with Greffier on it:
//
//	make bench-mattermost
//	make soak-mattermost SOAK=10m
//
// What is measured on Discord is measured on the one that the tests have:
//
//	make bench-discord
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"greffier/bot"
	"greffier/bot/register"
	"greffier/bot/requests"
	"greffier/bot/timeline"
	"greffier/bot/votes"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// sizes are how much is measured.
type sizes struct {
	ballots   int // in one throughput run
	requests  int // in the large register
	votes     int // ballots in the large register
	commands  int // typed at one process to see whether it grows
	reminders int // waiting
	rounds    int // of 300 presses on a Mattermost, of 1000 on a Discord
	slashes   int // commands typed there
	// interactions are pressed on a Discord to see whether it grows, and guilds are
	// those that a bot is in.
	interactions, guilds int
	runs                 int // of each command in a large federation
	// command picks those of which a line matches.
	command *regexp.Regexp
	soak    time.Duration
}

func main() {
	dir := flag.String("dir", "build/bench", "where the registers are made; removed and made anew")
	quick := flag.Bool("quick", false, "a hundredth of everything, to see that it runs")
	only := flag.String("only", "", "one part: throughput, register processes (which needs register's), commands or reminders, or on a Mattermost: presses, slash, soak; or on a Discord: discord-presses, discord-memory, discord-guilds; with commas")
	lasts := flag.Duration("soak", 10*time.Minute, "how long the soak takes")
	rounds := flag.Int("rounds", 15, "how many times 300 presses each, or 1000 on a Discord")
	runs := flag.Int("runs", 300, "how many times each command")
	reference := flag.Bool("reference", false, "serve the handler that Mattermost is measured with")
	bare := flag.String("acknowledge", "", "be the bot that Discord is measured with, on this API, gateway and token")
	command := flag.String("command", "", "of the commands, those alone that match this regular expression")
	profile := flag.String("cpuprofile", "", "where to write what the processor was used for")
	flag.Parse()
	if *bare != "" {
		if err := acknowledge(*bare); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *reference {
		if err := serveReference(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	n := sizes{ballots: 40_000, requests: 100_000, votes: 1_000_000, commands: 100_000, reminders: 100_000, rounds: *rounds, slashes: 300, interactions: 100_000, guilds: 1000, runs: *runs}
	if *quick {
		n = sizes{ballots: 400, requests: 1_000, votes: 10_000, commands: 1_000, reminders: 1_000, rounds: 1, slashes: 5, interactions: 2_000, guilds: 10, runs: 5}
	}
	n.soak = *lasts
	n.command = regexp.MustCompile(*command)
	if *profile != "" {
		out, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(out)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	err := measure(ctx, *dir, *only, n)
	pprof.StopCPUProfile()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parts are what can be measured. Those on a Mattermost are measured only when
// they are named.
var parts = []struct {
	name string
	run  func(context.Context, string, sizes) error
}{
	{"throughput", throughput},
	{"register", largeRegister},
	{"processes", processes},
	{"reminders", manyReminders},
	{"commands", everyCommand},
	{"presses", onMattermost(func(ctx context.Context, c *chat, n sizes) error { return presses(ctx, c, n.rounds) })},
	{"slash", onMattermost(func(ctx context.Context, c *chat, n sizes) error { return slash(ctx, c, n.slashes) })},
	{"discord-presses", discordPresses},
	{"discord-memory", discordMemory},
	{"discord-guilds", discordGuilds},
	{"soak", onMattermost(func(ctx context.Context, c *chat, n sizes) error { return soak(ctx, c, n.soak) })},
}

func measure(ctx context.Context, dir, only string, n sizes) error {
	wanted := strings.Split(only, ",")
	if only == "" {
		wanted = []string{"throughput", "register", "processes", "commands"}
	}
	if slices.Contains(wanted, "throughput") || slices.Contains(wanted, "register") {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s, %s\n\n", cpuModel(), runtime.NumCPU(), runtime.Version(), time.Now().Format(time.DateOnly))
	fmt.Println("| what | measured | to reach |")
	fmt.Println("|---|---|---|")
	for _, part := range parts {
		if !slices.Contains(wanted, part.name) {
			continue
		}
		if err := part.run(ctx, dir, n); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// row prints one line of the table.
func row(what, measured, goal string) { fmt.Printf("| %s | %s | %s |\n", what, measured, goal) }

func cpuModel() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}

// silent is a platform on which nobody looks: what is delivered is dropped.
type silent struct{}

func (silent) Run(ctx context.Context, _ *bot.Bot) error { <-ctx.Done(); return nil }

func (silent) Deliver(_ context.Context, d bot.Delivery) (string, error) { return d.Key, nil }

const benchCharter = `
version: 1
community: {name: Bench, locale: en, zone: UTC}
rights: {request: everyone, vote: everyone, register: everyone, timeline: everyone}
requests:
  kinds: {idea: {}, bug: {}, question: {}}
  paths: {short: {stages: {asked: {advance: everyone}, studied: {advance: everyone}, done: {final: true}}}}
votes:
  rules: {simple: {electorate: everyone, roll: open, lasts: 400d}}
`

// open opens a register with the whole product on it.
func open(ctx context.Context, path string, wrap func(store.Store) store.Store) (*bot.Bot, store.Store, error) {
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		return nil, nil, err
	}
	var s store.Store = db
	if wrap != nil {
		s = wrap(db)
	}
	charter, problems := config.ParseCharter("bench.yaml", []byte(benchCharter))
	if len(problems) > 0 {
		return nil, nil, problems
	}
	b, err := bot.New(ctx, bot.Options{
		Store: s, Charter: charter, Adapters: map[string]bot.Adapter{config.Console: silent{}},
		Features: []bot.Feature{requests.Feature(), votes.Feature(), register.Feature(), timeline.Feature()},
	})
	return b, s, err
}

// account is the account of a member by number.
func account(member int) bot.Account {
	who := fmt.Sprintf("member%d", member)
	return bot.Account{Platform: config.Console, ID: who, Name: who, Locale: "en"}
}

// say types a line as a member.
func say(ctx context.Context, b *bot.Bot, member int, id, line string) error {
	a := b.Handle(ctx, bot.Event{
		ID: id, Line: line, Place: bot.Place{Platform: config.Console, Channel: "general"}, Caller: account(member),
	})
	if a.Refused || a.Form != nil {
		return fmt.Errorf("%s: %s", line, a.Text)
	}
	return nil
}

// percentile is the value that so many of the durations do not exceed.
func percentile(all []time.Duration, p float64) time.Duration {
	slices.Sort(all)
	return all[min(len(all)-1, int(float64(len(all))*p))]
}

func size(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

func in(dir, name string) string { return filepath.Join(dir, name) }
