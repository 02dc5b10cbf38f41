package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"greffier/bot"
)

// A card that shows an appointment has a scheduled event of the guild kept in step
// with it (docs/adr/0006). Members who mark themselves as interested say that they
// come. Discord does not say who changed an event: the register decides, the event is
// put back, and the channel is told.

// events keeps what is done about scheduled events one after the other, so that what
// Discord says of our own changes is compared with what they were.
type events struct {
	mu sync.Mutex
	// refused is until when a guild that does not let us is not asked again.
	refused map[string]time.Time
}

// eventData is a scheduled event as far as it concerns us.
type eventData struct {
	ID      string     `json:"id"`
	Guild   string     `json:"guild_id"`
	Creator string     `json:"creator_id"`
	Name    string     `json:"name"`
	Starts  time.Time  `json:"scheduled_start_time"`
	Ends    *time.Time `json:"scheduled_end_time"`
	Status  int        `json:"status"`
	Kind    int        `json:"entity_type"`
	Meta    *eventMeta `json:"entity_metadata"`
}

type eventMeta struct {
	Location string `json:"location"`
}

// interest is somebody's being interested in an event, or no longer.
type interest struct {
	Event  string `json:"guild_scheduled_event_id"`
	Guild  string `json:"guild_id"`
	User   string `json:"user_id"`
	coming bool
}

// eventBody is an event as it is sent.
type eventBody struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Starts      time.Time `json:"scheduled_start_time"`
	Ends        time.Time `json:"scheduled_end_time"`
	Privacy     int       `json:"privacy_level"`
	Kind        int       `json:"entity_type"`
	Meta        eventMeta `json:"entity_metadata"`
}

// keptEvent is what is kept of an event. Its body is what it was last made to say.
// A card that hangs in two guilds has an event in each.
type keptEvent struct {
	ID        string    `json:"i"`
	Guild     string    `json:"g"`
	Card      string    `json:"k"`
	Channel   string    `json:"c"`
	Body      eventBody `json:"b"`
	Coming    bot.Call  `json:"y"`
	NotComing bot.Call  `json:"n"`
	// Removed says that somebody removed it in Discord.
	Removed bool `json:"r,omitempty"`
}

const (
	eventOfCard = "event-of/" // guild and card → what is kept
	cardOfEvent = "event/"    // event → the key of what is kept

	eventExternal  = 3
	eventActive    = 2
	eventCancelled = 4
	membersOnly    = 2

	maxEventName, maxEventText, maxEventPlace = 100, 1000, 100
	// refusedEvents is how long a guild that refused is not asked again.
	refusedEvents = time.Hour
)

// keepEvent brings the event of a card into step with it. What goes wrong is logged:
// the card itself stands.
func (a *Adapter) keepEvent(ctx context.Context, channel string, card *bot.CardView) {
	c, err := a.channel(ctx, channel)
	if err != nil || c.Guild == "" || card.Appointment == nil && !a.mayHaveEvent(ctx, c.Guild, card.Key) {
		return
	}
	a.events.mu.Lock()
	defer a.events.mu.Unlock()
	if a.clock.Now().Before(a.events.refused[c.Guild]) {
		return
	}
	err = a.settleEvent(ctx, c.Guild, channel, card)
	switch s := status(err); {
	case s == http.StatusForbidden, unsupported(err):
		if a.events.refused == nil {
			a.events.refused = map[string]time.Time{}
		}
		if _, told := a.events.refused[c.Guild]; !told {
			a.log.Error("meetings have no scheduled events in a guild; give the bot Create Events there", "guild", c.Guild, "error", oneLine(err))
		}
		a.events.refused[c.Guild] = a.clock.Now().Add(refusedEvents)
	case err != nil:
		a.log.Warn("a scheduled event is not as its card says", "guild", c.Guild, "card", card.Key, "error", oneLine(err))
	}
}

// mayHaveEvent reports whether a card without an appointment had one in a guild.
func (a *Adapter) mayHaveEvent(ctx context.Context, guild, card string) bool {
	value, err := a.desk.Kept(ctx, Platform, eventKey(guild, card))
	return err == nil && value != nil
}

func (a *Adapter) settleEvent(ctx context.Context, guild, channel string, card *bot.CardView) error {
	kept, err := a.keptEvent(ctx, eventKey(guild, card.Key))
	if err != nil {
		return err
	}
	at, now := card.Appointment, a.clock.Now()
	switch {
	case at == nil || at.Cancelled:
		if kept == nil {
			return nil
		}
		if !kept.Removed {
			if err := a.dropEvent(ctx, guild, kept.ID, at != nil); err != nil {
				return err
			}
		}
		return a.desk.Keep(ctx, Platform, map[string][]byte{eventKey(guild, card.Key): nil, cardOfEvent + kept.ID: nil})
	case !at.Starts.After(now):
		return nil // under way, or over: Discord begins and ends it by itself
	}
	body := eventBodyOf(channel, card)
	if kept != nil && (sameEvent(kept.Body, body) || kept.Removed && kept.Body.Starts.Equal(body.Starts)) {
		return nil // it says so already, or somebody removed it
	}
	next := keptEvent{Guild: guild, Card: card.Key, Channel: channel, Body: body, Coming: at.Coming, NotComing: at.NotComing}
	if kept != nil && !kept.Removed {
		next.ID = kept.ID
		err = a.api.do(ctx, request{method: http.MethodPatch, route: "/guilds/{}/scheduled-events/{}", args: []string{guild, kept.ID}, body: body}, nil)
		if err == nil || status(err) != http.StatusNotFound {
			return joinKeep(err, func() error { return a.noteEvent(ctx, next) })
		}
	}
	if next.ID, err = a.makeEvent(ctx, guild, body); err != nil {
		return err
	}
	return a.noteEvent(ctx, next)
}

// joinKeep keeps what was done unless it was not.
func joinKeep(err error, keep func() error) error {
	if err != nil {
		return err
	}
	return keep()
}

// makeEvent makes an event, or finds the one that an attempt made of which nothing
// was heard.
func (a *Adapter) makeEvent(ctx context.Context, guild string, body eventBody) (string, error) {
	var there []eventData
	if err := a.api.get(ctx, &there, "/guilds/{}/scheduled-events", guild); err != nil {
		return "", err
	}
	for _, e := range there {
		if e.Creator == a.own().id && e.Name == body.Name && e.Starts.Equal(body.Starts) && a.unknownEvent(ctx, e.ID) {
			return e.ID, nil
		}
	}
	var made eventData
	err := a.api.do(ctx, request{method: http.MethodPost, route: "/guilds/{}/scheduled-events", args: []string{guild}, body: body, once: true}, &made)
	return made.ID, err
}

func (a *Adapter) unknownEvent(ctx context.Context, id string) bool {
	value, err := a.desk.Kept(ctx, Platform, cardOfEvent+id)
	return err == nil && value == nil
}

// dropEvent cancels an event, which those who wanted to come are told, or removes it.
func (a *Adapter) dropEvent(ctx context.Context, guild, id string, cancel bool) error {
	r := request{method: http.MethodDelete, route: "/guilds/{}/scheduled-events/{}", args: []string{guild, id}}
	if cancel {
		r.method, r.body = http.MethodPatch, map[string]int{"status": eventCancelled}
	}
	var now eventData // an attempt of which nothing was noted may have done it
	err := a.api.get(ctx, &now, "/guilds/{}/scheduled-events/{}", guild, id)
	if status(err) == http.StatusNotFound || err == nil && now.Status >= eventActive {
		return nil // it is there no more, under way or over
	}
	if err == nil {
		err = a.api.do(ctx, r, nil)
	}
	return err
}

func eventBodyOf(channel string, card *bot.CardView) eventBody {
	at := card.Appointment
	where := bot.Shorten(at.Where, maxEventPlace)
	if where == "" {
		where = "<#" + channel + ">"
	}
	ends := at.Ends
	if !ends.After(at.Starts) {
		ends = at.Starts.Add(time.Hour) // Discord wants an end
	}
	return eventBody{
		Name: orBlank(bot.Shorten(plainText(card.Title), maxEventName)), Description: bot.Shorten(plainText(card.Body), maxEventText),
		Starts: at.Starts.UTC(), Ends: ends.UTC(), Privacy: membersOnly, Kind: eventExternal, Meta: eventMeta{where},
	}
}

func sameEvent(a, b eventBody) bool {
	sameTimes := a.Starts.Equal(b.Starts) && a.Ends.Equal(b.Ends)
	a.Starts, a.Ends = b.Starts, b.Ends
	return sameTimes && a == b
}

// eventKey is where the event of a card in a guild is kept.
func eventKey(guild, card string) string { return eventOfCard + guild + "/" + card }

func (a *Adapter) keptEvent(ctx context.Context, key string) (*keptEvent, error) {
	value, err := a.desk.Kept(ctx, Platform, key)
	if err != nil || value == nil {
		return nil, err
	}
	var kept keptEvent
	if err := json.Unmarshal(value, &kept); err != nil {
		return nil, fmt.Errorf("discord: what is kept of an event: %w", err)
	}
	return &kept, nil
}

func (a *Adapter) noteEvent(ctx context.Context, kept keptEvent) error {
	value, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	key := eventKey(kept.Guild, kept.Card)
	return a.desk.Keep(ctx, Platform, map[string][]byte{key: value, cardOfEvent + kept.ID: []byte(key)})
}

// eventOf is what is kept of an event that Discord speaks of; nil for one of others.
func (a *Adapter) eventOf(ctx context.Context, id string) *keptEvent {
	key, err := a.desk.Kept(ctx, Platform, cardOfEvent+id)
	if err != nil || key == nil {
		return nil
	}
	kept, err := a.keptEvent(ctx, string(key))
	if err != nil || kept == nil || kept.ID != id || kept.Removed {
		return nil
	}
	return kept
}

// eventChanged looks whether an event still says what the register does.
func (a *Adapter) eventChanged(ctx context.Context, e eventData, removed bool) {
	a.events.mu.Lock()
	defer a.events.mu.Unlock()
	kept := a.eventOf(ctx, e.ID)
	if kept == nil {
		return
	}
	key := "discord.event-changed"
	var err error
	switch now := a.clock.Now(); {
	case removed || e.Status == eventCancelled:
		key, kept.Removed = "discord.event-removed", true
		err = a.noteEvent(ctx, *kept)
	case e.Status >= eventActive || !kept.Body.Starts.After(now) || says(e, kept.Body):
		return
	default:
		err = a.api.do(ctx, request{
			method: http.MethodPatch, route: "/guilds/{}/scheduled-events/{}", args: []string{e.Guild, e.ID}, body: kept.Body,
		}, nil)
	}
	if err != nil {
		a.log.Warn("a scheduled event that was changed in Discord cannot be put back; give the bot Manage Events there", "guild", e.Guild, "error", oneLine(err))
		return
	}
	locale := a.desk.Charter().Community.Locale
	_, err = a.post(ctx, kept.Channel, fmt.Sprintf("event-%s-%d", e.ID, a.clock.Now().UnixNano()),
		bot.Message{Text: a.said(locale, key, "title", kept.Body.Name)}, audience{locale: locale})
	if err != nil {
		a.log.Warn("nobody was told that a scheduled event was changed", "guild", e.Guild, "error", oneLine(err))
	}
}

// says reports whether an event says what it was made to.
func says(e eventData, b eventBody) bool {
	return e.Name == b.Name && e.Starts.Equal(b.Starts) && e.Kind == b.Kind &&
		e.Ends != nil && e.Ends.Equal(b.Ends) && e.Meta != nil && e.Meta.Location == b.Meta.Location
}

// interested takes somebody's mark on an event as their word that they come. What the
// clerk has against it is told to them alone; else the card shows it.
func (a *Adapter) interested(ctx context.Context, i interest) {
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	defer a.survive("somebody's interest in an event", func() {})
	a.events.mu.Lock() // an event just made is not kept yet
	kept := a.eventOf(ctx, i.Event)
	a.events.mu.Unlock()
	if kept == nil {
		return
	}
	var m memberData
	if err := a.api.get(ctx, &m, "/guilds/{}/members/{}", i.Guild, i.User); err != nil || m.User == nil || m.User.Bot {
		return // gone meanwhile, or nobody
	}
	call := kept.NotComing
	if i.coming {
		call = kept.Coming
	}
	id := fmt.Sprintf("interest-%s-%s-%d", i.Event, i.User, a.clock.Now().UnixNano())
	answer := a.desk.Handle(ctx, bot.Event{
		ID: "dc-" + id, Kind: bot.Called, Call: &call, Place: bot.Place{Platform: Platform, Channel: a.places.as(kept.Channel)},
		Caller: bot.Account{Platform: Platform, ID: i.User, Name: m.name(*m.User), Marks: a.people.marks(a, i.Guild, i.User, m.Roles)},
	})
	if answer.Refused {
		a.replyDirect(ctx, i.User, id, answer.Message, answer.Locale)
	}
}
