package discordtest

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Types of interactions and of what answers them.
const (
	kindCommand      = 2
	kindComponent    = 3
	kindAutocomplete = 4
	kindModal        = 5

	replyMessage  = 4
	replyDeferred = 5
	replyLater    = 6
	replyUpdate   = 7
	replyChoices  = 8
	replyModal    = 9
)

const (
	// ackWindow is how long an interaction waits for its first answer, and
	// tokenWindow how long its token lives.
	ackWindow   = 3 * time.Second
	tokenWindow = 15 * time.Minute
)

// Interaction is something that a member did and that the application must answer.
type Interaction struct {
	// ID is its identifier.
	ID string

	s       *Server
	kind    int
	token   string
	member  *Member
	channel *Channel
	source  *Message // the one whose button or menu was used, or that led to the form
	command *Command
	name    string // of the command with its subcommands
	option  int    // type of the option that is completed
	made    time.Time

	answered     int           // type of the first answer, 0 before
	acknowledged chan struct{} // closed with the first answer
	settled      chan struct{} // closed when nothing is announced and missing
	original     *Message
	later        []*Message
	modal        *Modal
	choices      []CommandChoice
}

// Modal is a form as a member is shown it.
type Modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`

	from *Interaction
}

// newInteraction registers what a member did. The world is locked.
func (m *Member) newInteraction(kind int, c *Channel) *Interaction {
	s := m.s
	it := &Interaction{
		ID: s.newID(), s: s, kind: kind, token: randomHex(40), member: m, channel: c, made: s.clock.Now(),
		acknowledged: make(chan struct{}), settled: make(chan struct{}),
	}
	s.interactions[it.ID], s.tokens[it.token] = it, it
	if n := s.opts.Remember; n > 0 {
		s.recent = append(s.recent, it)
		if len(s.recent) > n {
			old := s.recent[0]
			s.recent[0], s.recent = nil, s.recent[1:]
			delete(s.interactions, old.ID)
			delete(s.tokens, old.token)
		}
	}
	return it
}

// send tells the application. The world is locked.
func (it *Interaction) send(data obj) {
	s, m := it.s, it.member
	o := obj{
		"id": it.ID, "application_id": s.AppID, "type": it.kind, "token": it.token, "version": 1, "data": data,
		"channel_id": it.channel.ID, "channel": it.channel.object(), "locale": m.account.locale, "entitlements": []obj{},
		"entitlement_sku_ids": []string{}, "attachment_size_limit": maxUpload, "app_permissions": s.can(s.me, it.channel).String(),
	}
	if g := it.channel.guild; g != nil {
		member := g.seats[m.ID].object("")
		member.Permissions = g.in(g.seats[m.ID], it.channel).String()
		o["member"], o["guild_id"], o["guild_locale"] = member, g.ID, g.locale
		o["guild"] = obj{"id": g.ID, "locale": g.locale, "features": []string{"COMMUNITY"}}
		o["context"], o["authorizing_integration_owners"] = 0, obj{"0": g.ID}
	} else {
		o["user"], o["context"], o["authorizing_integration_owners"] = m.account.user, 1, obj{"0": "0"}
	}
	if it.source != nil {
		shown := s.shown(it.source)
		o["message"] = shown
	}
	s.gw.dispatch(event{name: "INTERACTION_CREATE", guild: it.channel.guild, body: o})
	s.change()
}

// metadata is what messages say of the interaction they come from.
func (it *Interaction) metadata() obj {
	o := obj{"id": it.ID, "type": it.kind, "user": it.member.account.user, "authorizing_integration_owners": obj{"0": "0"}}
	if g := it.channel.guild; g != nil {
		o["authorizing_integration_owners"] = obj{"0": g.ID}
	}
	if it.kind == kindComponent && it.source != nil {
		o["interacted_message_id"] = it.source.ID
	}
	if it.kind == kindModal {
		o["triggering_interaction_metadata"] = it.modalFrom().metadata()
	}
	return o
}

func (it *Interaction) modalFrom() *Interaction { return it.modal.from }

// expired tells whether it is too late for a first answer.
func (it *Interaction) expired() bool {
	return it.answered == 0 && it.s.clock.Now().Sub(it.made) > ackWindow
}

// Wait waits until the application has answered, and returns an error when it did not
// in the three seconds that it has, which the member is told: "The application did
// not respond".
func (it *Interaction) Wait(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond) // clocks move without telling
	defer tick.Stop()
	for {
		select {
		case <-it.acknowledged:
			return nil
		case <-tick.C:
			if it.Failed() {
				return fmt.Errorf("the application did not respond to %s of %s", it.describe(), it.member.Name)
			}
		case <-ctx.Done():
			return fmt.Errorf("%s of %s: %w", it.describe(), it.member.Name, ctx.Err())
		}
	}
}

// Settle waits as Wait does, and then until what was announced is there: the message
// of an answer that was deferred.
func (it *Interaction) Settle(ctx context.Context) error {
	if err := it.Wait(ctx); err != nil {
		return err
	}
	select {
	case <-it.settled:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s of %s: still thinking: %w", it.describe(), it.member.Name, ctx.Err())
	}
}

func (it *Interaction) describe() string {
	if it.name != "" {
		return "/" + it.name
	}
	return [...]string{"", "ping", "command", "press", "completion", "form"}[it.kind]
}

// Answered tells whether the application has answered, in whatever way.
func (it *Interaction) Answered() bool {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	return it.answered != 0
}

// Failed tells whether the member saw that the application did not respond.
func (it *Interaction) Failed() bool {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	return it.expired()
}

// Response is the message that answers the interaction as it stands now, nil when
// there is none: not yet, deleted, or a form. For updates it is the message that was
// updated.
func (it *Interaction) Response() *Message {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	if it.original == nil || it.original.channel.byID[it.original.ID] == nil {
		return nil
	}
	return it.s.shown(it.original)
}

// Followups are the further messages of the interaction.
func (it *Interaction) Followups() (list []*Message) {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	for _, m := range it.later {
		if m.channel.byID[m.ID] != nil {
			list = append(list, it.s.shown(m))
		}
	}
	return list
}

// Modal is the form that the interaction opened for the member, nil when none.
func (it *Interaction) Modal() *Modal {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	if it.answered != replyModal {
		return nil
	}
	return it.modal
}

// Choices are what autocomplete suggests, named in the member's language.
func (it *Interaction) Choices() []CommandChoice {
	it.s.mu.Lock()
	defer it.s.mu.Unlock()
	list := slices.Clone(it.choices)
	for i := range list {
		list[i].Name = localized(it.member.account.locale, list[i].Name, list[i].NameLocal)
	}
	return list
}

// Redeliver sends the interaction to the application once more, as a new event with
// the same content.
func (it *Interaction) Redeliver() bool {
	mark := []byte(`"token":"` + it.token + `"`)
	return it.s.redeliver("INTERACTION_CREATE", func(text []byte) bool { return contains(text, mark) })
}
