package bot

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// Stamp makes codes over texts with a secret (HMAC with SHA-256, RFC 2104), by which
// an adapter knows again what it signed. It may be used concurrently, and makes ready
// for the secret once, where hmac.New would for every text.
type Stamp struct {
	secret []byte
	idle   sync.Pool // of *stamping
}

type stamping struct {
	mac  hash.Hash
	text []byte
}

// NewStamp makes codes with a secret, which it keeps.
func NewStamp(secret []byte) *Stamp { return &Stamp{secret: secret} }

// Sum is the code over texts one after the other.
func (s *Stamp) Sum(texts ...string) (code [sha256.Size]byte) {
	at, ok := s.idle.Get().(*stamping)
	if !ok {
		at = &stamping{mac: hmac.New(sha256.New, s.secret)}
	}
	at.mac.Reset()
	at.text = at.text[:0]
	for _, t := range texts {
		at.text = append(at.text, t...)
	}
	at.mac.Write(at.text)
	at.mac.Sum(code[:0])
	s.idle.Put(at)
	return code
}
