package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"greffier/adapters/console"
	"greffier/adapters/discord"
	"greffier/adapters/mattermost"
	"greffier/bot"
	"greffier/bot/funding"
	"greffier/bot/meetings"
	"greffier/bot/members"
	"greffier/bot/membership"
	"greffier/bot/newsletter"
	"greffier/bot/register"
	"greffier/bot/releases"
	"greffier/bot/reminders"
	"greffier/bot/requests"
	"greffier/bot/timeline"
	"greffier/bot/votes"
	"greffier/config"
	"greffier/store/bolt"
)

//go:embed federation.yaml
var federationCharter []byte

// everything is every feature of the product, as main.go gathers them.
func everything() []bot.Feature {
	return []bot.Feature{
		requests.Feature(), votes.Feature(), funding.Feature(), meetings.Feature(), releases.Feature(), newsletter.Feature(),
		reminders.Feature(), register.Feature(), members.Feature(), membership.Feature(), timeline.Feature(),
		mattermost.Feature(), discord.Feature(), console.Feature(),
	}
}

// extent is how large a federation is.
type extent struct {
	days, members, organisations, requests, votes, meetings int
}

// largeExtent is what the product is to bear: five years of a large federation.
var largeExtent = extent{days: 5*365 - 40, members: 10_000, organisations: 400, requests: 20_000, votes: 3_000, meetings: 500}

// founded is the federation's first day.
var founded = time.Date(2022, 1, 3, 0, 0, 0, 0, time.UTC)

// federation is a community that lives its years one day after the other: what its
// members do goes the whole path, what is due becomes due, and what is said is said.
type federation struct {
	ctx    context.Context
	bot    *bot.Bot
	db     *bolt.DB
	clock  *bot.SandboxClock
	extent extent

	events  atomic.Int64
	day     int
	present int // members who have joined, by number from 0
	// founders are those of them who came on the first day.
	founders int
	later    map[int][]func() error
	mu       sync.Mutex // guards what is below, and later
	random   *rand.Rand
	zipf     *rand.Zipf
	refused  map[string]int // by command and first words
	known    known
	longest  time.Duration // that one job took
	slowest  string        // its kind
}

// known is what the bench knows of the register: numbers of things by the state they
// were left in, such as "request asked" or "vote closed".
type known struct {
	Numbers map[string][]int
	Members int
	Begun   time.Time
}

// note keeps the number of a thing under its state.
func (f *federation) note(state string, number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known.Numbers[state] = append(f.known.Numbers[state], number)
}

func openFederation(ctx context.Context, path string, at time.Time, sync bool) (*federation, error) {
	db, err := bolt.Open(path, bolt.Options{NoSync: !sync})
	if err != nil {
		return nil, err
	}
	charter, problems := config.ParseCharter("federation.yaml", federationCharter)
	if len(problems) > 0 {
		return nil, problems
	}
	f := &federation{
		ctx: ctx, db: db, clock: bot.NewSandboxClock(at, false), random: rand.New(rand.NewPCG(7, 8)),
		later: map[int][]func() error{}, refused: map[string]int{}, known: known{Numbers: map[string][]int{}},
	}
	f.zipf = rand.NewZipf(f.random, 1.1, 10, uint64(len(words)-1))
	f.events.Store(at.Unix() << 20) // no event of another run has the same
	f.bot, err = bot.New(ctx, bot.Options{
		Store: db, Charter: charter, Clock: f.clock, Features: everything(),
		Adapters: map[string]bot.Adapter{config.Console: silent{}}, Public: "https://greffier.example.org",
		Key: bytes.Repeat([]byte{7}, 32),
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return f, nil
}

// live makes a register in which a federation has lived its years.
func live(ctx context.Context, path string, e extent) (known, error) {
	f, err := openFederation(ctx, path, founded, false)
	if err != nil {
		return known{}, err
	}
	defer func() { _ = f.db.Close() }()
	f.extent = e
	watch := time.Now()
	if err := f.found(); err != nil {
		return known{}, err
	}
	for f.day = range e.days {
		if err := f.liveDay(); err != nil {
			return known{}, fmt.Errorf("day %d: %w", f.day, err)
		}
		if f.day%100 == 99 {
			fmt.Fprintf(os.Stderr, "day %d of %d, %.0f s, %.0f MB\n", f.day+1, e.days, time.Since(watch).Seconds(), size(path)/1e6)
		}
	}
	f.present = e.members
	f.known.Members, f.known.Begun = f.present, f.clock.Now()
	for _, why := range slices.SortedFunc(maps.Keys(f.refused), func(a, b string) int { return cmp.Compare(f.refused[b], f.refused[a]) }) {
		if f.refused[why] > max(20, e.requests/200) {
			fmt.Fprintf(os.Stderr, "%6d times refused: %s\n", f.refused[why], why)
		}
	}
	row(fmt.Sprintf("the longest that one job took, in the last %d days", timedDays), fmt.Sprintf("%.0f ms (%s)", ms(f.longest), f.slowest), "—")
	return f.known, nil
}

// liveDay is a day: what is due in the morning, what members do, what is due at night.
func (f *federation) liveDay() error {
	midnight := founded.AddDate(0, 0, f.day)
	if err := f.passTo(midnight.Add(9 * time.Hour)); err != nil {
		return err
	}
	f.mu.Lock()
	today := append(f.later[f.day], f.begun()...)
	delete(f.later, f.day)
	f.mu.Unlock()
	if _, err := concurrently(len(today), 32, func(i int) error { return today[i-1]() }); err != nil {
		return err
	}
	return f.passTo(midnight.Add(19 * time.Hour)) // before the hours of silence
}

// passTo lets time pass: what is due until then is done and said. In the last months,
// when the register is large, each job is timed.
func (f *federation) passTo(at time.Time) error {
	f.clock.Set(at)
	if f.day < f.extent.days-timedDays {
		if _, err := f.bot.RunDue(f.ctx); err != nil {
			return err
		}
		return f.bot.Flush(f.ctx)
	}
	for {
		watch := time.Now()
		job, ran, err := f.bot.RunOne(f.ctx)
		if err != nil {
			return err
		}
		if took := time.Since(watch); took > f.longest {
			f.longest, f.slowest = took, job.Kind
		}
		if !ran {
			return f.bot.Flush(f.ctx)
		}
	}
}

// timedDays is for how many days at the end each job is timed.
const timedDays = 60

// in so many days something is done.
func (f *federation) in(days int, do func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.later[f.day+days] = append(f.later[f.day+days], do)
}

// pick is a number below n, shuffle a member who is present, below some number.
func (f *federation) pick(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.IntN(max(n, 1))
}

func (f *federation) somebody(below int) int { return f.pick(min(below, f.present)) }

func (f *federation) sentence(n int) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return sentence(f.random, f.zipf, n)
}

// marks are what the platform says of a member: the first are the board, and so on.
func marks(member int) []string {
	all := []string{"role:member"}
	for role, below := range map[string]int{"board": boardSize, "technical": 40, "support": 30, "delegate": delegates} {
		if member < below {
			all = append(all, "role:"+role)
		}
	}
	slices.Sort(all)
	return all
}

// The members with the lowest numbers are on the board, then delegates.
const (
	boardSize = 15
	delegates = 800
)

// say has a member make a call. What the clerk refuses is counted: not everything
// that people try is possible.
func (f *federation) say(member int, command string, args ...string) (bot.Answer, error) {
	call := bot.Call{Command: command, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		call.Args[args[i]] = args[i+1]
	}
	a := f.bot.Handle(f.ctx, bot.Event{
		ID: fmt.Sprint("e", f.events.Add(1)), Call: &call, Caller: account(member),
		Place: bot.Place{Platform: config.Console, Channel: "general"},
	})
	if a.Refused || a.Form != nil {
		why := command + ": a form"
		if a.Form == nil {
			why = command + ": " + firstNumber.ReplaceAllString(string(a.Text), "N")
			why = why[:min(len(why), 90)]
		}
		f.mu.Lock()
		f.refused[why]++
		f.mu.Unlock()
		a.Refused = true
	}
	return a, f.ctx.Err()
}

var firstNumber = regexp.MustCompile(`\d+`)

// made makes a call that enters something, and returns the number that the answer
// begins with; 0 when it was refused.
func (f *federation) made(member int, command string, args ...string) (int, error) {
	a, err := f.say(member, command, args...)
	if err != nil || a.Refused {
		return 0, err
	}
	return numberIn(a), nil
}

// numberIn is the number of what an answer tells of.
func numberIn(a bot.Answer) int {
	text := string(a.Text)
	if a.Card != nil {
		text = a.Card.Key
	}
	n, _ := strconv.Atoi(firstNumber.FindString(text))
	return n
}

// keep writes what is known beside the register, and recall reads it.
func (m known) keep(path string) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

func recall(path string) (m known, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(data, &m)
}

// on is a moment as a member writes it: so many days from today, at six.
func (f *federation) on(days int) string {
	return founded.AddDate(0, 0, f.day+days).Format("2006-01-02") + " 18:00"
}

func at(member int) string { return fmt.Sprintf("@member%d", member) }

func names(members []int) string {
	all := make([]string, len(members))
	for i, m := range members {
		all[i] = at(m)
	}
	return strings.Join(all, ",")
}
