package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"greffier/store"
)

// What follows is the little that an adapter keeps in the register, which it
// does not see: the secret it signs with, who it has seen come. It is outside
// the journal and outside exports.

func keepKey(platform, key string) []byte { return store.K("kept", platform, key) }

// Keep stores values of an adapter under its own keys, all of them or none; nil
// removes. It blocks until they are durable.
func (b *Bot) Keep(ctx context.Context, platform string, values map[string][]byte) error {
	return b.store.Update(ctx, func(tx store.Tx) error {
		for key, value := range values {
			if value == nil {
				tx.Delete(keepKey(platform, key))
				continue
			}
			tx.Put(keepKey(platform, key), value)
		}
		return nil
	})
}

// Kept reads what an adapter keeps under one key, or nil.
func (b *Bot) Kept(ctx context.Context, platform, key string) (value []byte, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		value = bytes.Clone(tx.Get(keepKey(platform, key)))
		return nil
	})
	return value, err
}

// secretKey is the key under which an adapter's secret is kept.
const secretKey = "secret"

// Secret is the secret that an adapter signs with: 32 bytes, made at the first
// call and the same ever after. It is never one that a test could foresee.
func (b *Bot) Secret(ctx context.Context, platform string) ([]byte, error) {
	secret, err := b.Kept(ctx, platform, secretKey)
	if err != nil || len(secret) == 32 {
		return secret, err
	}
	secret = make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("bot: random source: %w", err)
	}
	return secret, b.Keep(ctx, platform, map[string][]byte{secretKey: secret})
}

// AllKept reads everything that an adapter keeps.
func (b *Bot) AllKept(ctx context.Context, platform string) (values map[string][]byte, err error) {
	err = b.store.View(ctx, func(tx store.Tx) error {
		values = map[string][]byte{}
		for id, value := range tx.Scan(store.Prefix(store.K("kept", platform))) {
			var table, of, key string
			if err := store.ParseKey(id, &table, &of, &key); err != nil {
				return err
			}
			values[key] = bytes.Clone(value)
		}
		return nil
	})
	return values, err
}

// Resume says that a platform is back after a time away: what was put off is
// due now.
func (b *Bot) Resume(ctx context.Context) error {
	err := b.store.Update(ctx, func(tx store.Tx) error {
		late := map[string]Post{}
		for id, p := range outbox.Prefix(tx, nil) {
			if !p.NotBefore.IsZero() {
				p.NotBefore, p.Tries = time.Time{}, 0
				late[string(id)] = p
			}
		}
		for id, p := range late {
			outbox.Put(tx, []byte(id), p)
		}
		return nil
	})
	b.wake()
	return err
}
