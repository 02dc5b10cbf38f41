package votes

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"greffier/bot"
	"greffier/store"
)

// While a secret vote is open, each ballot lies under
//
//	HMAC-SHA256(key of the vote, number of the voice), first 16 bytes
//
// so that a member can change theirs. The key of the vote is random and kept
// only until the close, when it is destroyed and the ballots are laid anew in
// the order of what they say: their keys, their order and the time of their
// writing are then the same whoever cast them. No count is kept or shown
// before; the journal says only that somebody voted.
var secretBallots = store.NewTable[ballot]("secret-ballot")

func secretKeyID(vote uint64) []byte { return store.K("vote-key", vote) }

// seal makes the key of a secret vote.
func seal(c *bot.Ctx, vote uint64) { c.Put(secretKeyID(vote), c.Random(32)) }

// secretID is where a voice's ballot lies while the vote is open; nil when it
// is not.
func secretID(c *bot.Ctx, vote uint64, by voice) []byte {
	key := c.Get(secretKeyID(vote))
	if key == nil {
		return nil
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(by)))
	return store.K(vote, mac.Sum(nil)[:16])
}

// shuffle parts the ballots of a secret vote from whoever cast them, for ever.
func shuffle(c *bot.Ctx, v *Vote) {
	var ids, all [][]byte
	for id, b := range secretBallots.Prefix(c.Tx, voteID(v.Number)) {
		data, err := b.MarshalBinary()
		if err != nil {
			panic(store.Fault{Err: err})
		}
		ids, all = append(ids, bytes.Clone(id)), append(all, data)
	}
	for _, id := range ids {
		secretBallots.Delete(c.Tx, id)
	}
	slices.SortFunc(all, bytes.Compare)
	for i, data := range all {
		var b ballot
		if err := b.UnmarshalBinary(data); err != nil {
			panic(store.Fault{Err: err})
		}
		secretBallots.Put(c.Tx, store.K(v.Number, i+1), b)
	}
	c.Delete(secretKeyID(v.Number))
}

// discard destroys the ballots of a secret vote that was cancelled.
func discard(c *bot.Ctx, v *Vote) {
	var ids [][]byte
	for id := range secretBallots.Prefix(c.Tx, voteID(v.Number)) {
		ids = append(ids, bytes.Clone(id))
	}
	for _, id := range ids {
		secretBallots.Delete(c.Tx, id)
	}
	c.Delete(secretKeyID(v.Number))
}
