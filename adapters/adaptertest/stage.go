package adaptertest

import (
	"testing"

	"greffier/bot"
)

// Stage is a real platform, or what stands for one, on which whole conversations
// are played by people who type, click and come and go as members do there. The
// runner (adapters/console/conversation, RunOn) knows what each of them must see;
// a Stage says what they do see. People and channels are named as in the
// conversation. Each Stage is used by one conversation, from one goroutine.
type Stage interface {
	// Platform is the adapter's name, Adapter the one under test, and Features the
	// sentences that it says itself.
	Platform() string
	Adapter() bot.Adapter
	Features() []bot.Feature
	// Dialect is how the clerk's words read on this platform once Private and
	// Public have undone its marks.
	Dialect() bot.Dialect
	// Person gets somebody ready, who uses the platform in a language and is
	// outside the community yet, and returns their identifier.
	Person(t testing.TB, who, locale string) (id string)
	// Channel makes a channel and returns its identifier. Whoever joins the
	// community is in it when it is open, and after Enter when it is not.
	Channel(t testing.TB, name string, open bool) (id string)
	// Serve starts serving the desk and returns once events are received. What it
	// returns ends that, and waits for all that was started.
	Serve(t testing.TB, desk *bot.Bot) (stop func())
	// Join and Leave enter and leave the community; Enter and Exit a channel.
	Join(t testing.TB, who string)
	Leave(t testing.TB, who string)
	Enter(t testing.TB, who, channel string)
	Exit(t testing.TB, who, channel string)
	// Type makes a member type a line in a channel, or in private to the clerk when
	// the channel is empty. A line that begins with a slash, or with "@greffier ",
	// is for the clerk, whatever the platform has members write for that.
	Type(t testing.TB, who, channel, line string)
	// Click presses the button of that label on a message shown to the member.
	Click(t testing.TB, who string, on Message, label string)
	// Fill submits the form that the member was shown last; values are by the
	// names of its fields, those left out keep what is in them. Under the labels of
	// all fields is what each then holds, for platforms that show nothing else.
	Fill(t testing.TB, who string, values map[string]string)
	// Private lists what a member was shown alone, and Public what stands in a
	// channel, oldest first, people and commands named as the conversation names
	// them. What only says where the answer is to be found is left out.
	Private(t testing.TB, who string) []Message
	Public(t testing.TB, channel string) []Message
}

// Named is a stage on a platform where people are called as they like, capitals and
// accents and all.
type Named interface {
	// Call gives somebody the name that others see.
	Call(t testing.TB, who, name string)
}

// Mannered is a stage on a platform that can be used in several manners, such as
// "mattermost by mention". A conversation can be left out on one of them.
type Mannered interface{ Manner() string }

// Shutter is a stage on a platform where people may take no direct messages.
type Shutter interface {
	// Shut has somebody take none, or take them again.
	Shut(t testing.TB, who string, shut bool)
}
