package discord

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// shard is a part of the guilds and its place in their events. It stays connected
// whatever happens to its connections, until a refusal that only the operator can
// do something about.
type shard struct {
	a         *Adapter
	id, count int
	session   session
	// address is where the last session began.
	address string
	// connected is set while the connection is up, accepted once one ever was.
	connected, accepted bool
	mu                  sync.Mutex
	// accept, when set, is called in place of all that follows once a connection was
	// accepted.
	accept func()
}

// fatal are the reasons for which the gateway closes a connection that another
// attempt would only meet again, and what the operator can do.
var fatal = map[int]string{
	4004: "Discord refuses the bot's token: make a new one in the developer portal under Bot > Reset Token, and put it in discord.token",
	4010: "Discord refuses the shard's number: take discord.shards out of the configuration, or correct it",
	4011: "the bot is in too many guilds for one connection: set discord.shards to as many as greffier doctor says, or leave it out",
	4012: "Discord no longer speaks the version of its gateway that this program does: install a newer one",
	4013: "Discord does not know one of the intents that the bot asks for: install a newer version of this program",
	4014: "Discord does not let the bot see what it asks for: in the developer portal, under Bot > Privileged Gateway Intents, turn on Server Members Intent" +
		", and Message Content Intent if discord.messages is set",
}

// fatalError says it to the operator, and stops.
type fatalError struct{ closed *closed }

func (e *fatalError) Error() string {
	return fmt.Sprintf("%s (the gateway closed the connection with %d)", fatal[e.closed.code], e.closed.code)
}

// run stays connected until ctx ends; the error is one that only the operator can
// mend.
func (s *shard) run(ctx context.Context) error {
	wait := bot.NewBackoff()
	for invalid := 0; ; {
		began := s.a.clock.Now()
		err := s.once(ctx)
		s.down()
		if ctx.Err() != nil {
			return nil
		}
		var c *closed
		if errors.As(err, &c) {
			if fatal[c.code] != "" {
				return &fatalError{c}
			}
			if c.code == 4007 || c.code == 4009 || c.code == 4003 || c.code == 4005 || c.code == 1000 || c.code == 1001 {
				s.session.forget()
			}
		}
		if errors.Is(err, errInvalid) {
			// Discord wants a moment to pass, and a session it refuses again and again
			// is not worth another attempt.
			if invalid++; invalid%3 == 0 {
				s.session.forget()
			}
			if !bot.Sleep(ctx, time.Second) {
				return nil
			}
		}
		if s.a.clock.Now().Sub(began) > time.Minute {
			wait.Reset()
			invalid = 0
		}
		s.a.log.Info("connection to Discord ended; connecting again", "shard", s.id, "resuming", s.session.id != "", "error", oneLine(err))
		if errors.Is(err, errReconnect) && wait.Next() < time.Second {
			wait.Sleep(ctx) // a courtesy of a server that restarts
			continue
		}
		if !wait.Sleep(ctx) {
			return nil
		}
	}
}

// once makes one connection, to where the session is or to a new one.
func (s *shard) once(ctx context.Context) error {
	address := s.a.o.Gateway
	if address == "" && s.session.id != "" {
		address = s.session.resume
	}
	if s.session.id != "" {
		if address == "" {
			address = s.address // a compatible server that names none to resume at
		}
		return s.listen(ctx, gatewayAddress(address, s.a.api.version))
	}
	g, err := s.a.gateway(ctx)
	if err != nil {
		return err
	}
	if address == "" {
		address = g.URL
	}
	s.address = address
	release, err := s.a.identifies.enter(ctx, s.id, g)
	if err != nil {
		return err
	}
	time.AfterFunc(identifyEvery, release)
	return s.listen(ctx, gatewayAddress(address, s.a.api.version))
}

// up and down note whether the connection is.
func (s *shard) up() {
	s.mu.Lock()
	again := s.accepted
	s.connected, s.accepted = true, true
	s.mu.Unlock()
	if s.accept != nil {
		s.accept()
		return
	}
	s.a.metrics.connected.Inc()
	if again {
		s.a.metrics.reconnected.Inc()
	}
	s.a.resumed()
}

func (s *shard) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connected {
		s.connected = false
		s.a.metrics.connected.Dec()
	}
}

func (s *shard) isUp() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected
}

// wasUp reports whether a connection was ever accepted.
func (s *shard) wasUp() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// gatewayInfo is what Discord says of its gateway.
type gatewayInfo struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Starts struct {
		Remaining   int `json:"remaining"`
		ResetAfter  int `json:"reset_after"`
		Concurrency int `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

var errNoGateway = errors.New("the server names no gateway: set discord.gateway")

func (a *Adapter) gateway(ctx context.Context) (g gatewayInfo, err error) {
	err = a.api.do(ctx, request{method: "GET", route: "/gateway/bot", probe: true}, &g)
	if unsupported(err) { // a compatible server that advises nothing
		if err = nil; a.o.Gateway == "" {
			err = a.api.do(ctx, request{method: "GET", route: "/gateway", probe: true}, &g)
		}
	}
	if err == nil && g.URL == "" && a.o.Gateway == "" {
		err = errNoGateway
	}
	return g, err
}

// identifyEvery is how far apart sessions may begin.
const identifyEvery = 5 * time.Second

// identifies lets sessions begin as Discord allows: so many at once, five seconds
// apart, and so many a day.
type identifies struct {
	mu    sync.Mutex
	slots map[int]chan struct{}
}

var errNoStarts = errors.New("discord: no session may begin before the day's limit is over")

func (i *identifies) enter(ctx context.Context, shard int, g gatewayInfo) (release func(), err error) {
	if g.Starts.ResetAfter > 0 && g.Starts.Remaining <= 0 {
		return nil, errNoStarts
	}
	i.mu.Lock()
	if i.slots == nil {
		i.slots = map[int]chan struct{}{}
	}
	n := shard % max(g.Starts.Concurrency, 1)
	slot := i.slots[n]
	if slot == nil {
		slot = make(chan struct{}, 1)
		i.slots[n] = slot
	}
	i.mu.Unlock()
	select {
	case slot <- struct{}{}:
		return func() { <-slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// intents are the events that the bot asks for: comings and goings, which is a
// privileged one, what is said to it, and what becomes of scheduled events; all that is said only where the operator
// wants it and the portal allows it.
func (a *Adapter) intents() discordgo.Intent {
	intents := discordgo.IntentsGuilds | discordgo.IntentsGuildMembers | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages |
		discordgo.IntentGuildScheduledEvents
	if a.o.Messages {
		intents |= discordgo.IntentMessageContent
	}
	return intents
}
