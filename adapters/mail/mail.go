// Package mail delivers what is said in a channel to a mailing list, by SMTP, so
// that members who are not in the chat still follow. Nobody speaks from there: it
// hears nothing, writes to nobody in private, and redraws nothing.
package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"greffier/bot"
)

// Platform is the adapter's name in charters.
const Platform = "mail"

// patience is how long one message may take on the network.
const patience = 30 * time.Second

// Options say through which server to send, and what the messages say of
// themselves.
type Options struct {
	Host string
	// Port is 587 when it is 0.
	Port int
	// TLS is starttls, implicit or none.
	TLS                string
	Username, Password string
	// From is the sender, Unsubscribe how to leave the list: an address of the web or
	// of e-mail.
	From, Unsubscribe string
}

// Adapter implements bot.Adapter over SMTP. Its methods may be called concurrently.
type Adapter struct{ o Options }

// New makes an adapter; it connects for each message, which are few.
func New(o Options) *Adapter {
	if o.Port == 0 {
		o.Port = 587
	}
	return &Adapter{o}
}

// Run waits for ctx to end: nothing comes in by e-mail.
func (a *Adapter) Run(ctx context.Context, _ *bot.Bot) error {
	<-ctx.Done()
	return nil
}

// Deliver sends one message to the list whose address is the place's channel. Its
// first line is the subject; a file of HTML stands beside the text as the same
// thing said in that form. A message that is tried again keeps its Message-ID, by
// which lists and readers recognise it. What has been sent is never sent again in
// a newer state.
func (a *Adapter) Deliver(ctx context.Context, d bot.Delivery) (string, error) {
	if d.Replace != "" {
		return d.Replace, nil
	}
	if d.Place.Direct || d.Place.Channel == "" {
		return "", fmt.Errorf("%w: e-mail goes to lists only", bot.ErrUndeliverable)
	}
	m, err := a.message(d)
	if err != nil {
		return "", fmt.Errorf("%w: %w", bot.ErrUndeliverable, err)
	}
	client, err := mail.NewClient(a.o.Host, a.options()...)
	if err != nil {
		return "", fmt.Errorf("%w: mail: %w", bot.ErrUndeliverable, err)
	}
	err = client.DialAndSendWithContext(ctx, m)
	var refused *mail.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return "", fmt.Errorf("%w: %w", bot.ErrUndeliverable, err)
	}
	if err != nil {
		return "", fmt.Errorf("mail: %w", err)
	}
	return d.Key, nil
}

func (a *Adapter) options() []mail.Option {
	all := []mail.Option{mail.WithPort(a.o.Port), mail.WithTimeout(patience)}
	switch a.o.TLS {
	case "none":
		all = append(all, mail.WithTLSPolicy(mail.NoTLS))
	case "implicit":
		all = append(all, mail.WithSSL())
	default:
		all = append(all, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if a.o.Username != "" {
		all = append(all, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(a.o.Username), mail.WithPassword(a.o.Password))
	}
	return all
}

// message writes the e-mail of a delivery.
func (a *Adapter) message(d bot.Delivery) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := errors.Join(m.From(a.o.From), m.To(d.Place.Channel)); err != nil {
		return nil, err
	}
	text := plain(d.Message)
	subject, _, _ := strings.Cut(text, "\n")
	m.Subject(subject)
	m.SetDate()
	m.SetBulk()
	at := a.o.Host
	if from := m.GetFrom(); len(from) == 1 {
		at = from[0].Address[strings.LastIndexByte(from[0].Address, '@')+1:]
	}
	m.SetMessageIDWithValue(d.Key + "@" + at)
	m.SetGenHeader(mail.HeaderListUnsubscribe, "<"+unsubscribe(a.o.Unsubscribe)+">")
	if strings.HasPrefix(a.o.Unsubscribe, "https://") {
		m.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(mail.TypeTextPlain, text+"\n")
	for _, f := range d.Message.Files {
		if strings.HasPrefix(f.Type, "text/html") {
			m.AddAlternativeString(mail.TypeTextHTML, string(f.Data))
		}
	}
	return m, nil
}

// unsubscribe makes an address of e-mail one that can be followed.
func unsubscribe(address string) string {
	if strings.Contains(address, "://") || strings.HasPrefix(address, "mailto:") {
		return address
	}
	return "mailto:" + address
}

// plain writes a message for readers of plain text.
func plain(m bot.Message) string {
	parts := []string{unmarked(m.Text)}
	if m.Card != nil {
		parts = append(parts, unmarked(m.Card.Title), unmarked(m.Card.Body))
		for _, f := range m.Card.Fields {
			parts = append(parts, unmarked(f.Label)+": "+unmarked(f.Value))
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// unmarked takes the signs for bold out of what nobody typed.
func unmarked(m bot.Markup) string {
	return bot.Markup(strings.ReplaceAll(string(m), "**", "")).For(bot.PlainDialect())
}
