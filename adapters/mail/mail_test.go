package mail_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"greffier/adapters/mail"
	"greffier/bot"
)

// postOffice is an SMTP server on a socket of this machine, which keeps what it
// takes. It answers DATA's end with the given words.
type postOffice struct {
	mu      sync.Mutex
	letters []string
	to      []string
	open    []net.Conn
	answer  string
	host    string
	port    int
}

func openPostOffice(t *testing.T, answer string) *postOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{answer: answer, host: "127.0.0.1", port: l.Addr().(*net.TCPAddr).Port}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.open = append(p.open, conn)
			p.mu.Unlock()
			serving.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, conn := range p.open { // a client that gave up may have left it open
			_ = conn.Close()
		}
		p.mu.Unlock()
		serving.Wait()
	})
	return p
}

// serve speaks RFC 5321 as far as one message needs.
func (p *postOffice) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 localhost ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(line[:min(4, len(line))]); verb {
		case "EHLO":
			say("250-localhost")
			say("250 8BITMIME")
		case "RCPT":
			p.mu.Lock()
			p.to = append(p.to, strings.TrimSpace(line))
			p.mu.Unlock()
			say("250 OK")
		case "DATA":
			say("354 go on")
			var letter strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				letter.WriteString(strings.TrimPrefix(line, "."))
			}
			p.mu.Lock()
			p.letters = append(p.letters, letter.String())
			p.mu.Unlock()
			say(p.answer)
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 OK")
		}
	}
}

func (p *postOffice) adapter() *mail.Adapter {
	return mail.New(mail.Options{
		Host: p.host, Port: p.port, TLS: "none", From: "Club <news@club.example.org>", Unsubscribe: "https://lists.example.org/leave",
	})
}

func letter() bot.Delivery {
	return bot.Delivery{
		Key: "post-abc-7", Place: bot.Place{Platform: "mail", Channel: "club@lists.example.org"},
		Message: bot.Message{
			Text:  "**Été au club**\nTyped \\*stars\\* stay\n<t:1772438400:D|Monday 2 March 2026>",
			Files: []bot.File{{Name: "n.md", Type: "text/markdown"}, {Name: "n.html", Type: "text/html; charset=utf-8", Data: []byte("<h1>Été au club</h1>")}},
		},
	}
}

// TestDeliver sends a letter through a real socket and reads it as a mail reader
// does.
func TestDeliver(t *testing.T) {
	p := openPostOffice(t, "250 taken")
	for range 2 { // tried again, as after an answer that was lost
		if ref, err := p.adapter().Deliver(t.Context(), letter()); err != nil || ref == "" {
			t.Fatal(ref, err)
		}
	}
	var ids []string
	for _, text := range p.letters {
		m, err := netmail.ReadMessage(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-ID"))
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != "Été au club" {
			t.Errorf("the subject is %q (%v)", subject, err)
		}
		for header, want := range map[string]string{
			"List-Unsubscribe": "<https://lists.example.org/leave>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"From": `"Club" <news@club.example.org>`, "To": "<club@lists.example.org>",
		} {
			if got := m.Header.Get(header); got != want {
				t.Errorf("%s is %q, want %q", header, got, want)
			}
		}
		parts := partsOf(t, m)
		if got := strings.ReplaceAll(parts["text/plain"], "\r\n", "\n"); got != "Été au club\nTyped *stars* stay\nMonday 2 March 2026\n" {
			t.Errorf("the text is %q", got)
		}
		if parts["text/html"] != "<h1>Été au club</h1>" {
			t.Errorf("the page is %q", parts["text/html"])
		}
	}
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] != "<post-abc-7@club.example.org>" {
		t.Errorf("the same message has the identifiers %q", ids)
	}
	if len(p.to) != 2 || !strings.Contains(p.to[0], "<club@lists.example.org>") {
		t.Errorf("it went to %q", p.to)
	}
}

func partsOf(t *testing.T, m *netmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		parts[kind] = string(body)
	}
}

// TestRefused: what the server refuses for good is not tried again; what it puts
// off is, and so is a server that is not there.
func TestRefused(t *testing.T) {
	if _, err := openPostOffice(t, "550 no such list").adapter().Deliver(t.Context(), letter()); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("refused for good: %v", err)
	}
	if _, err := openPostOffice(t, "451 later").adapter().Deliver(t.Context(), letter()); err == nil || errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("put off: %v", err)
	}
	nobody := mail.New(mail.Options{Host: "127.0.0.1", Port: 1, TLS: "none", From: "a@b.example", Unsubscribe: "leave@b.example"})
	if _, err := nobody.Deliver(t.Context(), letter()); err == nil || errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("nobody there: %v", err)
	}
	secret := mail.New(mail.Options{Host: "127.0.0.1", Port: openPostOffice(t, "250 taken").port, From: "a@b.example", Unsubscribe: "leave@b.example"})
	if _, err := secret.Deliver(t.Context(), letter()); err == nil {
		t.Error("a server without STARTTLS got the letter in the clear")
	}
	direct := letter()
	direct.Place = bot.Place{Platform: "mail", Direct: true}
	if _, err := nobody.Deliver(t.Context(), direct); !errors.Is(err, bot.ErrUndeliverable) {
		t.Errorf("to one person: %v", err)
	}
}
