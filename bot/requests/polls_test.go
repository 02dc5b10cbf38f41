package requests_test

import (
	"errors"
	"fmt"
	"testing/fstest"

	"greffier/bot"
	"greffier/store"
)

// polls is the smallest feature that votes as requests see it: a chair opens
// one when a stage wants it, and says how it ended with "/poll settle 1 yes",
// "no" or "cancel". A stage may need it to be "covered", which "/poll cover 1" says
// of a request. It knows requests by signals alone, as bot/votes does.
func polls() bot.Feature {
	polled, covered := store.NewTable[poll]("poll"), store.NewTable[bool]("poll-covered")
	return bot.Feature{
		Name:   "polls",
		Locale: pollLocale(),
		Choices: map[string]bot.Completer{"outcomes": func(*bot.Ctx, map[string]string) []bot.Choice {
			return []bot.Choice{{Value: "yes"}, {Value: "no"}, {Value: "cancel"}}
		}},
		Commands: []*bot.Command{
			bot.Cmd("poll settle", func(c *bot.Ctx, in settleArgs) (bot.Reply, error) {
				p, ok := polled.Get(c.Tx, store.K(in.Number))
				if !ok {
					return bot.Reply{}, errors.New("no such poll")
				}
				return bot.Say("poll.settled", "number", in.Number), c.Signal(bot.VoteSettled{
					Subject: p.Subject, Vote: uint64(in.Number), Rule: p.Rule, Passed: in.Outcome == "yes", Cancelled: in.Outcome == "cancel",
				})
			}, bot.Free),
			bot.Cmd("poll cover", func(c *bot.Ctx, in coverArgs) (bot.Reply, error) {
				subject := fmt.Sprintf("request/%d", in.Number)
				covered.Put(c.Tx, store.K(subject), true)
				return bot.Say("poll.covered", "number", in.Number), c.Signal(bot.NeedChanged{Subject: subject})
			}, bot.Free),
		},
		Needs: map[string]bot.NeedFunc{"covered": func(c *bot.Ctx, subject string) (bool, bot.Text) {
			return covered.Has(c.Tx, store.K(subject)), bot.T("poll.uncovered")
		}},
		On: []bot.Listener{bot.On(func(c *bot.Ctx, v bot.VoteWanted) error {
			if len(c.Members(c.Charter.Rule(v.Rule).Electorate...)) == 0 {
				return bot.Refuse("poll.nobody", "rule", v.Rule)
			}
			n := polled.NextID(c.Tx)
			polled.Put(c.Tx, store.K(n), poll{v.Subject, v.Rule})
			c.Post(v.Place, bot.T("poll.open", "number", n, "title", v.Title))
			return c.Signal(bot.VoteOpened{Subject: v.Subject, Vote: n})
		})},
	}
}

type poll struct{ Subject, Rule string }

type coverArgs struct {
	Number int `opt:"number"`
}

type settleArgs struct {
	Number  int    `opt:"number"`
	Outcome string `opt:"outcome" choices:"outcomes"`
}

// pollLocale also has the words for the vote commands that requests point at.
func pollLocale() fstest.MapFS {
	file := func(open, settled, nobody, covered, uncovered string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(fmt.Sprintf(`
commands:
  poll: {word: poll, help: Polls}
  poll settle:
    word: settle
    help: Say how a poll ended
    options:
      number: {word: number, help: Which}
      outcome: {word: outcome, help: "yes, no or cancel"}
  poll cover:
    word: cover
    help: Say that a request is covered
    options:
      number: {word: number, help: Which}
  vote: {word: vote, help: Votes}
messages:
  poll.open: "%s"
  poll.settled: "%s"
  poll.nobody: "%s"
  poll.covered: "%s"
  poll.uncovered: "%s"
`, open, settled, nobody, covered, uncovered))}
	}
	return fstest.MapFS{
		"locale/en.yaml": file("Vote {{.number}}: {{.title}}?", "Vote {{.number}} is settled.", "Nobody may vote under {{.rule}}.",
			"Request {{.number}} is covered.", "Its cost is not covered yet."),
		"locale/fr.yaml": file("Vote n° {{.number}} : {{.title}} ?", "Le vote n° {{.number}} est tranché.", "Personne ne peut voter selon {{.rule}}.",
			"La demande n° {{.number}} est couverte.", "Son coût n'est pas encore couvert."),
	}
}
