package discordtest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of scheduled events, their kinds and states (docs:
// resources/guild-scheduled-event).
const (
	maxEvents = 100

	eventStage, eventVoice, eventExternal = 1, 2, 3

	eventScheduled, eventActive, eventCompleted, eventCanceled = 1, 2, 3, 4
)

// scheduledEvent is a scheduled event of a guild.
type scheduledEvent struct {
	ID          string
	guild       *Guild
	channel     *string
	creator     string
	name        string
	description *string
	start       time.Time
	end         *time.Time
	status      int
	kind        int
	location    *string
	recurrence  any
	users       []string
}

// ScheduledEvent is a scheduled event as members see it.
type ScheduledEvent struct {
	ID, Name, Description, Location, ChannelID string
	Start, End                                 time.Time // End is zero when it has none
	Status                                     int       // 1 scheduled, 2 active, 3 completed, 4 cancelled
	Interested                                 []string  // names
}

func (e *scheduledEvent) object(count bool) obj {
	o := obj{
		"id": e.ID, "guild_id": e.guild.ID, "channel_id": e.channel, "creator_id": e.creator, "name": e.name,
		"description": e.description, "image": nil, "scheduled_start_time": stamp(e.start), "scheduled_end_time": nil,
		"privacy_level": 2, "status": e.status, "entity_type": e.kind, "entity_id": nil, "entity_metadata": nil,
		"recurrence_rule": e.recurrence, "guild_scheduled_event_exceptions": []obj{},
	}
	if e.kind == eventExternal {
		o["entity_metadata"] = obj{"location": e.location}
	}
	if e.end != nil {
		o["scheduled_end_time"] = stamp(*e.end)
	}
	if count {
		o["user_count"] = len(e.users)
	}
	return o
}

type eventBody struct {
	Name        optional[string] `json:"name"`
	Description optional[string] `json:"description"`
	Channel     optional[string] `json:"channel_id"`
	Start       optional[string] `json:"scheduled_start_time"`
	End         optional[string] `json:"scheduled_end_time"`
	Privacy     optional[int]    `json:"privacy_level"`
	Kind        optional[int]    `json:"entity_type"`
	Status      optional[int]    `json:"status"`
	Metadata    optional[struct {
		Location string `json:"location"`
	}] `json:"entity_metadata"`
	Recurrence optional[any]    `json:"recurrence_rule"`
	Image      optional[string] `json:"image"`
}

// apply takes over what a body sets and notes what is wrong with it.
func (e *scheduledEvent) apply(f *form, b *eventBody, now time.Time) {
	if b.Name.Set {
		e.name = strings.TrimSpace(b.Name.V)
		f.length("name", e.name, 1, 100)
	}
	if b.Description.Set {
		if e.description = nil; b.Description.V != "" {
			e.description = &b.Description.V
		}
		f.length("description", b.Description.V, 0, 1000)
	}
	if b.Channel.Set {
		if e.channel = nil; !b.Channel.Null {
			e.channel = &b.Channel.V
		}
	}
	if b.Kind.Set {
		e.kind = b.Kind.V
	}
	if b.Metadata.Set && !b.Metadata.Null {
		e.location = &b.Metadata.V.Location
		f.length("entity_metadata.location", b.Metadata.V.Location, 1, 100)
	}
	if b.Recurrence.Set {
		e.recurrence = b.Recurrence.V
	}
	if b.Start.Set {
		e.start = moment(f, "scheduled_start_time", b.Start.V)
		if !e.start.IsZero() && e.start.Before(now) {
			f.fail("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.")
		}
	}
	if b.End.Set {
		if e.end = nil; !b.End.Null {
			end := moment(f, "scheduled_end_time", b.End.V)
			e.end = &end
		}
	}
	e.checkKind(f)
}

// checkKind checks what each kind of event needs.
func (e *scheduledEvent) checkKind(f *form) {
	switch {
	case !f.choice("entity_type", e.kind, eventStage, eventVoice, eventExternal):
	case e.kind == eventExternal:
		if e.location == nil {
			f.required("entity_metadata")
		}
		if e.end == nil {
			f.required("scheduled_end_time")
		}
		if e.channel != nil {
			f.fail("channel_id", "BASE_TYPE_CHOICES", "Must be null for an external event.")
		}
	case e.channel == nil:
		f.required("channel_id")
	default:
		if c := e.guild.s.channels[*e.channel]; c == nil || c.guild != e.guild || c.Type != VoiceChannel {
			f.fail("channel_id", "CHANNEL_UNKNOWN", "Not a voice channel of the guild.")
		}
	}
	if e.end != nil && !e.end.After(e.start) {
		f.fail("scheduled_end_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_END", "The end is not after the start.")
	}
}

func moment(f *form, at, text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		f.fail(at, "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", text)
	}
	return t
}

func createEvent(s *Server, r *request) (any, error) {
	var b eventBody
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	if p := g.base(g.seats[s.AppID]); !p.has(CreateEvents) && !p.has(ManageEvents) {
		return nil, errPermission
	}
	var f form
	for name, set := range map[string]bool{"name": b.Name.Set, "scheduled_start_time": b.Start.Set, "privacy_level": b.Privacy.Set, "entity_type": b.Kind.Set} {
		if !set {
			f.required(name)
		}
	}
	if b.Privacy.Set {
		f.choice("privacy_level", b.Privacy.V, 2)
	}
	e := &scheduledEvent{ID: s.newID(), guild: g, creator: s.AppID, status: eventScheduled}
	e.apply(&f, &b, s.clock.Now())
	if err := f.failure(); err != nil {
		return nil, err
	}
	n := 0
	for _, other := range g.events {
		if other.status <= eventActive {
			n++
		}
	}
	if n >= maxEvents {
		return nil, errManyEvents
	}
	g.events = append(g.events, e)
	g.tellEvent("CREATE", e)
	return e.object(false), nil
}

func (g *Guild) tellEvent(what string, e *scheduledEvent) {
	g.s.gw.dispatch(event{name: "GUILD_SCHEDULED_EVENT_" + what, need: intentScheduled, guild: g, body: e.object(false)})
	g.s.change()
}

// theEvent is the event of a request; change needs the permission to do so.
func (s *Server) theEvent(r *request, change bool) (*scheduledEvent, error) {
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	for _, e := range g.events {
		if e.ID == r.path("guild_scheduled_event_id") {
			p := g.base(g.seats[s.AppID])
			if change && !p.has(ManageEvents) && (e.creator != s.AppID || !p.has(CreateEvents)) {
				return nil, errPermission
			}
			return e, nil
		}
	}
	return nil, errScheduledEvent
}

func listEvents(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	list := []obj{}
	for _, e := range g.events {
		if e.status <= eventActive {
			list = append(list, e.object(r.URL.Query().Get("with_user_count") == "true"))
		}
	}
	return list, nil
}

func getEvent(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.theEvent(r, false)
	if err != nil {
		return nil, err
	}
	return e.object(r.URL.Query().Get("with_user_count") == "true"), nil
}

func editEvent(s *Server, r *request) (any, error) {
	var b eventBody
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.theEvent(r, true)
	if err != nil {
		return nil, err
	}
	var f form
	next := *e
	next.apply(&f, &b, s.clock.Now())
	if b.Status.Set {
		// docs: the valid transitions
		allowed := map[int][]int{eventScheduled: {eventScheduled, eventActive, eventCanceled}, eventActive: {eventActive, eventCompleted}}[e.status]
		if f.choice("status", b.Status.V, allowed...) {
			next.status = b.Status.V
		}
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	*e = next
	e.guild.tellEvent("UPDATE", e)
	return e.object(false), nil
}

func deleteEvent(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.theEvent(r, true)
	if err != nil {
		return nil, err
	}
	e.guild.dropEvent(e)
	return nil, nil
}

func (g *Guild) dropEvent(e *scheduledEvent) {
	g.events = slices.DeleteFunc(g.events, func(o *scheduledEvent) bool { return o == e })
	g.tellEvent("DELETE", e)
}

func listEventUsers(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.theEvent(r, false)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	limit := 100
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		limit = min(n, 100)
	}
	list, ids := []obj{}, slices.Clone(e.users)
	slices.SortFunc(ids, compareIDs)
	for _, id := range ids {
		if len(list) == limit || q.Get("after") != "" && !older(q.Get("after"), id) {
			continue
		}
		o := obj{"guild_scheduled_event_id": e.ID, "user_id": id, "user": s.users[id].user, "response": 1}
		if m := e.guild.seats[id]; m != nil && q.Get("with_member") == "true" {
			o["member"] = m.object("")
		}
		list = append(list, o)
	}
	return list, nil
}

// MoveEvent has somebody who may begin a scheduled event at another time; it lasts as
// long as before.
func (g *Guild) MoveEvent(id string, start time.Time) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, e := range g.events {
		if e.ID != id {
			continue
		}
		if e.end != nil {
			end := e.end.Add(start.Sub(e.start))
			e.end = &end
		}
		e.start = start
		g.tellEvent("UPDATE", e)
	}
}

// DropEvent has somebody who may remove a scheduled event.
func (g *Guild) DropEvent(id string) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, e := range slices.Clone(g.events) {
		if e.ID == id {
			g.dropEvent(e)
		}
	}
}
