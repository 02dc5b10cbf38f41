package discordtest

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxPayload  = 4096 // bytes a client may send at once
	maxSends    = 120  // events a client may send in a minute
	compressAt  = 1024 // bytes from which a payload is compressed when asked
	closePeriod = 2 * time.Second
)

// conn is one connection of the gateway. What it is to send waits in a queue that
// one goroutine writes, so that nobody waits for a slow client.
type conn struct {
	s       *Server
	ws      *websocket.Conn
	version int

	mu      sync.Mutex
	queue   []frame
	more    *sync.Cond
	ended   bool // nothing is sent after what is queued
	code    int  // with which the connection is closed then
	reason  string
	zombie  bool // neither answers nor sends
	payload bool // compresses large payloads
	zlib    *zlib.Writer
	buffer  bytes.Buffer
	session *session

	sends []time.Time // of the client, in the last minute
	done  chan struct{}
}

// frame is a payload that is ready to be sent.
type frame struct {
	seq  int64 // 0 when it has none
	text []byte
}

func newConn(s *Server, ws *websocket.Conn) *conn {
	c := &conn{s: s, ws: ws, done: make(chan struct{})}
	c.more = sync.NewCond(&c.mu)
	return c
}

// stream compresses the transport, with one context for the whole connection.
func (c *conn) stream() { c.zlib = zlib.NewWriter(&c.buffer) }

// run serves the connection until it ends.
func (c *conn) run() {
	// The session has ended, or waits, before the client reads the answer to its close.
	answer := c.ws.CloseHandler()
	c.ws.SetCloseHandler(func(code int, text string) error {
		c.s.gw.detach(c, code)
		return answer(code, text)
	})
	go c.write()
	c.send(payload(opHello, obj{"heartbeat_interval": c.s.gw.heartbeat().Milliseconds(), "_trace": []string{`["discordtest",{"micros":0.0}]`}}))
	code := c.read()
	c.s.gw.detach(c, code)
	c.drop()
	<-c.done
}

// payload encodes a payload that is no dispatch.
func payload(op int, d any) frame {
	text, err := json.Marshal(obj{"op": op, "d": d, "s": nil, "t": nil})
	if err != nil {
		panic(err) // all that is sent is our own
	}
	return frame{text: text}
}

func (c *conn) send(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	c.queue = append(c.queue, f)
	c.more.Signal()
}

// end closes the connection with a code once all that is queued was sent.
func (c *conn) end(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended, c.code, c.reason = true, code, reason
		c.more.Signal()
	}
}

// drop ends the connection at once and says nothing.
func (c *conn) drop() {
	c.mu.Lock()
	c.ended, c.queue = true, nil
	c.more.Signal()
	c.mu.Unlock()
	_ = c.ws.Close() // it may be closed already
}

// write sends what is queued.
func (c *conn) write() {
	defer close(c.done)
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.ended {
			c.more.Wait()
		}
		batch, ended, zombie := c.queue, c.ended, c.zombie
		c.queue = nil
		c.mu.Unlock()
		for _, f := range batch {
			if zombie {
				break
			}
			if err := c.emit(f.text); err != nil {
				_ = c.ws.Close() // the reader notices
				return
			}
		}
		if ended && len(batch) == 0 {
			c.finish()
			return
		}
	}
}

// finish closes the connection with its code. The reader sees the client's answer,
// or that none came.
func (c *conn) finish() {
	c.mu.Lock()
	code, reason := c.code, c.reason
	c.mu.Unlock()
	if code == 0 {
		_ = c.ws.Close() // dropped
		return
	}
	until := c.s.wall.Now().Add(closePeriod)
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), until)
	_ = c.ws.SetReadDeadline(until)
}

func (c *conn) emit(text []byte) error {
	_ = c.ws.SetWriteDeadline(c.s.wall.Now().Add(time.Minute))
	switch {
	case c.zlib != nil:
		c.buffer.Reset()
		if _, err := c.zlib.Write(text); err != nil {
			return err
		}
		if err := c.zlib.Flush(); err != nil {
			return err
		}
		return c.ws.WriteMessage(websocket.BinaryMessage, c.buffer.Bytes())
	case c.compresses() && len(text) >= compressAt:
		return c.ws.WriteMessage(websocket.BinaryMessage, deflate(text))
	}
	return c.ws.WriteMessage(websocket.TextMessage, text)
}

func (c *conn) compresses() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.payload
}

// deflate compresses one payload in a context of its own.
func deflate(text []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, flate.BestSpeed)
	_, _ = w.Write(text) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// read takes what the client sends until the connection ends, and returns the code
// with which the client closed it, 0 if it just went.
func (c *conn) read() int {
	patience := c.s.gw.heartbeat()*3/2 + time.Second
	for {
		_ = c.ws.SetReadDeadline(c.s.wall.Now().Add(patience))
		_, text, err := c.ws.ReadMessage()
		if err != nil {
			var closed *websocket.CloseError
			if errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure {
				return closed.Code
			}
			return 0
		}
		c.mu.Lock()
		zombie, ended := c.zombie, c.ended
		c.mu.Unlock()
		if zombie || ended {
			continue
		}
		if code, reason := c.take(text); code != 0 {
			if code != closeUnknown {
				c.s.notes.violate("gateway: closed with %d %s on %s", code, reason, short(hideToken(text, c.s.Token)))
			}
			c.end(code, reason)
		}
	}
}

func hideToken(text []byte, token string) []byte {
	return bytes.ReplaceAll(text, []byte(token), []byte("<token>"))
}

// take does what the client asks for, and returns the code to close with if it must
// not ask that.
func (c *conn) take(text []byte) (code int, reason string) {
	if len(text) > maxPayload {
		return closeDecode, "Error while decoding payload: it is larger than " + strconv.Itoa(maxPayload)
	}
	now := c.s.wall.Now()
	for len(c.sends) > 0 && now.Sub(c.sends[0]) > time.Minute {
		c.sends = c.sends[1:]
	}
	if c.sends = append(c.sends, now); len(c.sends) > maxSends {
		return closeRate, "Rate limited."
	}
	var p struct {
		Op *int            `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if json.Unmarshal(text, &p) != nil || p.Op == nil {
		return closeDecode, "Error while decoding payload."
	}
	switch *p.Op {
	case opHeartbeat:
		return c.beat(p.D)
	case opIdentify:
		return c.s.gw.identify(c, p.D)
	case opResume:
		return c.s.gw.resume(c, p.D)
	}
	c.mu.Lock()
	session := c.session
	c.mu.Unlock()
	switch {
	case session == nil:
		return closeNotAuthenticated, "Not authenticated."
	case *p.Op == opRequestMembers:
		return c.s.gw.requestMembers(session, p.D)
	case *p.Op == opPresence, *p.Op == opVoice:
		return 0, "" // nobody looks at the bot's presence here
	}
	return closeOpcode, "Unknown opcode."
}

// beat acknowledges a heartbeat.
func (c *conn) beat(d json.RawMessage) (code int, reason string) {
	var seq *int64
	if json.Unmarshal(d, &seq) != nil {
		return closeDecode, "Error while decoding payload."
	}
	c.send(frame{text: []byte(`{"op":11,"d":null,"s":null,"t":null}`)})
	return 0, ""
}
