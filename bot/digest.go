package bot

import (
	"slices"
	"time"
)

// Digest is what a summary of what waits is to hold.
type Digest struct {
	// About chooses the features by name; all of them when it is empty.
	About []string
	// On keeps to what waits on these groups; on anybody when it is empty.
	On []string
	// Ahead is how far to look for what comes.
	Ahead time.Duration
}

// Waits is what one feature has waiting, under a heading. It is read by everybody
// in a channel: nothing secret is in it.
type Waits struct {
	Title Text
	Lines []Text
}

// Concerns reports whether what waits on groups belongs in the digest.
func (d Digest) Concerns(groups ...string) bool {
	return len(d.On) == 0 || slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(d.On, g) })
}

// Soon reports whether a moment to come is near enough for the digest.
func (d Digest) Soon(at, now time.Time) bool { return at.After(now) && !at.After(now.Add(d.Ahead)) }

// Waiting gathers what waits, feature by feature.
func (c *Ctx) Waiting(d Digest) []Waits {
	var all []Waits
	for _, f := range c.bot.features {
		if f.Waiting == nil || len(d.About) > 0 && !slices.Contains(d.About, f.Name) {
			continue
		}
		for _, w := range f.Waiting(c, d) {
			if len(w.Lines) > 0 {
				all = append(all, w)
			}
		}
	}
	return all
}
