package discord

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"greffier/bot"
)

// One connection to the gateway. discordgo's own is not used: asked to reconnect
// while it opens it waits for itself for ever, it hides why it was closed, and it
// takes minutes to notice that nobody is there any more (docs/adr/0008).

// The operations of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// frame is a message of the gateway, whichever way it goes.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

const (
	// greeting is how long the gateway may take to say hello, and to accept us.
	greeting = 20 * time.Second
	// closeAgain closes a connection whose session is to be resumed: 1000 and 1001
	// would end it.
	closeAgain = 4900
	// usualInterval is how far apart heartbeats are, in milliseconds, where nobody says.
	usualInterval = 41250
	// mostFrame is the largest message that is read, in bytes.
	mostFrame = 32 << 20
)

// session is where we are in the events of a shard; without an ID, at the start.
type session struct {
	id, resume string
	seq        atomic.Int64
}

func (s *session) forget() {
	s.id, s.resume = "", ""
	s.seq.Store(0)
}

// line is one connection of a shard.
type line struct {
	*shard
	conn    *websocket.Conn
	writing sync.Mutex
	// in is the frame that was read last.
	in bytes.Buffer
	// beaten is set while a heartbeat waits for its answer.
	beaten atomic.Bool
	// zombie is set when one had none in time.
	zombie atomic.Bool
}

// closed is why the gateway ended a connection.
type closed struct {
	code int
	text string
}

func (c *closed) Error() string {
	return fmt.Sprintf("the gateway closed the connection: %d %s", c.code, c.text)
}

var (
	errReconnect = errors.New("the gateway asked us to reconnect")
	errInvalid   = errors.New("the gateway does not know the session")
	errZombie    = errors.New("the gateway answers no heartbeat")
)

// listen opens a connection and handles its events until it ends, and says why.
func (s *shard) listen(ctx context.Context, address string) error {
	dialer := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: greeting}
	conn, resp, err := dialer.DialContext(ctx, address, http.Header{"User-Agent": {s.a.api.agent}})
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		return err
	}
	conn.SetReadLimit(mostFrame)
	l := &line{shard: s, conn: conn}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { l.hangUp(websocket.CloseNormalClosure) })()
	_ = conn.SetReadDeadline(s.a.clock.Now().Add(greeting))
	hello, err := l.read()
	if err != nil {
		return err
	}
	var h struct {
		Interval int `json:"heartbeat_interval"`
	}
	if hello.Op != opHello || json.Unmarshal(hello.Data, &h) != nil {
		return fmt.Errorf("the gateway greeted us with operation %d", hello.Op)
	}
	if h.Interval <= 0 {
		h.Interval = usualInterval
	}
	if err := l.introduce(); err != nil {
		return err
	}
	interval := time.Duration(h.Interval) * time.Millisecond
	beating, stop := context.WithCancel(ctx)
	var hearts sync.WaitGroup
	hearts.Go(func() { l.beat(beating, interval) })
	defer hearts.Wait()
	defer stop()
	err = l.follow(ctx, interval)
	if l.zombie.Load() {
		return errZombie
	}
	return err
}

// introduce resumes the session, or begins a new one.
func (l *line) introduce() error {
	if l.session.id != "" {
		return l.write(opResume, map[string]any{"token": l.a.o.Token, "session_id": l.session.id, "seq": l.session.seq.Load()})
	}
	// discordgo's own has the properties' old names, and a presence that is blank.
	id := map[string]any{
		"token": l.a.o.Token, "intents": l.a.intents(), "large_threshold": 50,
		"properties": map[string]string{"os": "linux", "browser": "greffier", "device": "greffier"},
	}
	if l.count > 1 {
		id["shard"] = [2]int{l.id, l.count}
	}
	return l.write(opIdentify, id)
}

func (l *line) write(op int, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	l.writing.Lock()
	defer l.writing.Unlock()
	_ = l.conn.SetWriteDeadline(l.a.clock.Now().Add(10 * time.Second))
	return l.conn.WriteJSON(frame{Op: op, Data: raw})
}

// hangUp closes the connection, whatever it is waiting for.
func (l *line) hangUp(code int) {
	deadline := l.a.clock.Now().Add(2 * time.Second)
	_ = l.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), deadline)
	_ = l.conn.Close()
}

// beat sends heartbeats, the first after a random part of the interval, and hangs
// up when one was not answered by the time of the next.
func (l *line) beat(ctx context.Context, interval time.Duration) {
	wait := time.Duration(rand.Float64() * float64(interval)) //nolint:gosec // jitter is no secret
	for bot.Sleep(ctx, wait) {
		if l.beaten.Load() {
			l.zombie.Store(true)
			l.hangUp(closeAgain)
			return
		}
		if l.heartbeat() != nil {
			_ = l.conn.Close()
			return
		}
		wait = interval
	}
}

func (l *line) heartbeat() error {
	l.beaten.Store(true)
	var seq any
	if n := l.session.seq.Load(); n > 0 {
		seq = n
	}
	return l.write(opHeartbeat, seq)
}

// usualFrame is up to which size the room that a frame took is used again.
const usualFrame = 64 << 10

// read reads one frame; its data is good until the next is read. What cannot be
// decoded is an error: with a frame missing the session must be resumed from before
// it.
func (l *line) read() (f frame, err error) {
	if l.in.Cap() > usualFrame {
		l.in = bytes.Buffer{}
	}
	l.in.Reset()
	kind, from, err := l.conn.NextReader()
	if err == nil {
		_, err = l.in.ReadFrom(from)
	}
	if err != nil {
		var c *websocket.CloseError
		if errors.As(err, &c) {
			return f, &closed{c.Code, c.Text}
		}
		return f, err
	}
	data := l.in.Bytes()
	if kind == websocket.BinaryMessage {
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return f, err
		}
		if data, err = io.ReadAll(io.LimitReader(z, mostFrame)); err != nil {
			return f, err
		}
	}
	return readFrame(data)
}

// follow handles frames until the connection ends.
func (l *line) follow(ctx context.Context, interval time.Duration) error {
	accepted := false
	for {
		f, err := l.read()
		if err != nil {
			return err
		}
		switch f.Op {
		case opHeartbeat:
			if err := l.heartbeat(); err != nil {
				return err
			}
		case opHeartbeatAck:
			l.beaten.Store(false)
		case opReconnect:
			l.hangUp(closeAgain)
			return errReconnect
		case opInvalidSession:
			if string(f.Data) != "true" {
				l.session.forget()
			}
			l.hangUp(closeAgain)
			return errInvalid
		case opDispatch:
			if err := l.dispatch(ctx, f); err != nil {
				return err
			}
			if !accepted && (f.Type == "READY" || f.Type == "RESUMED") {
				accepted = true
				l.up() //nolint:contextcheck // what it has delivered outlives the connection
			}
		}
		if accepted {
			// The heartbeats' answers are news enough; the watch over them is beat's.
			_ = l.conn.SetReadDeadline(l.a.clock.Now().Add(2*interval + greeting))
		}
	}
}

// dispatch handles an event in its turn. One that comes again after a resume was
// handled before.
func (l *line) dispatch(ctx context.Context, f frame) error {
	if f.Type == "READY" {
		var ready struct {
			Session string `json:"session_id"`
			Resume  string `json:"resume_gateway_url"`
		}
		if err := json.Unmarshal(f.Data, &ready); err != nil {
			return err
		}
		l.session.id, l.session.resume = ready.Session, ready.Resume
	} else if f.Seq != 0 && f.Seq <= l.session.seq.Load() {
		return nil
	}
	if f.Seq != 0 {
		l.session.seq.Store(f.Seq)
	}
	l.a.event(ctx, f.Type, f.Data)
	return nil
}

// gatewayAddress completes a gateway's address with the version and the encoding that
// we speak. Compression of the whole stream is not asked for, whoever put it there; a
// version that stands there is the operator's choice.
func gatewayAddress(base, version string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // the dialer tells
	}
	switch u.Scheme {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	}
	u.Path = strings.TrimRight(u.Path, "/") + "/"
	q := u.Query()
	if q.Get("v") == "" {
		q.Set("v", version)
	}
	q.Set("encoding", "json")
	q.Del("compress")
	u.RawQuery = q.Encode()
	return u.String()
}
