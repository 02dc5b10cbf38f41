package bot

import (
	"context"
	"errors"
)

// Adapter is one chat platform. It turns what happens there into Events and
// delivers what the bot has to say. It knows no command by name.
type Adapter interface {
	// Run receives the platform's events and hands each to desk.Handle until
	// ctx ends; it returns nil then, and an error only when it cannot go on.
	// Handle may be called from many goroutines at once.
	Run(ctx context.Context, desk *Bot) error
	// Deliver posts one message, or replaces one when d.Replace is set, and
	// returns the platform's reference to it. It may block on the network, which
	// holds up nothing but its own platform, until ctx ends; it is called
	// concurrently for different destinations, in order for one. The
	// same d.Key means the same message: where the platform can recognise a
	// repeat, a second delivery must not show twice. An error wrapping
	// ErrUndeliverable is final (the person or place cannot be written to);
	// ErrGone says that the message to replace no longer exists; any other
	// error is retried.
	Deliver(ctx context.Context, d Delivery) (ref string, err error)
}

// What a delivery can come back with besides trouble that passes.
var (
	ErrUndeliverable = errors.New("bot: this person or place cannot be written to")
	ErrGone          = errors.New("bot: the message to replace no longer exists")
)

// Kind says what happened.
type Kind int

// The kinds of events.
const (
	// Called: somebody typed a line, pressed a button or submitted a form.
	Called Kind = iota
	// Joined: somebody entered the community.
	Joined
	// Left: somebody left the community.
	Left
	// Seen: the platform told who somebody is now (name, language, marks).
	Seen
)

// Event is something that happened on a platform.
type Event struct {
	// ID is the same when the platform delivers the same event again, and never
	// the same for two events. Empty only for Seen.
	ID     string
	Kind   Kind
	Caller Account
	Place  Place
	// Line is what was typed, when the core is to parse it; Call is set instead
	// by buttons, forms and platforms that parse themselves.
	Line string
	Call *Call
}

// Account is somebody on one platform.
type Account struct {
	// Platform is the adapter's name, ID the platform's immutable identifier.
	// Only these two ever authorise.
	Platform string
	ID       string
	// Name is shown and may be used to point at somebody; it proves nothing.
	Name string
	// Locale is the person's own language there ("fr", "en-GB"), if known.
	Locale string
	// Marks is everything the platform says of the account that may put it in a
	// group: "role:ID", "channel:ID", and in sandboxes "group:ID". Nil means
	// that the event did not say; what was last said then holds.
	Marks []string
}

// Place is where something is said.
type Place struct {
	Platform string `json:"p,omitempty"`
	// Channel is the platform's identifier of the channel. Empty with Direct.
	Channel string `json:"c,omitempty"`
	// Thread is the message whose thread it is, or empty.
	Thread string `json:"t,omitempty"`
	// Direct marks a private conversation with the bot.
	Direct bool `json:"d,omitempty"`
}

// Call is a command with its arguments, whatever way it was made.
type Call struct {
	// Command is the command's name: English words separated by spaces.
	Command string `json:"c"`
	// Args holds raw values by option name; the core binds and checks them.
	Args map[string]string `json:"a,omitempty"`
	// Form marks a submitted form, whose mistakes are shown beside its fields.
	Form bool `json:"f,omitempty"`
}

// With returns a copy of the call with one more argument.
func (c Call) With(name, value string) Call {
	args := make(map[string]string, len(c.Args)+1)
	for k, v := range c.Args {
		args[k] = v
	}
	args[name] = value
	c.Args = args
	return c
}

// Answer is what the caller gets back, in their language and for them alone.
type Answer struct {
	Message
	// Form is to be shown for the caller to fill in.
	Form *FormView
	// Refused marks an answer that says no; nothing was changed.
	Refused bool
	// Locale is the language of the answer.
	Locale string
}

// Empty reports whether there is nothing to show.
func (a Answer) Empty() bool {
	return a.Text == "" && a.Card == nil && a.Form == nil && len(a.Buttons) == 0 && len(a.Files) == 0
}

// Message is something to show: text, then a card, then buttons, then files.
type Message struct {
	Text    Markup
	Card    *CardView
	Buttons []ButtonView
	Files   []File
}

// CardView is a card drawn in one language.
type CardView struct {
	// Key names what the card shows ("vote/12").
	Key    string
	Title  Markup
	Body   Markup
	Fields []FieldView
	// Tone is a hint for a colour or a sign; it never carries meaning alone.
	Tone Tone
	// Appointment is set when what the card shows happens at a time.
	Appointment *Appointment
	// Thread names the discussion that the card opens, where it is to open one;
	// Tags are words to file it under. Both are without markup.
	Thread string
	Tags   []string
}

// FieldView is one labelled line of a card.
type FieldView struct{ Label, Value Markup }

// ButtonView is a button: what it says, and the call that pressing it makes.
type ButtonView struct {
	Label string
	Call  Call
	// Style is a hint: primary, danger or empty.
	Style string
	// Line is what can be typed instead of pressing, for a button that is aside:
	// the message can do without it.
	Line string
}

// FormView is a form drawn in one language. Submitting it makes Call with the
// values added to its arguments, and Form set.
type FormView struct {
	Title  string
	Intro  Markup
	Call   Call
	Fields []FormField
}

// FormField is one question of a form.
type FormField struct {
	// Name is the argument it fills.
	Name  string
	Label string
	// Also is the label in the other languages, for who names a field by hand.
	Also     []string
	Help     string
	Value    string
	Long     bool
	Required bool
	// Max is the greatest length in characters, 0 when only the platform limits it.
	Max int
	// Choices, when not empty, are the only values allowed.
	Choices []ChoiceView
	// Error says what is wrong with Value, in the member's language.
	Error string
}

// ChoiceView is one value that may be chosen and how it reads.
type ChoiceView struct{ Value, Label string }

// File is a document handed over with a message.
type File struct {
	Name string
	Type string
	// Alt says in words what a picture shows, in the reader's language.
	Alt  string
	Data []byte
}

// Delivery is one message on its way out of the outbox.
type Delivery struct {
	// Key is the same for every attempt at this message.
	Key string
	// Place is where to post; with Direct set, To is whom to write to.
	Place Place
	To    Account
	// Under is the reference of a card that stands in the place and that the message
	// speaks of: it belongs in the card's thread, where the platform has threads.
	Under string
	// Invite are accounts to which the place is opened first, where it is private; an
	// adapter that may not do so says it in its log and posts all the same.
	Invite []Account
	// Replace is the reference of the message to redraw, or empty for a new one.
	Replace string
	Message Message
}
