package bot

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"greffier/config"
	"greffier/store"
)

//go:embed locale/*.yaml
var coreLocale embed.FS

//go:embed testdata/*.txtar
var coreExamples embed.FS

// Feature is one thing the clerk can do: its commands, cards, jobs and words.
// Features know the core and nothing of each other.
type Feature struct {
	Name string
	// Locale holds locale/en.yaml and locale/fr.yaml.
	Locale   fs.FS
	Commands []*Command
	// Choices are the lists that options name in their tags.
	Choices map[string]Completer
	// Cards draws cards by the family of their key: "vote" for "vote/12".
	Cards map[string]CardFunc
	// Documents draws documents by the family of their key: "minutes" for
	// "minutes/12.pdf".
	Documents map[string]DocumentFunc
	// Keys lists the keys of the cards that belong in the register as people
	// read it, oldest first.
	Keys func(c *Ctx, yield func(key string))
	Jobs map[string]JobFunc
	// Missed tells, by kind of job, of what came too late for its Window.
	Missed map[string]MissedFunc
	// Recurring lists the jobs that a charter makes happen again and again, each
	// with its Every; their keys begin with the feature's name.
	Recurring func(ch *config.Charter) []Job
	// Adopt brings the feature's records up to date with a charter, in the
	// transaction that puts it in force: at every start, and when it changes.
	Adopt func(c *Ctx) error
	// On listens to what other features signal.
	On []Listener
	// Mine lists what concerns a member, for /me.
	Mine func(c *Ctx, who MemberID) []Text
	// Needs answers for what stages of the charter may need, by name.
	Needs map[string]NeedFunc
	// Waiting lists what waits for somebody, for the digests of groups.
	Waiting func(c *Ctx, d Digest) []Waits
	// Export hands over every record of the feature, table by table, but for who
	// cast which secret ballot. It is run once for each of its tables. A table's
	// records are all of one struct type, whose JSON names become columns.
	Export func(c *Ctx, yield func(table string, record any))
	// Personal hands over a member's own data, by table.
	Personal func(c *Ctx, who MemberID, yield func(table string, record any))
	// Erase removes a member's own data where the register can do without it,
	// and marks the cards that named them to be drawn again. Counts and results
	// stay.
	Erase func(c *Ctx, who MemberID)
	// Verify checks the feature's records against each other.
	Verify func(c *Ctx, v *Verification)
	// Examples holds testdata/*.txtar, the conversations help quotes.
	Examples fs.FS
	// Migrations bring older registers up to date; versions are global.
	Migrations []store.Migration
}

// Options are what a Bot is made of.
type Options struct {
	Store    store.Store
	Charter  *config.Charter
	Features []Feature
	// Adapters by platform name.
	Adapters map[string]Adapter
	Clock    Clock
	Log      *slog.Logger
	// Random is crypto/rand unless a test needs the same numbers each time.
	Random io.Reader
	// Key is the seed of the key of the installation, 32 bytes; a new one when it is
	// nil, for a register that nobody will open again.
	Key []byte
	// Public is the address under which /calendar/ is reached from outside, such
	// as https://greffier.example.org; empty when it is not.
	Public string
	// Sandbox accepts the marks "group:NAME" that only a sandbox gives.
	Sandbox bool
}

// Bot is the clerk: the one path that every event takes, the jobs and the
// outbox. Its methods may be called concurrently.
type Bot struct {
	store    store.Store
	charter  atomic.Pointer[config.Charter]
	groups   atomic.Pointer[groupIndex] // of the charter that was last asked for
	catalog  *Catalog
	tree     *tree
	features []Feature
	adapters map[string]Adapter
	// platforms are the adapters' names, sorted.
	platforms []string
	clock     Clock
	log       *slog.Logger
	random    io.Reader
	sandbox   bool
	public    string
	key       ed25519.PrivateKey
	metrics   *metrics
	// register identifies this register in the keys of its posts.
	register string
	parallel int

	choices   map[string]Completer
	cards     map[string]CardFunc
	documents map[string]DocumentFunc
	jobs      map[string]JobFunc
	missed    map[string]MissedFunc
	needs     map[string]NeedFunc
	listeners map[string][]Listener
	examples  func() map[string]map[string][]string // locale, command → lines; read when first asked for

	seen        seenIndex
	talked      talkCount
	jobsChanged chan struct{}
	lanes       []*lane
	handed      handed
}

// New makes a bot and checks the whole product: every command has its words and
// fits every platform, every sentence exists in every language, the charter
// names commands and sentences that exist. It prepares the register, bringing
// an older one up to date.
func New(ctx context.Context, o Options) (*Bot, error) {
	b := newBot(o)
	var err error
	if b.key, err = keyOf(o.Key); err != nil {
		return nil, err
	}
	if err := b.assemble(append([]Feature{coreFeature()}, o.Features...)); err != nil {
		return nil, err
	}
	for name := range o.Adapters {
		b.platforms = append(b.platforms, name)
	}
	slices.Sort(b.platforms)
	b.newLanes()
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	return b, b.SetCharter(ctx, o.Charter)
}

// newBot makes a bot that has no features yet.
func newBot(o Options) *Bot {
	b := &Bot{
		store: o.Store, adapters: o.Adapters, clock: o.Clock, log: o.Log, random: o.Random, sandbox: o.Sandbox, public: o.Public,
		parallel: 8, choices: map[string]Completer{}, cards: map[string]CardFunc{}, documents: map[string]DocumentFunc{},
		jobs: map[string]JobFunc{}, missed: map[string]MissedFunc{}, needs: map[string]NeedFunc{},
		listeners:   map[string][]Listener{},
		jobsChanged: make(chan struct{}, 1), handed: handed{posts: map[uint64]*lane{}},
	}
	if b.clock == nil {
		b.clock = SystemClock{}
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.random == nil {
		b.random = rand.Reader
	}
	b.metrics = newMetrics()
	return b
}

// assemble gathers what the features bring.
func (b *Bot) assemble(features []Feature) error {
	b.features = features
	sources := []fs.FS{coreLocale}
	var commands []*Command
	for _, f := range features {
		if f.Locale != nil {
			sources = append(sources, f.Locale)
		}
		commands = append(commands, f.Commands...)
		for name, completer := range f.Choices {
			b.choices[name] = completer
		}
		for family, draw := range f.Cards {
			b.cards[family] = draw
		}
		for family, draw := range f.Documents {
			b.documents[family] = draw
		}
		for kind, run := range f.Jobs {
			b.jobs[kind] = run
		}
		for name, answer := range f.Needs {
			b.needs[name] = answer
		}
		for kind, tell := range f.Missed {
			b.missed[kind] = tell
		}
		for _, l := range f.On {
			kind := fmt.Sprintf("%T", l.kind)
			b.listeners[kind] = append(b.listeners[kind], l)
		}
	}
	catalog, err := newCatalog(sources)
	if err != nil {
		return err
	}
	b.catalog = catalog
	b.tree = newTree(catalog, commands)
	b.examples = sync.OnceValue(func() map[string]map[string][]string { return readExamples(b.tree, features) })
	return b.checkProduct()
}

// prepare migrates the register and reads, or makes, its identity.
func (b *Bot) prepare(ctx context.Context) error {
	if err := store.Migrate(ctx, b.store, Migrations(b.features)); err != nil {
		return fmt.Errorf("bot: register: %w", err)
	}
	identity := store.K("register")
	return b.store.Update(ctx, func(tx store.Tx) error {
		if id := tx.Get(identity); id != nil {
			b.register = string(id)
			return nil
		}
		id := make([]byte, 6)
		if _, err := io.ReadFull(b.random, id); err != nil {
			return fmt.Errorf("bot: random source: %w", err)
		}
		b.register = hex.EncodeToString(id)
		tx.Put(identity, []byte(b.register))
		return nil
	})
}

// Migrations are the steps that bring a register up to date for these features.
func Migrations(features []Feature) []store.Migration {
	migrations := slices.Clone(coreMigrations)
	for _, f := range features {
		migrations = append(migrations, f.Migrations...)
	}
	return migrations
}

// coreMigrations are the core's own steps from one form of the register to the next.
var coreMigrations = []store.Migration{
	{Version: 1, Name: "first form", Apply: func(store.Tx) error { return nil }},
	{Version: 2, Name: "cards to draw again, by platform", Apply: dirtyByPlatform},
	{Version: 3, Name: "accounts by mark", Apply: accountsByMark},
	{Version: 4, Name: "journal by the people it concerns", Apply: entriesByPeople},
}

// Charter is the charter in force.
func (b *Bot) Charter() *config.Charter { return b.charter.Load() }

// SetCharter puts a charter in force, unless it names commands or sentences
// that do not exist: the one before then stays. Accounts that the charter lists
// become members, so that they count in an electorate before they say a word, and
// what recurs follows the new charter.
func (b *Bot) SetCharter(ctx context.Context, ch *config.Charter) error {
	if problems := b.CheckCharter(ch); len(problems) > 0 {
		return problems
	}
	err := b.store.Update(ctx, func(tx store.Tx) error {
		for _, g := range ch.Groups {
			for _, listed := range slices.Concat(g.Members, g.Responsible) {
				platform, id, _ := strings.Cut(listed, ":")
				if b.adapters[platform] != nil && !accounts.Has(tx, store.K(platform, id)) {
					meet(tx, Account{Platform: platform, ID: id, Name: id}, b.clock.Now())
				}
			}
		}
		b.reconcile(tx, ch)
		return b.adopt(tx, ch)
	})
	if err != nil {
		return fmt.Errorf("bot: charter: %w", err)
	}
	b.charter.Store(ch)
	b.nudge(b.jobsChanged)
	return nil
}

// adopt lets every feature follow a charter.
func (b *Bot) adopt(tx store.Tx, ch *config.Charter) error {
	outbox.Reindex(tx)
	held.Reindex(tx)
	notices.Reindex(tx)
	for _, f := range b.features {
		if f.Adopt == nil {
			continue
		}
		c := b.context(tx, Event{}, b.clock.Now())
		c.Charter = ch
		if err := f.Adopt(c); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

// context makes the context of one run.
func (b *Bot) context(tx store.Tx, ev Event, now time.Time) *Ctx {
	return &Ctx{Tx: tx, Now: now.UTC(), Charter: b.Charter(), Place: ev.Place, bot: b}
}

// speaker says Texts in one language for one platform, looking names up in tx.
func (b *Bot) speaker(tx store.Tx, ch *config.Charter, locale, platform string) *Speaker {
	return &Speaker{bot: b, charter: ch, locale: locale, platform: platform, person: func(id MemberID) (Account, bool) {
		m, ok := memberOf(tx, id)
		if !ok || m.Erased {
			return Account{}, false
		}
		for a := range accountsOf(tx, m) {
			if a.Platform == platform {
				return a, true
			}
		}
		return Account{Name: m.Name}, true
	}}
}

// Run serves every adapter, the jobs and the outbox until ctx ends, then goes on
// delivering for at most drain. The error is that of the adapter that could not
// go on.
func (b *Bot) Run(ctx context.Context, drain time.Duration) error {
	asked := ctx
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	background, stopBackground := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBackground()
	var loops, serving sync.WaitGroup
	loops.Go(func() { b.keepTime(ctx) })
	for _, l := range b.lanes {
		loops.Go(func() { l.keepSending(ctx) })
	}
	for name, adapter := range b.adapters {
		serving.Go(func() {
			if err := adapter.Run(ctx, b); err != nil && ctx.Err() == nil {
				stop(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	if len(b.adapters) == 0 {
		<-ctx.Done()
	}
	serving.Wait()
	var err error
	if asked.Err() == nil {
		err = context.Cause(ctx)
	}
	stop(nil)
	loops.Wait()
	final, cancel := context.WithTimeout(background, drain)
	defer cancel()
	if kept := b.keepTalk(final, true); kept != nil {
		b.log.Warn("how much was said of late is not counted", "error", kept)
	}
	if flushed := b.Flush(final); flushed != nil && final.Err() == nil {
		b.log.Error("outbox not emptied at the end", "error", flushed)
	}
	return err
}

func (b *Bot) nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
