package releases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// State says how far a release is.
type State string

// The states of a release.
const (
	Planned   State = "planned"
	Out       State = "out"
	Cancelled State = "cancelled"
)

// Release is a version of something, with its dates.
type Release struct {
	Number uint64       `json:"number"`
	At     time.Time    `json:"at"`
	By     bot.MemberID `json:"by"`
	Title  string       `json:"title"`
	// Production is when everybody gets it, Test when it is on the test platform,
	// Published when its notes are; the last two may be zero.
	Production time.Time `json:"production"`
	Test       time.Time `json:"test,omitzero"`
	Published  time.Time `json:"published,omitzero"`
	// Notes is the address of its notes.
	Notes   string    `json:"notes,omitempty"`
	State   State     `json:"state"`
	Changes []Change  `json:"changes,omitempty"`
	Place   bot.Place `json:"place,omitzero"`
}

// Change is one change of a release, as it was announced.
type Change struct {
	Text       string       `json:"text"`
	Importance string       `json:"importance"`
	Optional   bool         `json:"optional,omitempty"`
	Why        string       `json:"why,omitempty"`
	Topic      string       `json:"topic,omitempty"`
	At         time.Time    `json:"at"`
	By         bot.MemberID `json:"by"`
}

var importances = []string{"minor", "notable", "breaking"}

// everyTopic is what stands for all topics among what a member follows.
const everyTopic = "*"

// following is that a member follows a topic, kept under both.
type following struct {
	Since time.Time `json:"since"`
}

var (
	releases = store.NewTable("release",
		store.Index[Release]{Name: "production", Keys: func(_ []byte, r Release) [][]byte { return [][]byte{store.K(r.Production)} }},
	)
	followings = store.NewTable[following]("release-follower")
)

func (r *Release) key() string { return "release/" + strconv.FormatUint(r.Number, 10) }

// dates lists the dates of a release by name, those that it has.
func (r *Release) dates() map[string]time.Time {
	all := map[string]time.Time{"production": r.Production, "test": r.Test, "notes": r.Published}
	for name, at := range all {
		if at.IsZero() {
			delete(all, name)
		}
	}
	return all
}

func save(c *bot.Ctx, r *Release) {
	releases.Put(c.Tx, store.K(r.Number), *r)
	c.Redraw(r.key())
}

// find is the release of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Release, error) {
	r, ok := releases.Get(c.Tx, store.K(number))
	if !ok {
		return nil, bot.Refuse("release.none", "number", number, "list", bot.CommandText("release list"))
	}
	return &r, nil
}

// findPlanned is find for what only a release to come allows.
func findPlanned(c *bot.Ctx, number int) (*Release, error) {
	r, err := find(c, number)
	if err == nil && r.State != Planned {
		err = bot.Refuse("release.over-"+string(r.State), "number", r.Number, "title", r.Title)
	}
	return r, err
}

func placesOf(c *bot.Ctx, r *Release) []bot.Place {
	if places := c.Hangs(r.key()); len(places) > 0 {
		return places
	}
	return channelsOf(c, r)
}

func channelsOf(c *bot.Ctx, r *Release) []bot.Place {
	places := c.Channels(c.Charter.Releases.Channel)
	if len(places) == 0 && r.Place.Channel != "" {
		places = []bot.Place{r.Place}
	}
	return places
}

// announce says something about a release where everybody sees it, and privately
// to those who follow one of the topics.
func announce(c *bot.Ctx, r *Release, text bot.Text, topics ...string) {
	for _, place := range placesOf(c, r) {
		c.Send(bot.Post{Place: place, Text: text, Under: r.key()})
	}
	told := map[bot.MemberID]bool{}
	for id := range followings.IDs(c.Tx) {
		who, topic := followed(id)
		if (topic == everyTopic || slices.Contains(topics, topic)) && !told[who] {
			told[who] = true
			c.Tell(who, r.key(), text)
		}
	}
}

// topics lists what the changes of a release are about.
func (r *Release) topics() []string {
	var all []string
	for _, ch := range r.Changes {
		if ch.Topic != "" && !slices.Contains(all, ch.Topic) {
			all = append(all, ch.Topic)
		}
	}
	return all
}

func followed(id []byte) (who bot.MemberID, topic string) {
	var n uint64
	if err := store.ParseKey(id, &n, &topic); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: follower %x: %w", store.ErrDamaged, id, err)})
	}
	return bot.MemberID(n), topic
}

func topicName(c *bot.Ctx, id string) bot.Text {
	if id == everyTopic {
		return bot.T("release.all-topics")
	}
	for _, t := range c.Charter.Releases.Topics {
		if t.ID == id && !t.Name.IsZero() {
			return bot.Named(t.Name)
		}
	}
	return bot.Typed(id)
}

func importanceChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, i := range importances {
		all = append(all, bot.Choice{Value: i, Label: bot.T("release.is-" + i)})
	}
	return all
}

func topicChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	all := []bot.Choice{}
	for _, t := range c.Charter.Releases.Topics {
		all = append(all, bot.Choice{Value: t.ID, Label: topicName(c, t.ID)})
	}
	return all
}

func releaseChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	all := []bot.Choice{}
	for _, r := range planned(c) {
		all = append(all, bot.Choice{Value: strconv.FormatUint(r.Number, 10), Label: bot.T("release.choice", "number", r.Number, "title", r.Title)})
	}
	return all
}

// planned lists the releases to come, the first first.
func planned(c *bot.Ctx) []*Release {
	var all []*Release
	for _, id := range releases.ByRange(c.Tx, "production", nil, nil) {
		if r, ok := releases.Get(c.Tx, id); ok && r.State == Planned {
			all = append(all, &r)
		}
	}
	return all
}

// oneLine puts on one line what must be.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
