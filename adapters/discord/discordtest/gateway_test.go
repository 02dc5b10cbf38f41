package discordtest_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"greffier/adapters/discord/discordtest"
)

// A session begins with hello, identify, ready and the guilds; heartbeats are
// acknowledged, events are numbered.
func TestGatewayBegins(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Heartbeat: 30 * time.Second})
	g := s.Guild()
	got := ask(t, s, "GET", "/gateway/bot", nil)
	if got.body["url"] != s.Gateway || got.body["shards"] != 1.0 || got.body["session_start_limit"].(obj)["remaining"] != 1000.0 {
		t.Errorf("GET /gateway/bot: %v", got)
	}
	w := dial(t, s, "")
	if hello := w.next(); hello.Op != 10 || !strings.Contains(string(hello.D), `"heartbeat_interval":30000`) {
		t.Errorf("hello is %d %s", hello.Op, hello.D)
	}
	w.say(1, nil)
	if ack := w.next(); ack.Op != 11 {
		t.Errorf("a heartbeat is answered with %d", ack.Op)
	}
	w.say(2, identity(s, usualIntents))
	if ready := w.next(); ready.T != "READY" || ready.S != 1 || !strings.Contains(string(ready.D), `"unavailable":true`) {
		t.Errorf("ready is %s %d %s", ready.T, ready.S, ready.D)
	}
	var guild struct {
		ID          string
		Members     []any
		MemberCount int `json:"member_count"`
		Channels    []any
	}
	create := w.next()
	if err := json.Unmarshal(create.D, &guild); err != nil || create.S != 2 || guild.ID != g.ID || len(guild.Members) != 1 || guild.MemberCount != 2 || len(guild.Channels) != 1 {
		t.Errorf("guild is %d %+v", create.S, guild)
	}
	s.AskHeartbeat()
	if f := w.next(); f.Op != 1 {
		t.Errorf("op %d, not a request for a heartbeat", f.Op)
	}
	if left := ask(t, s, "GET", "/gateway/bot", nil).body["session_start_limit"].(obj)["remaining"]; left != 999.0 {
		t.Errorf("%v sessions left", left)
	}
}

// What a client must not send closes the connection with the documented code.
func TestGatewayCloseCodes(t *testing.T) {
	s := quiet(t, discordtest.Options{Refused: discordtest.MessageContent, GuildsPerShard: 2})
	for range 5 {
		s.AddGuild("Guild")
		time.Sleep(2 * time.Millisecond) // identifiers count milliseconds, and shards are told by them
	}
	with := func(key string, v any) obj {
		d := identity(s, 1)
		d["shard"] = []int{0, 64}
		if key != "" {
			d[key] = v
		}
		return d
	}
	for _, c := range []struct {
		name  string
		query string
		op    int
		d     any
		code  int
	}{
		{"opcode", "", 99, nil, 4003},
		{"before identify", "", 8, obj{}, 4003},
		{"payload", "", 2, "text", 4002},
		{"too large", "", 1, strings.Repeat("x", 5000), 4002},
		{"token", "", 2, with("token", "wrong"), 4004},
		{"intents", "", 2, with("intents", 1<<18), 4013},
		{"privileged intents", "", 2, with("intents", 1<<15), 4014},
		{"shard", "", 2, with("shard", []int{8, 8}), 4010},
		{"sharding", "", 2, with("shard", []int{0, 1}), 4011},
		{"version", "?v=5", 1, nil, 4012},
		{"resume with a wrong token", "", 6, obj{"token": "wrong", "session_id": "x", "seq": 1}, 4004},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := dial(t, s, c.query)
			if c.query == "" {
				w.next()
			}
			w.say(c.op, c.d)
			if code := w.closed(); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
		})
	}
	for _, c := range []struct {
		op   int
		d    any
		code int
	}{{99, nil, 4001}, {2, with("", nil), 4005}, {8, obj{"guild_id": "1"}, 4002}} {
		w := dial(t, s, "")
		w.next()
		w.say(2, with("", nil))
		w.until("READY", 0)
		w.say(c.op, c.d)
		if code := w.closed(); code != c.code {
			t.Errorf("op %d closed with %d, want %d", c.op, code, c.code)
		}
	}
	if n := len(s.TakeViolations()); n < 10 {
		t.Errorf("%d violations were noted", n)
	}
}

// A client may send 120 events a minute.
func TestGatewaySendLimit(t *testing.T) {
	s := quiet(t, discordtest.Options{})
	w := dial(t, s, "")
	for range 121 {
		w.say(1, nil)
	}
	if code := w.closed(); code != 4008 {
		t.Errorf("closed with %d", code)
	}
}

// A session goes on after its connection broke: what was missed comes in order, then
// RESUMED.
func TestGatewayResume(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	alice, general := s.Member("alice"), s.Guild().Channel("general").ID
	w, session := enter(t, s, usualIntents)
	seq := w.until("GUILD_CREATE", 0).S
	s.Drop()
	for i := range 3 {
		if _, err := alice.Say(general, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	w = resume(t, s, session, seq)
	for i := range 3 {
		f := w.next()
		if f.T != "MESSAGE_CREATE" || f.S != seq+int64(i)+1 || !strings.Contains(string(f.D), fmt.Sprintf(`"content":"%d"`, i)) {
			t.Errorf("replayed %s %d %s", f.T, f.S, f.D)
		}
	}
	if f := w.next(); f.T != "RESUMED" || f.S != seq+4 {
		t.Errorf("after the replay: %s %d", f.T, f.S)
	}

	s.ReconnectOnResume()
	w = resume(t, s, session, seq+4)
	if f := w.next(); f.Op != 7 {
		t.Errorf("the first frame after the resume is op %d", f.Op)
	}
	w = resume(t, s, session, seq+4)
	w.until("RESUMED", 0)
	s.InvalidOnResume()
	w = resume(t, s, session, seq+5)
	if f := w.next(); f.Op != 9 || string(f.D) != "true" {
		t.Errorf("op %d %s, not an invalid session that can be resumed", f.Op, f.D)
	}
	resume(t, s, session, seq+5).until("RESUMED", 0)
}

// Sessions end: by op 9, by being closed normally, by time.
func TestGatewaySessionsEnd(t *testing.T) {
	s := quiet(t, discordtest.Options{})
	invalid := func(w socket) {
		t.Helper()
		if f := w.until("", 9); string(f.D) != "false" {
			t.Errorf("op 9 with %s", f.D)
		}
	}
	invalid(resume(t, s, "unknown", 1))

	w, session := enter(t, s, usualIntents)
	s.InvalidSession(false)
	invalid(w)
	invalid(resume(t, s, session, 1))
	w.say(2, identity(s, usualIntents)) // on the same connection
	w.until("READY", 0)

	w, session = enter(t, s, usualIntents)
	s.InvalidSession(true)
	if f := w.until("", 9); string(f.D) != "true" {
		t.Errorf("op 9 with %s", f.D)
	}
	resume(t, s, session, 1).until("RESUMED", 0)

	w, session = enter(t, s, usualIntents)
	check(t, w.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second)))
	w.closed()
	invalid(resume(t, s, session, 1))

	w, session = enter(t, s, usualIntents)
	s.CloseWith(4000)
	if code := w.closed(); code != 4000 {
		t.Errorf("closed with %d", code)
	}
	if code := resume(t, s, session, 1000).closed(); code != 4007 {
		t.Errorf("a wrong seq is closed with %d", code)
	}
	s.Until(within(t), func() bool { return s.Connected() == 0 })
	s.ForgetSessions()
	invalid(resume(t, s, session, 1))
}

// A zombie connection is open and silent, and nothing of the session is lost.
func TestGatewayZombie(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	alice, general := s.Member("alice"), s.Guild().Channel("general").ID
	w, session := enter(t, s, usualIntents)
	seq := w.until("GUILD_CREATE", 0).S
	s.Zombie()
	w.say(1, seq)
	if _, err := alice.Say(general, "hello"); err != nil {
		t.Fatal(err)
	}
	check(t, w.SetReadDeadline(time.Now().Add(200*time.Millisecond)))
	if _, text, err := w.ReadMessage(); err == nil || websocket.IsUnexpectedCloseError(err) {
		t.Errorf("a zombie says %s %v", text, err)
	}
	resume(t, s, session, seq).until("MESSAGE_CREATE", 0)
}

// An identify sooner than allowed is answered with op 9.
func TestGatewayIdentifyTooSoon(t *testing.T) {
	s := quiet(t, discordtest.Options{IdentifyEvery: time.Minute})
	enter(t, s, 1)
	w := dial(t, s, "")
	w.next()
	w.say(2, identity(s, 1))
	if f := w.next(); f.Op != 9 || string(f.D) != "false" {
		t.Errorf("op %d %s", f.Op, f.D)
	}
}

// Compression is as the client asks: none, of large payloads, or of the transport.
func TestGatewayCompression(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	s.Guild()
	read := func(w socket) (kind int, b []byte) {
		t.Helper()
		check(t, w.SetReadDeadline(time.Now().Add(5*time.Second)))
		kind, b, err := w.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		return kind, b
	}
	w := dial(t, s, "")
	w.next()
	d := identity(s, usualIntents)
	d["compress"] = true
	w.say(2, d)
	for range 2 {
		kind, b := read(w)
		if kind == websocket.BinaryMessage {
			z, err := zlib.NewReader(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if b, err = io.ReadAll(z); err != nil || !bytes.Contains(b, []byte("GUILD_CREATE")) {
				t.Errorf("compressed %s %v", b, err)
			}
		} else if bytes.Contains(b, []byte("GUILD_CREATE")) {
			t.Error("a large payload is not compressed")
		}
	}

	w = dial(t, s, "?v=10&encoding=json&compress=zlib-stream")
	pipe, in := io.Pipe()
	go func() {
		w.say(2, d)
		for range 3 {
			_, b := read(w)
			if !bytes.HasSuffix(b, []byte{0, 0, 0xff, 0xff}) {
				t.Error("no Z_SYNC_FLUSH at the end")
			}
			_, _ = in.Write(b) // the reader tells
		}
	}()
	z, err := zlib.NewReader(pipe)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(z)
	for _, want := range []string{"", "READY", "GUILD_CREATE"} {
		var f frame
		if err := dec.Decode(&f); err != nil || f.T != want {
			t.Errorf("%q %v, want %q", f.T, err, want)
		}
	}
}
