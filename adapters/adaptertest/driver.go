// Package adaptertest holds what every adapter must pass. A Driver does on the
// platform what members do there and sees what they see; the suite (Run) knows
// nothing else of it. The bot behind the adapter is a real one, on a real
// register, with a feature of the suite's own.
package adaptertest

import (
	"testing"

	"greffier/bot"
)

// Driver acts on one platform as its members would. Its methods may be called
// from several goroutines, for different members. They fail the test when the
// platform refuses what a member may do.
type Driver interface {
	// Platform is the adapter's name.
	Platform() string
	// Adapter is the one under test.
	Adapter() bot.Adapter
	// Features hold the sentences that the adapter says itself, if it has any.
	Features() []bot.Feature
	// Channel is the platform's identifier of a channel where members and the bot
	// are; Nowhere that of one to which the bot cannot post.
	Channel() string
	Nowhere() string
	// Serve starts serving the desk, and returns once events are received. It
	// registers with t.Cleanup what ends it and waits for all that it started.
	Serve(t testing.TB, desk *bot.Bot)
	// Type makes a member type a line in the channel, and returns once the
	// platform has shown the member an answer, or has none to show. One that begins
	// with "@greffier " mentions the bot, by the name that it has there.
	Type(t testing.TB, who, line string)
	// Repeat has the platform deliver the member's last event once more, as it
	// does when it doubts that the first one arrived.
	Repeat(t testing.TB, who string)
	// Click presses the button of that label on a message.
	Click(t testing.TB, who string, on Message, label string)
	// Fill submits the form that the member was shown last; values are by the
	// names of its fields.
	Fill(t testing.TB, who string, values map[string]string)
	// LosePatience lets as much time pass for the platform as it takes until an
	// answer not yet given must have been announced.
	LosePatience(t testing.TB)
	// Private lists what a member was shown alone, and Public what stands in the
	// channel, oldest first.
	Private(t testing.TB, who string) []Message
	Public(t testing.TB) []Message
	// Until waits until ok holds, and fails the test when it does not in a time
	// that is fair for the platform.
	Until(t testing.TB, what string, ok func() bool)
}

// Faulty is a driver of a platform that can fail. A platform that lives in our own
// process has no connection to lose, no limits and no rights of its own.
type Faulty interface {
	// Cut breaks every connection between the platform and the adapter, so that
	// nothing passes until mend is called. Members act meanwhile.
	Cut(t testing.TB) (mend func())
	// Press has the platform turn the adapter's next requests away with the demand
	// to wait; ease fails the test when none came, or one before its time.
	Press(t testing.TB) (ease func())
	// Forbid takes from the bot the right to post in the channel, which allow
	// gives back.
	Forbid(t testing.TB) (allow func())
}

// Message is what members see of a message, as it stands now.
type Message struct {
	// ID is the platform's reference.
	ID string
	// Text is all its words as they are read, a card's and a form's included.
	Text string
	// Buttons are the labels that can be pressed.
	Buttons []string
	// Form lists the names of the fields of the form it is, if it is one.
	Form []string
	// OneByOne says that the form asks its fields one at a time: Form has the label
	// of the one that is asked now.
	OneByOne bool
	// Fields say more of some of those fields, by name.
	Fields map[string]Field
	// Files are the names of the files that can be opened.
	Files []string
	// Pinged lists whom it called the attention of, "everyone" among them.
	Pinged []string
}

// Field is what a member sees of one field of a form.
type Field struct {
	// Value is what is in it; Choices are the labels of the values to choose from.
	Value   string
	Choices []string
	// Error is what is said to be wrong with it.
	Error string
}
