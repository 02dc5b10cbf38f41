package discord

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"
)

// What is kept for one person, a form half filled in or a call of a private answer, may
// be a secret ballot that is not cast yet. Its name and its cipher come from a key that
// stands in an identifier on that person's screen and nowhere in the register; its
// length is rounded, and its date is a day. So who reads the register, or a copy of it,
// learns neither what it says nor whose it is.

// keptOwn is that in the register. At is the end of the day.
type keptOwn struct {
	Private bool      `json:"p"`
	At      time.Time `json:"t"`
	Sealed  []byte    `json:"s"`
}

// ownLength is what lengths are rounded up to, in bytes.
const ownLength = 512

// ownLock is the name and the cipher of a key, for calls or for forms.
func (s *signer) ownLock(kind, key string) (name string, lock cipher.AEAD, err error) {
	derived, err := hkdf.Key(sha256.New, []byte(key), s.secret, "greffier discord "+kind, 16+32)
	if err != nil {
		return "", nil, err
	}
	block, err := aes.NewCipher(derived[16:])
	if err != nil {
		return "", nil, err
	}
	lock, err = cipher.NewGCMWithRandomNonce(block)
	return kind + base64.RawURLEncoding.EncodeToString(derived[:16]), lock, err
}

// keepOwn keeps a value under a key, in place of the one before. It blocks until it is
// durable.
func (s *signer) keepOwn(ctx context.Context, kind, key string, value any) error {
	name, lock, err := s.ownLock(kind, key)
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	data = append(data, bytes.Repeat([]byte(" "), ownLength-1-(len(data)-1)%ownLength)...)
	day := 24 * time.Hour
	kept, err := json.Marshal(keptOwn{true, s.clock.Now().UTC().Truncate(day).Add(day), lock.Seal(nil, nil, data, nil)})
	if err != nil {
		return err
	}
	return s.desk.Keep(ctx, Platform, map[string][]byte{name: kept})
}

// readOwn reads the value of a key; errOld is that there is none any more.
func (s *signer) readOwn(ctx context.Context, kind, key string, into any) error {
	name, lock, err := s.ownLock(kind, key)
	if err != nil {
		return err
	}
	value, err := s.desk.Kept(ctx, Platform, name)
	if err != nil {
		return err
	}
	var kept keptOwn
	if value == nil || json.Unmarshal(value, &kept) != nil {
		return errOld
	}
	data, err := lock.Open(nil, nil, kept.Sealed, nil)
	if err != nil || json.Unmarshal(data, into) != nil {
		return errOld
	}
	return nil
}

// dropOwn removes the value of a key.
func (s *signer) dropOwn(ctx context.Context, kind, key string) error {
	name, _, err := s.ownLock(kind, key)
	if err != nil {
		return err
	}
	return s.desk.Keep(ctx, Platform, map[string][]byte{name: nil})
}
