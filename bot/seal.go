package bot

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"greffier/store"
)

// An installation has a key of its own, which is kept beside the register and
// not in it, so that no copy of the register can sign or read what is sealed.

// Sign signs a message with the key of the installation (Ed25519, RFC 8032).
func (c *Ctx) Sign(message []byte) []byte { return ed25519.Sign(c.bot.key, message) }

// PublicKey is what anybody checks the signatures of the installation with.
func (c *Ctx) PublicKey() ed25519.PublicKey { return c.bot.PublicKey() }

// PublicKey is what anybody checks the signatures of the installation with.
func (b *Bot) PublicKey() ed25519.PublicKey { return b.key.Public().(ed25519.PublicKey) }

// Derive makes n secret bytes for a purpose out of the key of the installation and
// a salt (HKDF with SHA-256, RFC 5869): who has the salt alone cannot make them.
func (c *Ctx) Derive(salt []byte, purpose string, n int) []byte {
	secret, err := hkdf.Key(sha256.New, c.bot.key.Seed(), salt, "greffier "+purpose, n)
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("bot: %w", err)})
	}
	return secret
}

// KeyName is a public key in short, for people to tell one from another.
func KeyName(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// keyOf is the key of an installation; without a seed it is a new one, for a
// register that lives no longer than the process.
func keyOf(seed []byte) (ed25519.PrivateKey, error) {
	switch len(seed) {
	case ed25519.SeedSize:
	case 0:
		seed = make([]byte, ed25519.SeedSize)
		if _, err := rand.Read(seed); err != nil {
			return nil, fmt.Errorf("bot: random source: %w", err)
		}
	default:
		return nil, fmt.Errorf("bot: the key has %d bytes, not %d", len(seed), ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
