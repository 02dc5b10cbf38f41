// Package discord is the clerk on Discord, as a bot. What members do reaches it
// over the gateway (gateway.go, shard.go, events.go); what it says goes out through
// the REST API (rest.go, limits.go, deliver.go). Commands are registered from the
// declarations (commands.go, sync.go); an interaction is answered in time, in
// private (interact.go, answer.go), forms are modals (form.go), and what buttons
// carry was signed here (sign.go).
//
// discordgo gives the types, the numbers and the names of Discord's API. Its
// connection and its REST client are not used (docs/adr/0008).
package discord

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"greffier/bot"
)

// Platform is the adapter's name in charters and accounts.
const Platform = "discord"

//go:embed locale/*.yaml
var locale embed.FS

// Feature brings the sentences that the adapter itself says.
func Feature() bot.Feature { return bot.Feature{Name: Platform, Locale: locale} }

// Options say how to reach Discord, and what of it to serve.
type Options struct {
	// Token is the bot's.
	Token string
	// Application is its identifier; Discord is asked when it is empty.
	Application string
	// Guilds are the identifiers of the guilds to serve; all that the bot is in
	// when empty.
	Guilds []string
	// REST and Gateway are the addresses of a proxy or a compatible server;
	// Discord's own when empty.
	REST, Gateway string
	// Shards is into how many connections the guilds are parted: as many as
	// Discord advises when 0.
	Shards int
	// Messages has the bot read what is said in channels, for which the portal
	// must allow it the message content.
	Messages bool
	// Public and Version are what the bot says of itself to Discord: the address of
	// the web at which whoever runs it is found, if any, and its version.
	Public, Version string
	Log             *slog.Logger
	Clock           bot.Clock
}

// Adapter implements bot.Adapter. Its methods may be called concurrently.
type Adapter struct {
	o       Options
	api     *client
	log     *slog.Logger
	clock   bot.Clock
	metrics *figures
	desk    *bot.Bot
	signer  *signer

	// self is what is known of our own account; nil until Discord has answered.
	self       atomic.Pointer[self]
	shards     []*shard
	identifies identifies
	handled    recent
	people     people
	places     places
	direct     directs
	events     events
	lines      bot.Queue // what is written to the bot, by its author
	calls      bot.Queue // what reaches the core, by its caller
	background sync.WaitGroup
	// synced is set once the commands are registered, and ready once every guild
	// was read.
	synced atomic.Bool
	// living is cancelled when Run is told to end.
	living context.Context //nolint:containedctx // what is delivered asks whether Run was told to end
	// lingering is cancelled when Run returns, and five seconds after it was told to end.
	lingering context.Context //nolint:containedctx // the life of what events leave running
}

// self is what is known of our own account.
type self struct {
	id, name, app string
	// flags are the application's: which privileged intents the portal allows it; nil
	// where that is not said.
	flags *int
}

// New makes the adapter. It connects when it is run.
func New(o Options) *Adapter {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	if o.REST == "" {
		o.REST = DefaultREST
	}
	a := &Adapter{o: o, log: o.Log.With("platform", Platform), clock: o.Clock, metrics: newFigures()}
	a.api = newClient(o, a.metrics)
	a.people.init()
	return a
}

var _ bot.Adapter = (*Adapter)(nil)

// own is our account, which is known once Run has connected.
func (a *Adapter) own() *self {
	if s := a.self.Load(); s != nil {
		return s
	}
	return &self{app: a.o.Application}
}

// Run serves until ctx ends. What only the operator can mend is told in the log,
// once, and not tried again. The error is the register's.
func (a *Adapter) Run(ctx context.Context, desk *bot.Bot) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lingering, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(5*time.Second, end) })()
	a.desk, a.living, a.lingering = desk, ctx, lingering
	var err error
	if a.signer, err = openSigner(ctx, desk, a.clock); err != nil {
		return err
	}
	defer a.api.close()
	if !a.connect(ctx) {
		return nil
	}
	var loops sync.WaitGroup
	loops.Go(func() { a.keepCommands(ctx) })
	loops.Go(func() { a.keepPeople(ctx) })
	for _, s := range a.shards {
		loops.Go(func() {
			if err := s.run(ctx); err != nil {
				a.log.Error(err.Error(), "shard", s.id)
			}
		})
	}
	<-ctx.Done()
	loops.Wait()
	a.lines.Wait()
	a.background.Wait()
	a.calls.Wait()
	return nil
}

// connect learns who we are and how many connections to make, however long
// Discord takes to answer. It is false when ctx ended first.
func (a *Adapter) connect(ctx context.Context) bool {
	told := false
	for wait := bot.NewBackoff(); ; {
		err := a.learn(ctx)
		var g gatewayInfo
		if err == nil {
			g, err = a.gateway(ctx)
		}
		if err == nil {
			a.share(g)
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		switch {
		case status(err) == http.StatusUnauthorized:
			a.log.Error(fatal[4004]) // another attempt would only meet it again
			<-ctx.Done()
			return false
		case !told:
			told = true
			a.log.Error("Discord cannot be used yet; trying again", "url", a.o.REST, "error", oneLine(err))
		}
		if !wait.Sleep(ctx) {
			return false
		}
	}
}

// share parts the guilds among connections.
func (a *Adapter) share(g gatewayInfo) {
	count := a.o.Shards
	if count == 0 {
		count = max(g.Shards, 1)
	}
	for id := range count {
		a.shards = append(a.shards, &shard{a: a, id: id, count: count})
	}
}

// learn reads who we are.
func (a *Adapter) learn(ctx context.Context) error {
	var me userData
	if err := a.api.do(ctx, request{method: http.MethodGet, route: "/users/@me", probe: true}, &me); err != nil {
		return err
	}
	s := &self{id: me.ID, name: me.Username, app: a.o.Application}
	var app struct {
		ID    string `json:"id"`
		Flags *int   `json:"flags"`
	}
	err := a.api.do(ctx, request{method: http.MethodGet, route: "/applications/@me", probe: true}, &app)
	if unsupported(err) { // its older name
		err = a.api.do(ctx, request{method: http.MethodGet, route: "/oauth2/applications/@me", probe: true}, &app)
	}
	switch {
	case err == nil:
		s.flags = app.Flags
		if s.app == "" {
			s.app = app.ID
		}
	case status(err) < 400 || status(err) >= 500 || status(err) == http.StatusUnauthorized || status(err) == http.StatusTooManyRequests:
		return err // a compatible server may not know this request
	}
	if s.app == "" {
		s.app = me.ID // as it is for all but the oldest bots
	}
	a.self.Store(s)
	a.log.Info("connected to Discord", "url", a.o.REST, "account", s.name, "application", s.app)
	return nil
}

// keepCommands keeps the registered commands current: at the start, and whenever
// the charter is another.
func (a *Adapter) keepCommands(ctx context.Context) {
	wait := bot.NewBackoff()
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	pruned := a.clock.Now()
	for charter := any(nil); ; {
		if now := any(a.desk.Charter()); now != charter {
			changed, err := a.syncCommands(ctx)
			if err != nil {
				if ctx.Err() != nil {
					return
				}
				a.log.Warn("commands cannot be registered; trying again", "error", oneLine(err))
				if !wait.Sleep(ctx) {
					return
				}
				continue
			}
			wait.Reset()
			charter = now
			a.synced.Store(true)
			a.log.Info("commands are registered", "changed", changed)
		}
		if now := a.clock.Now(); now.Sub(pruned) > time.Hour {
			pruned = now
			if err := a.signer.prune(ctx); err != nil {
				a.log.Warn("old forms are not removed", "error", oneLine(err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// resumed has what waited for Discord delivered, once a connection is up.
func (a *Adapter) resumed() {
	a.detached(func(ctx context.Context) {
		if err := a.desk.Resume(ctx); err != nil {
			a.log.Error("what waited for Discord could not be put forward", "error", oneLine(err))
		}
	})
}

// detached runs what outlives an event, for a while after Run was told to end.
func (a *Adapter) detached(run func(ctx context.Context)) {
	a.background.Go(func() {
		ctx, stop := context.WithTimeout(a.lingering, 2*time.Minute)
		defer stop()
		defer a.survive("an event", func() {})
		run(ctx)
	})
}

// serves reports whether a guild is one to serve; direct messages always are.
func (a *Adapter) serves(guild string) bool {
	return guild == "" || len(a.o.Guilds) == 0 || slices.Contains(a.o.Guilds, guild)
}

// Serving reports whether everything is up: every connection, the commands, and
// who is in the guilds.
func (a *Adapter) Serving() bool {
	if a.self.Load() == nil || !a.synced.Load() || !a.people.read.Load() {
		return false
	}
	return !slices.ContainsFunc(a.shards, func(s *shard) bool { return !s.isUp() })
}

// recent remembers the last identifiers it was given, so that what is delivered
// again is handled once.
type recent struct {
	mu       sync.Mutex
	now, old map[string]struct{}
}

// mostRecent is how many identifiers are remembered at least.
const mostRecent = 8192

// add is false when the identifier was added lately.
func (r *recent) add(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, now := r.now[id]
	_, old := r.old[id]
	if now || old {
		return false
	}
	if r.now == nil || len(r.now) >= mostRecent {
		r.now, r.old = make(map[string]struct{}, mostRecent), r.now
	}
	r.now[id] = struct{}{}
	return true
}

// isID reports whether a text is an identifier of Discord's.
func isID(s string) bool {
	return len(s) >= 15 && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}
