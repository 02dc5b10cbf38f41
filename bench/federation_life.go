package main

import (
	"fmt"
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/config"
)

// found is the first day: half the members come, and the organisations with them.
func (f *federation) found() error {
	half := max(f.extent.members/2, min(delegates, f.extent.members))
	if _, err := concurrently(half, 64, func(i int) error { return f.join(i - 1) }); err != nil {
		return err
	}
	f.present, f.founders = half, half
	for o := range f.extent.organisations {
		name := organisation(o)
		if _, err := f.say(0, "organisation new", "organisation", name); err != nil {
			return err
		}
		for i := range 4 { // the first two are delegates
			who := o*2 + i
			if i > 1 {
				who = delegates + o*2 + i
			}
			if who >= f.present {
				break
			}
			if _, err := f.say(who, "organisation join", "organisation", name); err != nil {
				return err
			}
		}
		if _, err := f.say(0, "organisation represent", "organisation", name, "member", at(min(o*2, f.present-1))); err != nil {
			return err
		}
	}
	for i := range 20 {
		if err := f.play(script{{i, []string{"contact volunteer"}}, {i, []string{"software add", "name", "Agora"}}}); err != nil {
			return err
		}
	}
	return nil
}

func organisation(n int) string { return fmt.Sprintf("Town of %s %d", words[n%len(words)], n) }

func (f *federation) join(member int) error {
	who := account(member)
	who.Marks = marks(member)
	f.bot.Handle(f.ctx, bot.Event{
		ID: fmt.Sprint("e", f.events.Add(1)), Kind: bot.Joined, Caller: who, Place: bot.Place{Platform: config.Console},
	})
	if member%3 > 0 {
		return f.ctx.Err()
	}
	_, err := f.say(member, "member introduce", "town", words[member%len(words)], "project", "To connect the "+words[member*7%len(words)], "phone", "01 23 45 67 89")
	return err
}

// due is how many of so many things have begun before a day.
func (f *federation) due(all, day int) int { return all * day / f.extent.days }

// begun is what begins today, each thing with what becomes of it.
func (f *federation) begun() []func() error {
	var today []func() error
	add := func(all int, do func(i int) error) { // numbered from the first day on
		for i := f.due(all, f.day); i < f.due(all, f.day+1); i++ {
			today = append(today, func() error { return do(i) })
		}
	}
	coming := f.extent.members - f.founders
	add(coming, func(i int) error { return f.join(f.founders + i) })
	f.present = f.founders + f.due(coming, f.day)
	add(f.extent.requests, f.newRequest)
	add(f.extent.votes/2, f.newVote)
	add(f.extent.meetings*7/8, f.newMeeting)
	add(max(f.extent.days/15, 2), f.newRelease)
	add(max(f.extent.days/30, 2), f.newLetter)
	add(max(f.extent.members/50, 1), f.newMandate)
	add(f.extent.members/3, f.odds)
	return today
}

// odds are the small things that members do.
func (f *federation) odds(int) error {
	who := f.somebody(f.extent.members)
	for _, call := range [][]string{
		{"software add", "name", []string{"Agora", "Implicit", "Maarch", "Alfresco", words[f.pick(200)]}[f.pick(5)], "context", f.sentence(3), "rating", "4"},
		{"remind me", "what", f.sentence(3), "when", f.on(20 + f.pick(60))},
		{"calendar feed"},
		{"release follow", "topic", "forms"},
		{"member announce", "name", f.sentence(2), "town", words[f.pick(500)]},
	} {
		if f.pick(2) == 0 {
			continue
		}
		if _, err := f.say(who, call[0], call[1:]...); err != nil {
			return err
		}
	}
	if f.pick(20) == 0 {
		_, err := f.say(who, "lead take", "theme", []string{"data", "desk", "access", "maps", "payment", "identity"}[f.pick(6)])
		return err
	}
	return nil
}

// script is calls of which each is made once the one before was.
type script []struct {
	who  int
	call []string
}

func (f *federation) play(calls script) error {
	for _, c := range calls {
		if _, err := f.say(c.who, c.call[0], c.call[1:]...); err != nil {
			return err
		}
	}
	return nil
}

// newRequest is a request: most are moved on, some are refused, withdrawn or left.
func (f *federation) newRequest(i int) error {
	kind := []string{"idea", "bug", "idea", "help"}[i%4]
	author := f.somebody(f.extent.members)
	n, err := f.made(author, "request new", "title", f.sentence(5), "kind", kind, "use-case", f.sentence(18), "details", f.sentence(25), "anyway", "yes")
	if err != nil || n == 0 {
		return err
	}
	number := fmt.Sprint(n)
	supporters := f.pick(6)
	switch {
	case n%5000 == 7:
		supporters = 2000
	case n%200 == 3:
		supporters = 200
	}
	for range supporters {
		if _, err := f.say(f.somebody(f.extent.members), "request support", "number", number); err != nil {
			return err
		}
	}
	for range f.pick(4) {
		if _, err := f.say(f.somebody(f.extent.members), "request comment", "number", number, "text", f.sentence(15)); err != nil {
			return err
		}
	}
	switch fate := i / 4 % 20; {
	case fate < 3: // it stays as it is
		f.note("request "+kind, n)
		return nil
	case fate == 3:
		f.in(9, func() error {
			return f.play(script{{author, []string{"request withdraw", "number", number, "sure", "yes"}}})
		})
		return nil
	case fate < 7:
		f.in(12, func() error {
			return f.play(script{{0, []string{"request refuse", "number", number, "reason", "Not now"}}})
		})
		return nil
	case fate == 7 && n > 10:
		other := fmt.Sprint(n - 1 - f.pick(9))
		f.in(3, func() error {
			return f.play(script{{0, []string{"request merge", "number", number, "into", other, "sure", "yes"}}})
		})
		return nil
	}
	switch kind {
	case "bug":
		return f.repair(number)
	case "help":
		return f.help(number)
	}
	f.in(8, func() error { return f.study(n) })
	return nil
}

func (f *federation) repair(number string) error {
	f.in(2, func() error {
		return f.play(script{
			{20, []string{"request assign", "number", number, "who", at(f.somebody(40))}},
			{20, []string{"request link", "number", number, "address", "https://tickets.example.org/" + number}},
			{20, []string{"request advance", "number", number}},
		})
	})
	f.in(15+f.pick(40), func() error { return f.play(script{{20, []string{"request advance", "number", number}}}) })
	return nil
}

func (f *federation) help(number string) error {
	f.in(1, func() error {
		return f.play(script{
			{20, []string{"request call", "number", number, "group", "technical", "what", f.sentence(5)}},
			{35, []string{"request respond", "number", number, "text", f.sentence(8), "group", "technical"}},
			{20, []string{"request advance", "number", number}},
		})
	})
	return nil
}

// study is what an idea goes through: opinions, a vote of the board for one in four,
// and a funding.
func (f *federation) study(n int) error {
	number := fmt.Sprint(n)
	err := f.play(script{
		{1, []string{"request advance", "number", number}},
		{30, []string{"request opinion", "number", number, "verdict", "favourable", "reasons", f.sentence(8), "group", "technical"}},
		{f.somebody(delegates), []string{"request opinion", "number", number, "verdict", "favourable", "group", "delegates"}},
	})
	if err != nil || n%9 > 1 {
		f.note("request study", n)
		return err
	}
	f.in(10, func() error {
		if err := f.play(script{{1, []string{"request advance", "number", number}}}); err != nil {
			return err
		}
		vote, err := f.made(1, "vote new", "title", "Shall we build "+f.sentence(3)+"?", "rule", "board", "request", number)
		if err != nil || vote == 0 {
			return err
		}
		f.note("vote closed", vote)
		return f.ballots(vote, boardSize, boardSize, func() string { return []string{"yes", "yes", "yes", "no", "abstain"}[f.pick(5)] })
	})
	f.in(26, func() error { return f.pay(n) })
	return nil
}

func (f *federation) ballots(vote, among, count int, choice func() string) error {
	first := f.pick(max(1, min(among, f.present)-count))
	for i := range count {
		if _, err := f.say((first+i)%f.present, "vote cast", "number", fmt.Sprint(vote), "choice", choice()); err != nil {
			return err
		}
	}
	return nil
}

// pay opens the funding of an idea that the board wants.
func (f *federation) pay(n int) error {
	number := fmt.Sprint(n)
	way := []string{"free", "free", "equal", "turn", "pot"}[f.pick(5)]
	target := 1000 + 100*f.pick(90)
	args := []string{"request", number, "way", way, "target", fmt.Sprint(target)}
	if way == "equal" {
		args = append(args, "contributors", "4")
	}
	funding, err := f.made(1, "fund open", args...)
	if err != nil || funding == 0 {
		return err
	}
	fund := fmt.Sprint(funding)
	switch way {
	case "pot":
		if f.pick(4) == 0 {
			f.note("funding pot", funding)
			return nil
		}
		err = f.play(script{{1, []string{"fund decide", "number", fund, "decision", "granted"}}, {1, []string{"fund commit", "number", fund}}})
	case "turn":
		f.note("funding turn", funding)
		return nil
	default:
		if err := f.pledge(fund, way, target); err != nil {
			return err
		}
		f.note("funding "+way, funding)
	}
	if f.pick(3) > 0 {
		f.in(100, func() error { return f.play(script{{1, []string{"request advance", "number", number}}}) })
	}
	return err
}

// pledge has organisations promise money, two times of three enough of it.
func (f *federation) pledge(fund, way string, target int) error {
	parts, first := 10, f.pick(f.extent.organisations)
	if way == "equal" {
		parts = 4
	}
	promised := parts - 3*(f.pick(3)/2)
	for i := range promised {
		of := (first + i) % f.extent.organisations
		args := []string{"number", fund, "organisation", organisation(of)}
		if way != "equal" {
			args = append(args, "amount", fmt.Sprint(target/parts))
		}
		if _, err := f.say(min(2*of, f.present-1), "fund pledge", args...); err != nil {
			return err
		}
	}
	if promised == parts {
		number, _ := strconv.Atoi(fund)
		f.note("funding reached", number)
	}
	return nil
}

// newVote is a vote of its own, whose ballots come over some days.
func (f *federation) newVote(i int) error {
	title := f.sentence(6)
	options := make([]string, 8)
	for i := range options {
		options[i] = fmt.Sprintf("Option %c", 'A'+i)
	}
	one := func() string { return options[f.pick(5)] }
	kind := i * 37 % 100
	if f.day%365 == 5 {
		kind = 100
	}
	rule, args, among, count, choice := "board", []string(nil), boardSize, boardSize, func() string { return []string{"yes", "no"}[f.pick(2)] }
	switch {
	case kind == 100:
		rule, among, count = "assembly", f.extent.members, f.extent.members/3
	case kind < 30:
		rule, args, among, count, choice = "choice", []string{"options", strings.Join(options[:5], ",")}, delegates, 200+f.pick(200), one
	case kind < 55:
		rule, args, among, count, choice = "poll", []string{"options", strings.Join(options[:5], ",")}, f.extent.members, 50+f.pick(300), one
	case kind < 60:
		rule, args, among, count = "ranked", []string{"options", strings.Join(options, ",")}, delegates, 300
		choice = func() string { return options[f.pick(4)] + " > " + options[4+f.pick(4)] }
	}
	n, err := f.made(f.somebody(delegates), "vote new", append([]string{"title", title, "rule", rule}, args...)...)
	if err != nil || n == 0 {
		return err
	}
	f.note("vote "+rule, n)
	f.in(1, func() error { return f.ballots(n, among, min(count, f.present)/2, choice) })
	f.in(4, func() error { return f.ballots(n, among, min(count, f.present)/2, choice) })
	return nil
}

func (f *federation) newRelease(int) error {
	n, err := f.made(1, "release new", "title", f.sentence(2), "production", f.on(40), "notes", "https://notes.example.org")
	if err != nil || n == 0 {
		return err
	}
	for range 6 {
		_, err := f.say(1, "release change", "number", fmt.Sprint(n), "text", f.sentence(6),
			"importance", []string{"minor", "notable", "breaking"}[f.pick(3)], "topic", []string{"forms", "payment", "search"}[f.pick(3)], "why", f.sentence(9))
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *federation) newLetter(int) error {
	n, err := f.made(1, "newsletter prepare")
	if err != nil || n == 0 {
		return err
	}
	f.note("letter", n)
	return f.play(script{
		{1, []string{"newsletter edit", "number", fmt.Sprint(n), "title", f.sentence(3), "intro", f.sentence(20)}},
		{1, []string{"newsletter send", "number", fmt.Sprint(n), "sure", "yes"}},
	})
}

func (f *federation) newMandate(int) error {
	n, err := f.made(0, "mandate new", "who", at(f.somebody(f.extent.members)), "kind", []string{"chair", "treasury", "delegate"}[f.pick(3)])
	f.note("mandate", n)
	return err
}
