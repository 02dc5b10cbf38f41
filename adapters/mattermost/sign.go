package mattermost

import (
	"context"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
)

// What a button or a form sends back was signed here, with a secret kept in the
// register: nobody else can make one, and one made for a person or a channel is
// good for no other. It proves what was offered, not that it is still allowed:
// the core looks at every call anew.

// ticket is what is signed.
type ticket struct {
	// Call is what pressing or submitting makes; Calls the choices of a menu.
	Call  bot.Call            `json:"c,omitzero"`
	Calls map[string]bot.Call `json:"m,omitempty"`
	// Channel is where it was offered to everybody, or Who to whom alone.
	Channel string `json:"p,omitempty"`
	Who     string `json:"u,omitempty"`
	// Direct says that a form's channel is the private conversation with the bot.
	Direct bool `json:"d,omitempty"`
	// Fields and ID are a form's: what it asks, and the number of its showing.
	Fields []string `json:"f,omitempty"`
	ID     string   `json:"i,omitempty"`
	// Use tells buttons from forms, so that neither passes for the other.
	Use string `json:"t"`
	// Expires is when it stops counting, in Unix seconds; 0 never: the card of an
	// old vote says so itself when it is pressed.
	Expires int64 `json:"x,omitempty"`
}

const (
	forButton = "b"
	forForm   = "f"
)

// signer signs and checks tickets.
type signer struct {
	stamp *bot.Stamp
	clock bot.Clock
}

// openSigner reads the secret from the register, or makes it.
func openSigner(ctx context.Context, desk *bot.Bot, clock bot.Clock) (*signer, error) {
	secret, err := desk.Secret(ctx, Platform)
	return &signer{bot.NewStamp(secret), clock}, err
}

func (s *signer) mac(payload string) []byte {
	sum := s.stamp.Sum(payload)
	return sum[:]
}

// sign makes the text of a ticket.
func (s *signer) sign(t ticket) string {
	data, err := json.Marshal(t)
	if err != nil {
		panic(fmt.Sprintf("mattermost: ticket: %v", err)) // our own types always encode
	}
	payload := base64.RawURLEncoding.EncodeToString(data)
	return payload + "." + base64.RawURLEncoding.EncodeToString(s.mac(payload))
}

var errForged = errors.New("mattermost: this was not signed here, or not for this")

// check reads a ticket for one use.
func (s *signer) check(signed, use string) (t ticket, err error) {
	payload, sum, ok := strings.Cut(signed, ".")
	mac, err := base64.RawURLEncoding.DecodeString(sum)
	if !ok || err != nil || !hmac.Equal(mac, s.mac(payload)) {
		return t, errForged
	}
	data, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(data, &t) != nil || t.Use != use {
		return t, errForged
	}
	if t.Expires != 0 && s.clock.Now().Unix() > t.Expires {
		return t, errForged
	}
	return t, nil
}

// trigger is what the server signs for each press and each command: who acted
// and when. model.GenerateTriggerId writes it: base64 of "ID:USER:MILLIS:SIGNATURE",
// the ECDSA signature of what precedes it, whose public key is in the server's
// public configuration.
type trigger struct {
	id, user string
}

// triggerAge is how old a trigger may be: the server makes it as it calls us.
// Clocks may differ by as much.
const triggerAge = 10 * time.Minute

var errTrigger = errors.New("mattermost: the trigger was not made by the server for this person now")

// readTrigger checks that the server says that this person acted now.
func (a *Adapter) readTrigger(text, user string) (trigger, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return trigger{}, errTrigger
	}
	data, signature, ok := cutLast(string(raw), ":")
	parts := strings.Split(data, ":")
	if !ok || len(parts) != 3 || parts[1] != user {
		return trigger{}, errTrigger
	}
	t := trigger{id: parts[0], user: parts[1]}
	millis, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return trigger{}, errTrigger
	}
	if age := a.clock.Now().Sub(time.UnixMilli(millis)); age > triggerAge || age < -triggerAge {
		return trigger{}, errTrigger
	}
	s := a.own()
	if s == nil || s.signedBy == nil {
		return t, nil // a server that publishes no key: the tokens must do
	}
	der, err := base64.StdEncoding.DecodeString(signature)
	sum := sha256.Sum256([]byte(data + ":"))
	if err != nil || !ecdsa.VerifyASN1(s.signedBy, sum[:], der) {
		return trigger{}, errTrigger
	}
	return t, nil
}

// cutLast cuts s around the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}
