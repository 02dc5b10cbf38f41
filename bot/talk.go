package bot

import (
	"context"
	"maps"
	"sync"
	"time"

	"greffier/store"
)

// How much is said in a channel is counted by the day, so that a community can tell
// whether an approach works: a number, of nobody, and not a word of what was said.

// talkKey is a day of the community's calendar and a channel.
type talkKey struct{ day, platform, channel string }

func (k talkKey) id() []byte { return store.K(k.day, k.platform, k.channel) }

// said counts messages.
type said struct {
	N int `json:"n"`
}

var talk = store.NewTable[said]("talk")

// talkCount is what was counted since it was last written down.
type talkCount struct {
	mu      sync.Mutex
	since   map[talkKey]int
	written stopwatch
}

// talkEvery is how long counts stay in memory at most: what a crash may lose.
const talkEvery = time.Minute

// Spoke counts one message that somebody wrote in a channel, to the others and not
// to the bot. It does not block; the count is durable within a minute or so, and a
// message that a platform tells twice counts twice.
func (b *Bot) Spoke(p Place) {
	if p.Direct || p.Channel == "" || p.Platform == "" {
		return
	}
	k := talkKey{b.clock.Now().In(b.Charter().Location()).Format(time.DateOnly), p.Platform, p.Channel}
	b.talked.mu.Lock()
	defer b.talked.mu.Unlock()
	if b.talked.since == nil {
		b.talked.since, b.talked.written = map[talkKey]int{}, startWatch()
	}
	b.talked.since[k]++
}

// keepTalk writes down what was counted, when that was long enough ago or at once.
func (b *Bot) keepTalk(ctx context.Context, atOnce bool) error {
	t := &b.talked
	t.mu.Lock()
	counted := maps.Clone(t.since)
	due := len(counted) > 0 && (atOnce || t.written.elapsed() >= talkEvery)
	t.mu.Unlock()
	if !due {
		return nil
	}
	err := b.store.Update(ctx, func(tx store.Tx) error {
		for k, n := range counted {
			kept, _ := talk.Get(tx, k.id())
			talk.Put(tx, k.id(), said{kept.N + n})
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written = startWatch()
	for k, n := range counted {
		if t.since[k] -= n; t.since[k] <= 0 {
			delete(t.since, k)
		}
	}
	return nil
}

// Talk tells how many messages were written in each channel, from the day of one
// moment up to the day before another, as the community's calendar has them.
func (c *Ctx) Talk(from, to time.Time) map[Place]int {
	first, end := from.In(c.Charter.Location()).Format(time.DateOnly), to.In(c.Charter.Location()).Format(time.DateOnly)
	counts := map[Place]int{}
	for id, s := range talk.Range(c.Tx, store.K(first), store.K(end)) {
		var k talkKey
		if store.ParseKey(id, &k.day, &k.platform, &k.channel) == nil {
			counts[Place{Platform: k.platform, Channel: k.channel}] += s.N
		}
	}
	c.bot.talked.mu.Lock()
	defer c.bot.talked.mu.Unlock()
	for k, n := range c.bot.talked.since {
		if k.day >= first && k.day < end {
			counts[Place{Platform: k.platform, Channel: k.channel}] += n
		}
	}
	return counts
}

// exportedTalk is the form of a day's count in exports.
type exportedTalk struct {
	Day      string `json:"day"`
	Platform string `json:"platform"`
	Channel  string `json:"channel"`
	Messages int    `json:"messages"`
}

func (c *Ctx) exportTalk(yield func(string, any)) {
	for id, s := range talk.Prefix(c.Tx, nil) {
		e := exportedTalk{Messages: s.N}
		if store.ParseKey(id, &e.Day, &e.Platform, &e.Channel) == nil {
			yield("messages", e)
		}
	}
}
