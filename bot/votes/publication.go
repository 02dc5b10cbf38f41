package votes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"greffier/bot"
	"greffier/bot/votes/proof"
	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/ballotfile"
)

// At the close a file comes with the result: the ballots, how to count them again,
// and what proves that they are those that were counted (package proof). Its lines
// speak no language; what explains them does.

// publishedFrom is how many secret ballots of each kind there must be to publish them
// one by one, where the charter does not say.
const publishedFrom = 5

// published is a ballot as it is published: its line, and its receipt or whose it is.
type published struct {
	line, receipt string
	by            voice
}

// proofKey is the key of the file that a closed vote is published with.
func proofKey(v *Vote) string { return fmt.Sprintf("vote-proof/%d.txt", v.Number) }

// documents are what the outcome of a vote carries.
func documents(v *Vote) []string { return append(charts(v), proofKey(v)) }

// published lists the ballots of a closed vote that decide, in the order of what
// they say.
func (v *Vote) published(c *bot.Ctx) []published {
	var all []published
	add := func(b ballot, by voice) {
		if k := v.class(b.Class); !k.Advisory {
			line := ballotfile.Line(v.method(), v.fileNames(), v.Rule.Grades, b.counts(k.weight(0)), 1)
			all = append(all, published{line, receiptText(b.Receipt), by})
		}
	}
	if v.Rule.Secret {
		cast(c, v, func(b ballot) { add(b, 0) })
	} else {
		for id, b := range ballots.Prefix(c.Tx, voteID(v.Number)) {
			add(b, voiceIn(id))
		}
	}
	slices.SortFunc(all, func(a, b published) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.receipt, b.receipt), cmp.Compare(a.by, b.by))
	})
	return all
}

// fileNames are the options as a file of ballots has them, in no language.
func (v *Vote) fileNames() []string {
	if v.method() == tally.YesNo {
		return []string{"yes", "no"}
	}
	return v.names()
}

// digestOf is the digest of the ballots of a closed vote.
func digestOf(v *Vote, all []published) string {
	var lines, receipts []string
	for _, p := range all {
		lines = append(lines, p.line)
		if v.Rule.Secret {
			receipts = append(receipts, p.receipt)
		}
	}
	return proof.Digest(lines, receipts)
}

// few tells whether secret ballots are few enough to reveal who cast them: in all, or
// those that weigh alike.
func (v *Vote) few(c *bot.Ctx) bool {
	least := v.Rule.PublishFrom
	if least == 0 {
		least = publishedFrom
	}
	of := map[int]int{}
	cast(c, v, func(b ballot) { of[b.Class]++ })
	for _, n := range of {
		if n < least {
			return true
		}
	}
	return false
}

// publishes is how much of its ballots a closed vote publishes.
func (v *Vote) publishes(c *bot.Ctx) string {
	switch {
	case !v.Rule.Secret || !v.few(c):
		return proof.Ballots
	case v.marking() == single && v.alike():
		return proof.Counts
	}
	return proof.Nothing
}

// alike tells whether every ballot counts for 1, with all others.
func (v *Vote) alike() bool {
	return len(v.Classes) < 2 && len(v.Rule.Colleges) == 0 && v.class(0).weight(0) == nil
}

// proofFile draws the file of a closed vote, in a language.
func proofFile(c *bot.Ctx, key, locale string) (bot.File, bool) {
	number, ok := strings.CutSuffix(strings.TrimPrefix(key, "vote-proof/"), ".txt")
	if !ok {
		return bot.File{}, false
	}
	v, ok := numbered(c, map[string]string{"number": number})
	if !ok || v.State != Closed || v.Result == nil {
		return bot.File{}, false
	}
	st, ok := statement(c, &v)
	if !ok {
		return bot.File{}, false
	}
	data, err := proof.Write(v.fileLines(c, c.Speaker(locale), &st), st, c.PublicKey(), c.Sign)
	if err != nil {
		return bot.File{}, false
	}
	return bot.File{
		Name: fmt.Sprintf("vote-%d.txt", v.Number), Type: "text/plain; charset=utf-8", Data: data,
		Alt: c.Speaker(locale).Plain(bot.T("vote.proof-alt", "number", v.Number)),
	}, true
}

// statement is what the file says of the vote; ok is false for votes that were
// closed before the journal had the digest of their ballots.
func statement(c *bot.Ctx, v *Vote) (st proof.Statement, ok bool) {
	together, err := v.together(c)
	if err != nil {
		return st, false
	}
	st = proof.Statement{
		Register: c.Register(), Community: c.Charter.Community.Name, Vote: v.Number, Title: v.Title, Closed: v.Ended,
		Secret: v.Rule.Secret, Published: v.publishes(c), Tally: together.tallyArguments(),
	}
	for _, e := range c.History(v.key()) {
		if e.What != "vote close" && e.What != "vote decide" {
			continue
		}
		sealed, there := c.ChainEntry(e.Seq)
		if !there {
			return st, false
		}
		if e.What == "vote close" {
			st.Ballots = e.Data["ballots"]
		}
		st.Entries = append(st.Entries, sealed)
	}
	counted := *together.Result
	if len(v.Rule.Colleges) > 0 {
		st.Decided, st.For = "colleges", v.fileTitles(v.Result.Elected)
	} else if t := counted.Tie; t != nil && !v.pending() && (t.Rule == "chair" || t.Rule == "status-quo") {
		plain, err := tallied(c, v, 0, deciding, counted.electorate())
		if err != nil {
			return st, false
		}
		counted = plain
		st.Decided, st.For = t.Rule, v.fileTitles(t.Order)
	}
	st.Verdict, st.Elected, st.Tied = string(counted.Verdict), v.fileTitles(counted.Elected), v.fileTitles(counted.Tied)
	return st, st.Ballots != "" && len(st.Entries) > 0
}

// together is a closed vote as if it had no colleges: what the ballots come to when
// they are counted all together, which is what a file of them tells.
func (v *Vote) together(c *bot.Ctx) (*Vote, error) {
	if len(v.Rule.Colleges) == 0 {
		return v, nil
	}
	r, err := tallied(c, v, 0, deciding, v.Result.electorate())
	return v.with(&r), err
}

func (v *Vote) fileTitles(options []int) []string {
	names := v.fileNames()
	titles := make([]string, len(options))
	for i, o := range options {
		titles[i] = names[o]
	}
	return titles
}

// fileLines are the lines of the file before its statement.
func (v *Vote) fileLines(c *bot.Ctx, s *bot.Speaker, st *proof.Statement) []string {
	var lines []string
	note := func(text bot.Text) {
		for line := range strings.SplitSeq(s.Prose(text), "\n") {
			lines = append(lines, strings.TrimRight("#  "+line, " "))
		}
	}
	name := fmt.Sprintf("vote-%d.txt", v.Number)
	note(bot.T("vote.proof-head", "number", v.Number, "title", v.Title, "community", st.Community, "ended", v.Ended))
	note(bot.T("vote.proof-rule", "rule", ruleText(v)))
	note(verdict(v))
	note(bot.T("vote.proof-verify", "command", "greffier verify-vote "+name))
	if st.Published == proof.Nothing {
		note(bot.T("vote.proof-nothing"))
		return lines
	}
	note(bot.T("vote.proof-tally", "command", "greffier tally "+shellWords(st.Tally)+" "+name))
	switch st.Decided {
	case "":
	case "colleges":
		note(bot.T("vote.proof-colleges"))
	default:
		note(bot.T("vote.proof-decided"))
	}
	note(bot.T("vote.proof-" + st.Published + map[bool]string{true: "-secret"}[v.Rule.Secret]))
	lines = append(lines, v.declaration())
	return append(lines, v.ballotBlock(c, s, st.Published)...)
}

// declaration names all options, in the order of the ballot: a line that no ballot
// stands behind.
func (v *Vote) declaration() string {
	b := tally.Ballot{}
	for i := range v.fileNames() {
		m := tally.Mark{Option: i, Value: int64(i)}
		if v.method().Valued() {
			m.Value = 0
		}
		b.Marks = append(b.Marks, m)
	}
	return ballotfile.Line(v.method(), v.fileNames(), v.Rule.Grades, b, 0)
}

// ballotBlock are the ballots, each under its receipt or the name of who cast it, or
// how many said the same.
func (v *Vote) ballotBlock(c *bot.Ctx, s *bot.Speaker, how string) []string {
	var lines []string
	all := v.published(c)
	for i := 0; i < len(all); i++ {
		switch {
		case how == proof.Counts:
			n := 1
			for i+n < len(all) && all[i+n].line == all[i].line {
				n++
			}
			lines = append(lines, fmt.Sprint(n)+strings.TrimPrefix(all[i].line, "1"))
			i += n - 1
			continue
		case v.Rule.Secret:
			lines = append(lines, "# "+all[i].receipt)
		default:
			lines = append(lines, "# "+strings.ReplaceAll(s.Plain(all[i].by.say(c)), "\n", " "))
		}
		lines = append(lines, all[i].line)
	}
	return lines
}

// showProof hands the caller the file of a closed vote, and the key that it is signed
// with.
func showProof(c *bot.Ctx, v *Vote) (bot.Reply, error) {
	if v.State != Closed {
		return bot.Reply{}, bot.Refuse("vote.proof-open", "number", v.Number, "title", v.Title)
	}
	file, ok := proofFile(c, proofKey(v), c.Locale())
	if !ok {
		return bot.Reply{}, bot.Refuse("vote.proof-none", "number", v.Number, "title", v.Title)
	}
	return bot.Reply{
		Text:  bot.T("vote.proof", "number", v.Number, "title", v.Title, "key", fmt.Sprintf("%x", []byte(c.PublicKey())), "digest", v.Digest),
		Files: []bot.File{file},
	}, nil
}
