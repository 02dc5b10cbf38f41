package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"greffier/bot"
)

// Options are what a Session is made of.
type Options struct {
	Console *Console
	Desk    *bot.Bot
	Clock   *bot.SandboxClock
	// Run tells the events of this session from those of every other on the
	// same register.
	Run string
	// Lang is the language of everybody here; empty follows the charter.
	Lang string
	// Show is called with each message, in order.
	Show func(Shown) error
	// Save, when set, keeps a file that somebody was handed, and tells where; its
	// name is safe.
	Save func(bot.File) (path string, err error)
	// Handed, when set, is told each event that is handed over.
	Handed func(bot.Event)
	// Moved, when set, is told each time the clock was moved.
	Moved func(time.Time) error
}

// Session plays the steps of a conversation and shows what everybody sees. It
// drives jobs and outbox itself, so that what follows from a step is seen before
// the next. It is not safe for concurrent use.
type Session struct {
	Options
	events int
	people map[string]*person
	// cards are the last card with buttons in each channel.
	cards map[string]offer
}

// person is somebody in the session.
type person struct {
	account bot.Account
	place   bot.Place
	// buttons are those of the last private message that had any.
	buttons offer
	form    *bot.FormView
	formAt  bot.Place
}

// offer is a message with buttons, and where it is.
type offer struct {
	card    string
	place   bot.Place
	buttons []bot.ButtonView
}

// NewSession starts a session in which nobody has come forward yet.
func NewSession(o Options) *Session {
	return &Session{Options: o, people: map[string]*person{}, cards: map[string]offer{}}
}

// Do plays one step and all that follows from it. A refusal is an answer; the
// error is the register's or the reader's.
func (s *Session) Do(ctx context.Context, step Step) error {
	var err error
	switch step.Verb {
	case Says:
		err = s.says(ctx, step)
	case Joins, Leaves:
		kind := bot.Joined
		if step.Verb == Leaves {
			kind = bot.Left
		}
		p := s.person(step.Name)
		err = s.send(ctx, p, bot.Event{Kind: kind, Place: p.place})
	case Closes, Opens:
		s.Console.shut(s.place(step.Name).Channel, s.person(step.Name).account.ID, step.Verb == Closes)
	case Clicks:
		err = s.clicks(ctx, step)
	case Fills:
		err = s.fills(ctx, step)
	case Is:
		err = s.is(ctx, step)
	case Passes:
		return s.Pass(ctx, step.Length)
	case Nothing:
		return nil
	}
	if err != nil {
		return err
	}
	return s.Settle(ctx)
}

// person finds or makes somebody by name, case aside.
func (s *Session) person(name string) *person {
	id := norm.NFC.String(strings.ToLower(name))
	p := s.known(bot.Account{ID: id})
	p.account = bot.Account{Platform: Platform, ID: id, Name: name, Locale: s.Lang}
	return p
}

// Where is the place where somebody is.
func (s *Session) Where(name string) bot.Place { return s.person(name).place }

// known finds or makes somebody by their account.
func (s *Session) known(a bot.Account) *person {
	p, ok := s.people[a.ID]
	if !ok {
		p = &person{account: a, place: s.place(defaultChannel)}
		s.people[a.ID] = p
	}
	return p
}

const (
	defaultChannel = "general"
	// directChannel is the private conversation with the clerk, unless the
	// charter has a channel of that name.
	directChannel = "dm"
)

// place is where a channel is: a logical one of the charter, or any other.
func (s *Session) place(channel string) bot.Place {
	ch := s.Desk.Charter()
	if at, ok := ch.Place(channel, Platform); ok {
		return bot.Place{Platform: Platform, Channel: at}
	}
	if channel == directChannel {
		return bot.Place{Platform: Platform, Direct: true}
	}
	if channel == defaultChannel && len(ch.Channels) > 0 {
		return s.place(ch.Channels[0].ID)
	}
	return bot.Place{Platform: Platform, Channel: channel}
}

// mention is how the clerk is spoken to without a slash.
const mention = "@greffier"

// command finds the command in what somebody types; ordinary talk is none.
func command(text string) (string, bool) {
	if strings.HasPrefix(text, "/") {
		return text, true
	}
	if len(text) > len(mention) && strings.EqualFold(text[:len(mention)], mention) && strings.ContainsRune(" ,:\t", rune(text[len(mention)])) {
		return strings.TrimLeft(text[len(mention):], " ,:\t"), true
	}
	return "", false
}

func (s *Session) says(ctx context.Context, step Step) error {
	p := s.person(step.Name)
	if step.Channel != "" {
		p.place = s.place(step.Channel)
	}
	line, ok := command(step.Text)
	if !ok {
		s.Desk.Spoke(p.place)
		return nil
	}
	return s.send(ctx, p, bot.Event{Kind: bot.Called, Place: p.place, Line: line})
}

// is puts somebody in exactly the groups named, besides those that the charter
// itself puts them in.
func (s *Session) is(ctx context.Context, step Step) error {
	p := s.person(step.Name)
	marks := []string{}
	for _, typed := range step.Groups {
		id, near := s.Desk.Group(typed)
		switch {
		case id != "":
			marks = append(marks, "group:"+id)
		case bot.Fold(typed) == "everyone": // is nobody in particular
		case near != "":
			return s.tell(ctx, p, bot.T("console.no-group-near", "group", typed, "near", near))
		default:
			return s.tell(ctx, p, bot.T("console.no-group", "group", typed, "groups", s.groups()))
		}
	}
	p.account.Marks = marks
	s.Desk.Handle(ctx, bot.Event{Kind: bot.Seen, Caller: p.account})
	return nil
}

func (s *Session) groups() []bot.Text {
	var texts []bot.Text
	for _, g := range s.Desk.Charter().Groups {
		texts = append(texts, bot.Typed(g.ID))
	}
	return texts
}

// send hands an event over and shows the answer.
func (s *Session) send(ctx context.Context, p *person, ev bot.Event) error {
	s.events++
	ev.ID = fmt.Sprintf("console-%s-%d", s.Run, s.events)
	ev.Caller = p.account
	if s.Handed != nil {
		s.Handed(ev)
	}
	a := s.Desk.Handle(ctx, ev)
	if a.Form != nil {
		p.form, p.formAt = a.Form, ev.Place
	} else if !a.Refused && ev.Call != nil && ev.Call.Form {
		p.form = nil
	}
	if len(a.Buttons) > 0 {
		p.buttons = offer{place: ev.Place, buttons: a.Buttons}
	}
	if a.Empty() {
		return nil
	}
	return s.Show(Shown{To: p.account, Message: a.Message, Form: a.Form, Locale: a.Locale})
}

// tell says something of the console's own to one person.
func (s *Session) tell(ctx context.Context, p *person, t bot.Text) error {
	locale := s.Desk.Locale(ctx, p.account)
	return s.Show(Shown{To: p.account, Message: bot.Message{Text: s.Desk.Say(locale, t)}, Locale: locale})
}

// Settle runs what is due and shows what comes of it, until nothing is left.
func (s *Session) Settle(ctx context.Context) error {
	for {
		if _, err := s.Desk.RunDue(ctx); err != nil {
			return err
		}
		if err := s.flush(ctx); err != nil {
			return err
		}
		due, ok, err := s.Desk.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || due.After(s.Clock.Now()) {
			return nil
		}
	}
}

// flush empties the outbox and shows what was in it.
func (s *Session) flush(ctx context.Context) error {
	if err := s.Desk.Flush(ctx); err != nil {
		return err
	}
	for _, shown := range s.Console.take() {
		if err := s.deliver(ctx, shown); err != nil {
			return err
		}
	}
	return nil
}

// deliver shows a message of the outbox and remembers its buttons.
func (s *Session) deliver(ctx context.Context, m Shown) error {
	if m.To.ID != "" {
		m.Locale = s.Desk.Locale(ctx, m.To)
		if len(m.Buttons) > 0 {
			s.known(m.To).buttons = offer{place: bot.Place{Platform: Platform, Direct: true}, buttons: m.Buttons}
		}
		return s.Show(m)
	}
	m.Locale = s.Desk.Charter().Community.Locale
	card := ""
	if m.Card != nil {
		card = m.Card.Key
	}
	if last, ok := s.cards[m.Channel]; len(m.Buttons) > 0 && !m.Again || ok && last.card == card && m.Again {
		s.cards[m.Channel] = offer{card, bot.Place{Platform: Platform, Channel: m.Channel}, m.Buttons}
	}
	return s.Show(m)
}

// Pass lets time go by: the clock stops at each moment at which something is
// due, so that it is seen when it happens.
func (s *Session) Pass(ctx context.Context, length time.Duration) error {
	target := s.Clock.Now().Add(length)
	for {
		due, ok, err := s.Desk.NextDue(ctx)
		if err != nil {
			return err
		}
		if !ok || due.After(target) {
			break
		}
		s.Clock.Set(due)
		if err := s.Settle(ctx); err != nil {
			return err
		}
	}
	s.Clock.Set(target)
	if s.Moved != nil {
		if err := s.Moved(s.Clock.Now()); err != nil {
			return err
		}
	}
	return s.Settle(ctx)
}
