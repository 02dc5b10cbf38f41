// Package mattermost is the clerk on a Mattermost server, as a bot account: slash
// commands, buttons, menus and dialogs reach it over HTTP (callback.go), talk and
// comings and goings over a WebSocket (socket.go), and what it says goes out
// through the REST API (deliver.go). Without an address that the server can reach
// everything works over the WebSocket alone: by mention, in direct messages, and
// with numbers in place of buttons (talk.go).
//
// Nothing that comes in is trusted for what it claims: commands carry the token
// of their registration, buttons and forms a context that was signed here
// (sign.go), and both a trigger signed by the server for whoever acted.
package mattermost

import (
	"context"
	"crypto/ecdsa"
	"embed"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// Platform is the adapter's name in charters and accounts.
const Platform = "mattermost"

//go:embed locale/*.yaml
var locale embed.FS

// Feature brings the sentences that the adapter itself says.
func Feature() bot.Feature { return bot.Feature{Name: Platform, Locale: locale} }

// Options say how to reach the server, and how it reaches us.
type Options struct {
	// URL is the server's address; Token is the bot account's.
	URL, Token string
	// Teams are the names of the teams to serve; all that the bot is in when empty.
	Teams []string
	// Listen is the address of the callback server; empty for none. Callback is
	// the address under which Mattermost reaches it, http:// and Listen when empty.
	Listen, Callback string
	Log              *slog.Logger
	Clock            bot.Clock
}

// Adapter implements bot.Adapter. Its methods may be called concurrently.
type Adapter struct {
	o       Options
	api     *model.Client4
	polite  *polite
	log     *slog.Logger
	clock   bot.Clock
	metrics *figures
	desk    *bot.Bot
	signer  *signer

	// server is what is known of the other side; nil until it has answered.
	server   atomic.Pointer[server]
	triggers atomic.Pointer[triggers]
	places   places
	people   people
	talks    talks
	sent     sent
	direct   sync.Map // user → direct channel
	hooks    hooks
	lines    bot.Queue
	// door and complaints keep strangers who call us cheap.
	door       door
	complaints complaints
	// noEphemeral is set once the server refused us private posts in channels.
	noEphemeral atomic.Bool
	// listening is set while the WebSocket is up.
	listening  atomic.Bool
	background sync.WaitGroup
	// living is cancelled when Run returns.
	living context.Context //nolint:containedctx // the life of what requests leave running
}

// server is what is known of the server and of our account there.
type server struct {
	me       *model.User
	teams    []*model.Team
	version  string
	maxPost  int // in characters
	signedBy *ecdsa.PublicKey
}

// New makes the adapter. It connects when it is run.
func New(o Options) *Adapter {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = bot.SystemClock{}
	}
	o.URL = strings.TrimRight(o.URL, "/")
	if o.Callback == "" && o.Listen != "" {
		o.Callback = "http://" + o.Listen
	}
	o.Callback = strings.TrimRight(o.Callback, "/")
	a := &Adapter{o: o, log: o.Log.With("platform", Platform), clock: o.Clock, metrics: newFigures()}
	a.polite = newPolite(o.Clock, a.log)
	a.api = newClient(o.URL, o.Token, a.polite)
	a.people.init()
	a.door.clock, a.door.vain = a.clock, func(by, from string) { a.complain(by, "", from) }
	return a
}

var (
	_ bot.Adapter = (*Adapter)(nil)
	_ bot.Speller = (*Adapter)(nil)
)

// callbacks reports whether the server can reach us.
func (a *Adapter) callbacks() bool { return a.o.Listen != "" }

// Run serves until ctx ends. The error is that of the address to listen at, or
// the register's.
func (a *Adapter) Run(ctx context.Context, desk *bot.Bot) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	a.desk, a.living = desk, ctx
	var err error
	if a.signer, err = openSigner(ctx, desk, a.clock); err != nil {
		return err
	}
	closeHTTP := func() {}
	if a.callbacks() {
		if closeHTTP, err = a.listen(ctx); err != nil {
			return err
		}
		defer closeHTTP()
	}
	defer a.polite.close()
	if !a.connect(ctx) {
		return nil
	}
	a.syncCommands(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { a.keepPeople(ctx) })
	loops.Go(func() { a.keepListening(ctx) })
	<-ctx.Done()
	closeHTTP()
	loops.Wait()
	a.lines.Wait()
	a.background.Wait()
	return nil
}

// connect learns who we are and which teams we serve, however long the server
// takes to answer. It is false when ctx ended first.
func (a *Adapter) connect(ctx context.Context) bool {
	for wait := bot.NewBackoff(); ; {
		err := a.learn(ctx)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		a.log.Error("Mattermost cannot be used yet; trying again", "url", a.o.URL, "error", reason(err))
		if !wait.Sleep(ctx) {
			return false
		}
	}
}

// learn reads what must be known of the server before anything else.
func (a *Adapter) learn(ctx context.Context) error {
	me, response, err := a.api.GetMe(ctx, "")
	if err != nil {
		return err
	}
	s := &server{me: me, version: response.ServerVersion, maxPost: model.PostMessageMaxRunesV1}
	config, err := a.clientConfig(ctx)
	if err != nil {
		return err
	}
	s.read(config)
	if s.teams, err = a.teams(ctx, me.Id); err != nil {
		return err
	}
	a.server.Store(s)
	a.log.Info("connected to Mattermost", "url", a.o.URL, "version", s.version, "account", me.Username, "teams", len(s.teams))
	return nil
}

// teams lists the teams to serve.
func (a *Adapter) teams(ctx context.Context, me string) ([]*model.Team, error) {
	in, _, err := a.api.GetTeamsForUser(ctx, me, "")
	if err != nil {
		return nil, err
	}
	if len(a.o.Teams) == 0 {
		return in, nil
	}
	var teams []*model.Team
	for _, name := range a.o.Teams {
		found := false
		for _, t := range in {
			if strings.EqualFold(t.Name, name) || t.Id == name {
				teams, found = append(teams, t), true
			}
		}
		if !found {
			a.log.Error("the bot account is not a member of this team, which it therefore cannot serve; invite it there", "team", name)
		}
	}
	return teams, nil
}

// own is the server's answer, or nil before there was one.
func (a *Adapter) own() *server { return a.server.Load() }

// detached runs what outlives a request, until Run ends.
func (a *Adapter) detached(ctx context.Context, run func(ctx context.Context)) {
	a.background.Go(func() {
		ctx, end := a.outliving(ctx)
		defer end()
		run(ctx)
	})
}

// outliving is a context that does not end with a request's, but in two minutes,
// or five seconds after Run was told to end.
func (a *Adapter) outliving(ctx context.Context) (context.Context, func()) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	forget := context.AfterFunc(a.living, func() { time.AfterFunc(5*time.Second, stop) }) //nolint:contextcheck // what a request leaves running outlives it
	return ctx, func() { forget(); stop() }
}

// Serving reports whether everything is up: the server is known, our commands are
// registered, talk is heard and members were read.
func (a *Adapter) Serving() bool {
	return a.triggers.Load() != nil && a.listening.Load() && a.people.read.Load()
}
