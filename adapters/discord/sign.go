package discord

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"greffier/bot"
)

// What a button, a menu or a form sends back fits in a hundred characters and was
// signed here, with a secret kept in the register: a version, what it is for, a
// code over the rest, and the call as it would stand in an address. A call that is
// too long is kept in the register, and its key stands there instead. It proves
// what was offered, not that it is still allowed: the core looks at every call
// anew, however old the button.

// The uses of an identifier; none passes for another.
const (
	useButton = 'b' // makes a call, answered apart
	usePage   = 'p' // makes a call whose answer takes the message's place
	useForm   = 'f' // a form that makes a call
	useOpen   = 'o' // opens a form that is kept half filled
	useDraft  = 'd' // a step of such a form
	useSend   = 's' // sends such a form as it stands
	useMenu   = 'm' // a menu whose values are identifiers themselves
)

const (
	idVersion = "1"
	maxID     = 100
	macLength = 12
	// again separates what only keeps two identifiers of a message apart.
	again = "!"
)

// signer signs and reads identifiers.
type signer struct {
	desk   *bot.Bot
	clock  bot.Clock
	secret []byte
	stamp  *bot.Stamp
	own    [32]byte // of this process alone: keys come from it
	mu     sync.Mutex
	stored map[string]bool // keys of calls known to be kept
}

// mostStored bounds what is remembered of what the register keeps.
const mostStored = 4096

func openSigner(ctx context.Context, desk *bot.Bot, clock bot.Clock) (*signer, error) {
	secret, err := desk.Secret(ctx, Platform)
	s := &signer{desk: desk, clock: clock, secret: secret, stamp: bot.NewStamp(secret), stored: map[string]bool{}}
	if err == nil {
		_, err = rand.Read(s.own[:])
	}
	return s, err
}

func (s *signer) mac(use rune, payload string) string {
	sum := s.stamp.Sum(string(use), payload)
	return base64.RawURLEncoding.EncodeToString(sum[:])[:macLength]
}

// seal makes the identifier of a payload.
func (s *signer) seal(use rune, payload string) string {
	return idVersion + string(use) + s.mac(use, payload) + payload
}

var errForged = errors.New("discord: this was not signed here")

// open reads an identifier.
func (s *signer) open(id string) (use rune, payload string, err error) {
	id, _, _ = strings.Cut(id, again)
	if len(id) < 2+macLength || id[:1] != idVersion {
		return 0, "", errForged
	}
	use, payload = rune(id[1]), id[2+macLength:]
	if !hmac.Equal([]byte(id[2:2+macLength]), []byte(s.mac(use, payload))) {
		return 0, "", errForged
	}
	return use, payload, nil
}

// keptCall is a call of a card too long for an identifier; cards may be pressed for as
// long as they hang. Private is one of a private answer, as they were once kept too.
type keptCall struct {
	Call    bot.Call  `json:"c"`
	Private bool      `json:"p,omitempty"`
	At      time.Time `json:"t"`
}

const (
	callKey     = "call/"
	draftKey    = "draft/"
	callLasts   = 30 * 24 * time.Hour
	draftLasts  = 24 * time.Hour
	keptSign    = "#"
	ownSign     = "*" // begins the key of what is kept for one person
	querySign   = "?"
	macAndFlags = 2 + macLength + 4 // and what keeps two apart
)

// call makes the identifier of a call.
func (s *signer) call(ctx context.Context, use rune, c bot.Call, private bool) (string, error) {
	args := url.Values{}
	for name, value := range c.Args {
		args.Set(name, value)
	}
	payload := strings.ReplaceAll(c.Command, " ", ".") + querySign + args.Encode()
	if len(payload) <= maxID-macAndFlags {
		return s.seal(use, payload), nil
	}
	data, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	key := base64.RawURLEncoding.EncodeToString(s.digest(data, private))
	if private {
		key = ownSign + key
	}
	s.mu.Lock()
	known := s.stored[key]
	s.mu.Unlock()
	if !known {
		if err := s.keepCall(ctx, key, c); err != nil {
			return "", err
		}
		s.mu.Lock()
		if len(s.stored) >= mostStored {
			clear(s.stored)
		}
		s.stored[key] = true
		s.mu.Unlock()
	}
	return s.seal(use, keptSign+key), nil
}

// digest tells one call from another in 16 bytes. That of a private answer cannot be
// found from what the call says: it is a key.
func (s *signer) digest(call []byte, private bool) []byte {
	h := sha256.New()
	if private {
		h = hmac.New(sha256.New, s.own[:])
	}
	h.Write(call)
	return h.Sum(nil)[:16]
}

func (s *signer) keepCall(ctx context.Context, key string, c bot.Call) error {
	if strings.HasPrefix(key, ownSign) {
		return s.keepOwn(ctx, callKey, key, c)
	}
	value, err := json.Marshal(keptCall{Call: c, At: s.clock.Now()})
	if err != nil {
		return err
	}
	return s.desk.Keep(ctx, Platform, map[string][]byte{callKey + key: value})
}

var errOld = errors.New("discord: this is no longer kept")

// callOf reads the call of a payload.
func (s *signer) callOf(ctx context.Context, payload string) (c bot.Call, err error) {
	if key, ok := strings.CutPrefix(payload, keptSign); ok && strings.HasPrefix(key, ownSign) {
		err = s.readOwn(ctx, callKey, key, &c)
		return c, err
	} else if ok {
		value, err := s.desk.Kept(ctx, Platform, callKey+key)
		if err != nil {
			return c, err
		}
		var kept keptCall
		if value == nil || json.Unmarshal(value, &kept) != nil {
			return c, errOld
		}
		return kept.Call, nil
	}
	command, query, ok := strings.Cut(payload, querySign)
	args, err := url.ParseQuery(query)
	if !ok || err != nil {
		return c, errForged
	}
	c = bot.Call{Command: strings.ReplaceAll(command, ".", " "), Args: map[string]string{}}
	for name, values := range args {
		c.Args[name] = values[0]
	}
	return c, nil
}

// prune removes what was kept for private answers and forms long ago.
func (s *signer) prune(ctx context.Context) error {
	all, err := s.desk.AllKept(ctx, Platform)
	if err != nil {
		return err
	}
	old := map[string][]byte{}
	now := s.clock.Now()
	for key, value := range all {
		var kept struct {
			Private bool      `json:"p"`
			At      time.Time `json:"t"`
		}
		isCall, isDraft := strings.HasPrefix(key, callKey), strings.HasPrefix(key, draftKey)
		if !isCall && !isDraft || json.Unmarshal(value, &kept) != nil {
			continue
		}
		if age := now.Sub(kept.At); isDraft && age > draftLasts || isCall && kept.Private && age > callLasts {
			old[key] = nil
		}
	}
	if len(old) == 0 {
		return nil
	}
	s.mu.Lock()
	clear(s.stored)
	s.mu.Unlock()
	return s.desk.Keep(ctx, Platform, old)
}
