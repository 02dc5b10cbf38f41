package votes

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// While a secret vote is open, each ballot lies under
//
//	HMAC-SHA256(naming key, number of the voice), first 16 bytes
//
// so that a member can change theirs, closed with AES-256-GCM under the sealing
// key and filled up so that all ballots of a vote are equally long. Both keys are
// made of the installation's key, which is not in the register, and of a salt that
// is, until the close: a copy of the register, made meanwhile, tells neither what
// was voted nor by whom. At the close the salt is destroyed and the ballots are
// laid open in the order of what they say: their keys, their order and the time of
// their writing are then the same whoever cast them. No count is kept or shown
// before; the journal says only that somebody voted.
var (
	sealedBallots = store.NewTable[envelope]("sealed-ballot")
	secretBallots = store.NewTable[ballot]("secret-ballot")
)

// envelope is a closed ballot: a nonce, then what AES-GCM makes of the ballot's
// length, the ballot and zeros.
type envelope []byte

// MarshalBinary gives the envelope as it is.
func (e *envelope) MarshalBinary() ([]byte, error) { return *e, nil }

// UnmarshalBinary takes the envelope as it is.
func (e *envelope) UnmarshalBinary(data []byte) error {
	*e = bytes.Clone(data)
	return nil
}

func secretKeyID(vote uint64) []byte { return store.K("vote-key", vote) }

// seal prepares for the ballots of a secret vote, and notes which key they will
// be closed with.
func seal(c *bot.Ctx, v *Vote) {
	c.Put(secretKeyID(v.Number), c.Random(32))
	v.Seal = bot.KeyName(c.PublicKey())
}

// box closes and opens the ballots of one open secret vote.
type box struct {
	vote   uint64
	naming []byte
	aead   cipher.AEAD
	size   int
}

// boxOf is the box of a secret vote; nil when it is not open, and when its
// ballots were closed with a key that the installation no longer has.
func boxOf(c *bot.Ctx, v *Vote) *box {
	salt := c.Get(secretKeyID(v.Number))
	if salt == nil || v.Seal != bot.KeyName(c.PublicKey()) {
		return nil
	}
	secret := c.Derive(salt, "secret ballots", 64)
	block, err := aes.NewCipher(secret[32:])
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("votes: %w", err)})
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("votes: %w", err)})
	}
	const head, mark = 24, 6 // at most: all but the marks, and a mark
	return &box{v.Number, secret[:32], aead, (head + mark*v.size() + 15) / 16 * 16}
}

// locked tells that a secret vote is open and its ballots cannot be read.
func locked(c *bot.Ctx, v *Vote) bool {
	return v.Rule.Secret && v.State == Open && boxOf(c, v) == nil
}

// id is where a voice's ballot lies.
func (k *box) id(by voice) []byte {
	mac := hmac.New(sha256.New, k.naming)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(by)))
	return store.K(k.vote, mac.Sum(nil)[:16])
}

func (k *box) close(c *bot.Ctx, id []byte, b ballot) envelope {
	data, err := b.MarshalBinary()
	if err != nil {
		panic(store.Fault{Err: err})
	}
	plain := append(binary.AppendUvarint(make([]byte, 0, k.size), uint64(len(data))), data...)
	for len(plain) < k.size {
		plain = append(plain, 0)
	}
	nonce := c.Random(k.aead.NonceSize())
	return k.aead.Seal(nonce, nonce, plain, id)
}

func (k *box) open(id []byte, e envelope) (b ballot) {
	err := errRecord
	if n := k.aead.NonceSize(); len(e) > n {
		var plain []byte
		if plain, err = k.aead.Open(nil, e[:n], e[n:], id); err == nil {
			long, used := binary.Uvarint(plain)
			if used <= 0 || long > uint64(len(plain)-used) {
				err = errRecord
			} else {
				err = b.UnmarshalBinary(plain[used : used+int(long)]) //nolint:gosec // checked above
			}
		}
	}
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: vote %d: %w", store.ErrDamaged, k.vote, errors.Join(errRecord, err))})
	}
	return b
}

// all opens every ballot.
func (k *box) all(c *bot.Ctx, yield func(ballot)) {
	for id, e := range sealedBallots.Prefix(c.Tx, voteID(k.vote)) {
		yield(k.open(id, e))
	}
}

// layOpen parts the ballots of a secret vote from whoever cast them, for ever.
func layOpen(c *bot.Ctx, v *Vote) {
	var all [][]byte
	cast(c, v, func(b ballot) {
		data, err := b.MarshalBinary()
		if err != nil {
			panic(store.Fault{Err: err})
		}
		all = append(all, data)
	})
	discard(c, v)
	slices.SortFunc(all, bytes.Compare)
	for i, data := range all {
		var b ballot
		if err := b.UnmarshalBinary(data); err != nil {
			panic(store.Fault{Err: err})
		}
		secretBallots.Put(c.Tx, store.K(v.Number, i+1), b)
		if b.Receipt != "" {
			receipts.Put(c.Tx, store.K(b.Receipt), receipt{v.Number, uint64(i + 1)})
		}
	}
}

// discard destroys the closed ballots of a secret vote and what they were closed
// with.
func discard(c *bot.Ctx, v *Vote) {
	var ids [][]byte
	for id := range sealedBallots.Prefix(c.Tx, voteID(v.Number)) {
		ids = append(ids, bytes.Clone(id))
	}
	for _, id := range ids {
		sealedBallots.Delete(c.Tx, id)
	}
	c.Delete(secretKeyID(v.Number))
}
