// Package newsletter is the feature by which those who are not in the chat still
// follow: an issue is assembled from what happened in a period (decisions, and
// what the features tell by bot.News), edited by people, and sent to a channel,
// which may have a place on a mailing list. Nothing is sent by itself.
//
//	newsletter.go  what the register keeps
//	prepare.go     assembling an issue
//	edit.go        editing and sending it
//	draw.go        an issue as text, Markdown and HTML
//	records.go     exports and verification
package newsletter

import (
	"embed"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/store"
)

//go:embed locale/*.yaml
var locale embed.FS

//go:embed testdata/*.txtar
var conversations embed.FS

// Feature is newsletters, to be given to bot.New.
func Feature() bot.Feature {
	return bot.Feature{
		Name:     "newsletter",
		Locale:   locale,
		Examples: conversations,
		Commands: []*bot.Command{
			bot.Cmd("newsletter prepare", prepare),
			bot.Cmd("newsletter show", show, bot.Reads, bot.Shortcut),
			bot.Cmd("newsletter edit", edit),
			bot.Cmd("newsletter add", add),
			bot.Cmd("newsletter drop", drop),
			bot.Cmd("newsletter send", send),
			bot.Cmd("newsletter files", files, bot.Reads),
			bot.Cmd("newsletter list", list, bot.Reads),
		},
		Documents: map[string]bot.DocumentFunc{"newsletter": document},
		On:        []bot.Listener{bot.On(linked)},
		Export:    export,
		Personal:  personal,
	}
}

// Issue is one newsletter.
type Issue struct {
	Number uint64       `json:"number"`
	At     time.Time    `json:"at"`
	By     bot.MemberID `json:"by"`
	// From and To are the period it tells of.
	From     time.Time         `json:"from"`
	To       time.Time         `json:"to"`
	Title    string            `json:"title,omitempty"`
	Intro    string            `json:"intro,omitempty"`
	Sections []bot.NewsSection `json:"sections,omitempty"`
	// Sent is when it went out, zero while it is a draft.
	Sent time.Time `json:"sent,omitzero"`
}

var issues = store.NewTable[Issue]("newsletter")

func (i *Issue) key() string { return "newsletter/" + strconv.FormatUint(i.Number, 10) }

func (i *Issue) save(c *bot.Ctx) { issues.Put(c.Tx, store.K(i.Number), *i) }

// find is the issue of a number, or a refusal that says how to find others.
func find(c *bot.Ctx, number int) (*Issue, error) {
	i, ok := issues.Get(c.Tx, store.K(number))
	if !ok {
		return nil, bot.Refuse("newsletter.none", "number", number, "prepare", bot.CommandText("newsletter prepare"))
	}
	return &i, nil
}

// findDraft is find for what only a draft allows.
func findDraft(c *bot.Ctx, number int) (*Issue, error) {
	i, err := find(c, number)
	if err == nil && !i.Sent.IsZero() {
		err = bot.Refuse("newsletter.sent-already", "number", i.Number, "at", i.Sent)
	}
	return i, err
}
