package bot

import "time"

// When a card that changed is drawn again. Drawing it costs the platform more than
// the presses that changed it, which wait for the same processors: while many press
// it is drawn seldom, and once they are done it is right within about a second.
const (
	// redrawStill is for how long nothing must have changed before a card is drawn.
	redrawStill = 150 * time.Millisecond
	// redrawApart is how much time passes at the least from one drawing to the next;
	// where a drawing takes longer than half of it, as much as two drawings take, up
	// to redrawLongest.
	redrawApart = time.Second
	// redrawLongest is after what time a card is drawn though it goes on changing.
	redrawLongest = 5 * time.Second
)

// pace is what the sender remembers of a card in order to draw it neither too often
// nor too late. Watches that were not started are long ago.
type pace struct {
	// drawn is when it was last drawn, took how long that took.
	drawn stopwatch
	took  time.Duration
	// version is the change that was last seen, changed when that was; first is when
	// the first was seen since it was drawn.
	version        string
	changed, first stopwatch
}

// seen notes the version that the register holds of a changed card.
func (p pace) seen(version string) pace {
	if p.version == version {
		return p
	}
	if p.version == "" {
		p.first = startWatch()
	}
	p.version, p.changed = version, startWatch()
	return p
}

// wait is how long the card is to be left as it is; none when it is to be drawn.
func (p pace) wait() time.Duration {
	return max(max(redrawApart, min(2*p.took, redrawLongest))-p.drawn.elapsed(), min(redrawStill-p.changed.elapsed(), redrawLongest-p.first.elapsed()))
}
