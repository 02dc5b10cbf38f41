package main

import (
	"fmt"
	"regexp"
	"strings"

	"greffier/bot"
)

// lineOf is a line of a command to be timed, and what has to be typed before it, by
// the same member. Words in braces stand for things of the register: {request idea} is
// one left in that state, {1} what the first line before it made.
type lineOf struct {
	// what tells several lines of one command apart.
	what   string
	before []string
	line   string
	// as is the member who types it; 0 is anybody, representative one who represents
	// {organisation}. A line before it that begins with a number is that member's.
	as int
}

const representative = -1

const (
	aRequest      = `/request new "{text}" kind:idea use-case:"{text}" anyway:yes`
	aBug          = `/request new "{text}" kind:bug details:"{text}" anyway:yes`
	aMeeting      = `/meeting new "{text}" when:"{later}" kind:working`
	aSession      = `/meeting start {1} sure:yes`
	anItem        = `/meeting propose {1} {text}`
	aVote         = `/vote new "{text}?" rule:poll options:"One, Two, Three"`
	aPaper        = `/vote questions "{text}" questions:"Alpha = One, Two; Beta = One, Two" rule:poll`
	aRelease      = `/release new "{text}" production:"{later}"`
	aLetter       = `/newsletter prepare days:5`
	anAction      = `/action new {1} "{text}" owner:{member}`
	aMandate      = `/mandate new {member} delegate`
	aReminder     = `/remind me what:"{text}" when:"{soon}"`
	aTown         = `/organisation new {unique}`
	aFunding      = `/fund open {1} way:free target:900000`
	aSmallFunding = `/fund open {1} way:free target:10`
	aWholePledge  = `/fund pledge {2} 10 organisation:"{organisation}"`
	aPot          = `/fund open {1} way:pot target:1`
	aNewcomer     = `/member announce "{unique}"`
	aCandidacy    = `/request new "{text}" kind:candidacy anyway:yes`
)

func one(line string, before ...string) []lineOf { return []lineOf{{line: line, before: before}} }

// commandLines are the lines of the commands that want more than what their
// declaration says. All others are made from it.
var commandLines = map[string][]lineOf{
	"help":     {{line: "/help"}, {what: "about one", line: "/help request new"}},
	"language": one("/language en"),

	"request new": {{line: aRequest}, {what: "like others", line: `/request new "{text}" kind:idea use-case:"{text}"`}, {what: "candidacy", line: aCandidacy}},
	"request list": {
		{line: "/request list"},
		{what: "page", line: "/request list page:{page}"},
		{what: "stage", line: "/request list stage:study kind:idea"},
		{what: "closed", line: "/request list state:done page:{page}"},
		{what: "text", line: "/request list text:{word}"},
		{what: "mine", line: "/request list --mine"},
		{what: "group", line: "/request list group:technical"},
	},
	"request show":      one("/request show {request}"),
	"request search":    {{line: "/request search {word}"}, {what: "two words", line: "/request search {word} {word}"}, {what: "mistyped", line: "/request search {mistyped}"}},
	"request history":   one("/request history {request}"),
	"request edit":      one(`/request edit {1} title:"{text}"`, aRequest),
	"request support":   {{line: "/request support {1}", before: []string{aRequest, "/request unsupport {1}"}}, {what: "many", line: "/request support {request idea}"}},
	"request unsupport": one("/request unsupport {request idea}", "/request support {request idea}"),
	"request case":      one(`/request case {request idea} "{text}"`),
	"request match":     one("/request match {1}", aRequest),
	"request comment":   one(`/request comment {request idea} "{text}"`),
	"request assign":    one("/request assign {request bug} {member}"),
	"request opinion":   {{line: `/request opinion {request study} favourable group:technical reasons:"{text}"`, as: 30}},
	"request advance":   one("/request advance {1}", aRequest),
	"request back":      one(`/request back {1} reason:"{text}"`, aRequest, "/request advance {1}"),
	"request refuse":    one(`/request refuse {1} "{text}"`, aRequest),
	"request present":   one("/request present {1}", aCandidacy),
	"request block":     one(`/request block {1} "{text}"`, aRequest),
	"request unblock":   one("/request unblock {1}", aRequest, `/request block {1} "{text}"`),
	"request hand":      one(`/request hand {1} support "{text}"`, aBug),
	"request call":      one(`/request call {1} board "{text}"`, aBug),
	"request respond":   {{line: `/request respond {1} "{text}"`, before: []string{aBug, `/request call {1} board "{text}"`}, as: 3}},
	"request link":      one("/request link {1} https://tickets.example.org/{unique}", aRequest),
	"request merge":     one("/request merge {1} into:{request idea} sure:yes", aRequest),
	"request withdraw":  one("/request withdraw {1} sure:yes", aRequest),

	"vote new": {
		{line: `/vote new "{text}?" rule:board`},
		{what: "of the delegates", line: `/vote new "{text}?" rule:choice options:"One, Two"`},
		{what: "of everybody", line: `/vote new "{text}?" rule:assembly`},
	},
	"vote list": {{line: "/vote list"}, {what: "all", line: "/vote list all page:{page}"}},
	"vote show": {
		{line: "/vote show {vote poll}"},
		{what: "ranked", line: "/vote show {vote ranked}"},
		{what: "of everybody", line: "/vote show {vote assembly}"},
		{what: "working", line: "/vote show {vote ranked} --working"},
	},
	"vote ballots":   {{line: "/vote ballots {vote poll}"}, {what: "of everybody", line: "/vote ballots {vote assembly}"}},
	"vote questions": one(aPaper),
	"vote answer":    one("/vote answer {1} One; Two sure:yes", aPaper),
	"vote cast":      one("/vote cast {1} One", aVote),
	"vote proxy":     {{line: "/vote proxy {1} @member7", before: []string{`/vote new "{text}?" rule:proxied`}, as: 3}},
	"vote revoke":    {{line: "/vote revoke {1}", before: []string{`/vote new "{text}?" rule:proxied`, "/vote proxy {1} @member7"}, as: 3}},
	"vote roll":      one("/vote roll {1}", `/vote new "{text}?" rule:board`),
	"vote receipt": {{
		line:   "/vote receipt {receipt}",
		before: []string{`/vote new "{text}?" rule:secret`, "/vote cast {1} yes", "6: /vote cast {1} no", "7: /vote cast {1} yes", "/vote close {1} sure:yes"},
	}},
	"vote withdraw": one("/vote withdraw {1}", aVote, "/vote cast {1} One"),
	"vote close":    one("/vote close {1} sure:yes", aVote, "/vote cast {1} One"),
	"vote extend":   one(`/vote extend {1} until:"{later}" reason:"{text}"`, aVote),
	"vote edit":     one(`/vote edit {1} title:"{text}?"`, aVote),
	"vote cancel":   one(`/vote cancel {1} reason:"{text}" sure:yes`, aVote),
	"vote present":  one("/vote present {1} {member}", aVote),
	"vote secret":   {{line: "/vote secret {1}", before: []string{`/vote new "{text}?" rule:asked`}, as: 3}},
	"vote start": {{
		line: "/vote start {2}", as: 3,
		before: []string{`/meeting new "{text}" when:"{later}" kind:review`, `/vote new "{text}?" rule:seated meeting:{1}`, aSession, "/meeting attend {1}"},
	}},
	"vote reconvene": {{line: "/vote reconvene {1}", before: []string{`/vote new "{text}?" rule:recalled`, "/vote cast {1} yes", "/vote close {1} sure:yes"}, as: 3}},
	"vote decide": {{
		line: "/vote decide {1} yes sure:yes", as: 5,
		before: []string{`/vote new "{text}?" rule:casting`, "/vote cast {1} yes", "6: /vote cast {1} no", "/vote close {1} sure:yes"},
	}},

	"meeting new":     {{line: aMeeting}, {what: "of everybody", line: `/meeting new "{text}" when:"{later}" kind:assembly`}},
	"meeting poll":    one(`/meeting poll "{text}" dates:"{soon}, {later}" kind:working`),
	"meeting free":    {{line: "/meeting free {1} 1", before: []string{`/meeting poll "{text}" dates:"{soon}, {later}" kind:review`}, as: 3}},
	"meeting choose":  one("/meeting choose {1} 1", `/meeting poll "{text}" dates:"{soon}, {later}" kind:working`),
	"meeting list":    {{line: "/meeting list"}, {what: "past", line: "/meeting list past"}},
	"meeting show":    one("/meeting show {meeting held}"),
	"meeting answer":  one("/meeting answer {1} maybe", `/meeting new "{text}" when:"{later}" kind:assembly`),
	"meeting propose": one(anItem, aMeeting),
	"meeting order":   one("/meeting order {1} 2 1", aMeeting, anItem, anItem),
	"meeting drop":    one("/meeting drop {1} 1", aMeeting, anItem),
	"meeting edit":    one(`/meeting edit {1} title:"{text}"`, aMeeting),
	"meeting convene": one("/meeting convene {1}", aMeeting),
	"meeting move":    one(`/meeting move {1} "{soon}"`, aMeeting),
	"meeting cancel":  one("/meeting cancel {1} {text} sure:yes", aMeeting),
	"meeting phase":   one("/meeting phase {1} report --done", `/meeting new "{text}" when:"{later}" kind:review`),
	"meeting start":   {{line: aSession, before: []string{aMeeting}, as: 3}},
	"meeting attend":  {{line: "/meeting attend {1}", before: []string{aMeeting, aSession}, as: 3}},
	"meeting note":    {{line: `/meeting note {1} 1 "{text}"`, before: []string{aMeeting, anItem, aSession}, as: 3}},
	"meeting decide":  {{line: `/meeting decide {1} "{text}" item:1 sure:yes`, before: []string{aMeeting, anItem, aSession}, as: 3}},
	"meeting round":   {{line: `/meeting round {1} "{text}"`, before: []string{aMeeting, aSession}, as: 3}},
	"meeting end":     {{line: "/meeting end {1} sure:yes", before: []string{aMeeting, aSession}, as: 3}},
	"meeting minutes": one("/meeting minutes {meeting held}"),
	"meeting correct": {{line: `/meeting correct {1} text:"{text}"`, before: []string{aMeeting, aSession, "/meeting end {1} sure:yes"}, as: 3}},
	"meeting approve": {{line: "/meeting approve {1} sure:yes", before: []string{aMeeting, aSession, "/meeting end {1} sure:yes"}, as: 3}},
	"action new":      {{line: anAction, before: []string{aMeeting, aSession}, as: 3}},
	"action list":     {{line: "/action list"}, {what: "mine", line: "/action list mine"}, {what: "done", line: "/action list done"}},
	"action done":     {{line: "/action done {3}", before: []string{aMeeting, aSession, anAction}, as: 3}},
	"action assign":   {{line: "/action assign {3} owner:{member}", before: []string{aMeeting, aSession, anAction}, as: 3}},
	"calendar revoke": one("/calendar revoke sure:yes", "/calendar feed"),

	"fund open": {{line: aFunding, before: []string{aRequest}}, {what: "in turn", line: "/fund open {1} way:turn target:500", before: []string{aRequest}}},
	"fund list": {{line: "/fund list"}, {what: "all", line: "/fund list --all"}},
	"fund show": one("/fund show {funding free}"),
	"fund owed": {
		{line: "/fund owed", before: []string{aRequest, aSmallFunding, aWholePledge}, as: representative},
		{what: "of one", line: "/fund owed {2}", before: []string{aRequest, aSmallFunding, aWholePledge}, as: representative},
	},
	"fund pledge": {{
		line: `/fund pledge {2} 12.50 organisation:"{organisation}"`, before: []string{aRequest, aFunding}, as: representative,
	}},
	"fund withdraw": {{
		line: `/fund withdraw {2} {organisation}`, as: representative,
		before: []string{aRequest, aFunding, `/fund pledge {2} 12.50 organisation:"{organisation}"`},
	}},
	"fund skip":   one("/fund skip {2} {text}", aRequest, "/fund open {1} way:turn target:500"),
	"fund decide": one("/fund decide {2} granted", aRequest, aPot),
	"fund commit": one("/fund commit {2}", aRequest, aPot, "/fund decide {2} granted"),
	"fund close":  one("/fund close {2} sure:yes", aRequest, aFunding),
	"fund cancel": one("/fund cancel {2} {text}", aRequest, aFunding),

	"release new":      one(aRelease),
	"release list":     {{line: "/release list"}, {what: "all", line: "/release list --all"}},
	"release show":     one("/release show {1}", aRelease),
	"release change":   one(`/release change {1} "{text}" minor`, aRelease),
	"release drop":     one("/release drop {1} 1", aRelease, `/release change {1} "{text}" minor`),
	"release move":     one(`/release move {1} "{later}"`, `/release new "{text}" production:"{soon}"`),
	"release cancel":   one("/release cancel {1} {text}", aRelease),
	"release follow":   {{line: "/release follow", before: []string{"/release unfollow"}}},
	"release unfollow": {{line: "/release unfollow", before: []string{"/release follow"}}},

	"newsletter prepare": {{line: "/newsletter prepare"}, {what: "of a year", line: "/newsletter prepare days:365"}},
	"newsletter show":    one("/newsletter show {letter}"),
	"newsletter edit":    one(`/newsletter edit {1} title:"{text}"`, aLetter),
	"newsletter add":     one(`/newsletter add {1} "{text}" {text}`, aLetter),
	"newsletter drop":    one("/newsletter drop {1} 1", aLetter),
	"newsletter send":    one("/newsletter send {1} sure:yes", aLetter),
	"newsletter files":   one("/newsletter files {letter}"),

	"member introduce":       one(`/member introduce town:{word} project:"{text}" phone:123`),
	"member list":            {{line: "/member list"}, {what: "page", line: "/member list page:{page}"}},
	"member announce":        one(aNewcomer),
	"member match":           one("/member match {1} {member}", aNewcomer),
	"member remove":          one("/member remove {1} sure:yes", aNewcomer),
	"contact volunteer":      {{line: "/contact volunteer", before: []string{"/contact stop"}}},
	"contact stop":           {{line: "/contact stop", before: []string{"/contact volunteer"}}},
	"software add":           one(`/software add {unique} context:"{text}" rating:3`),
	"software remove":        one("/software remove {1}", `/software add {unique} context:"{text}" rating:3`),
	"software list":          {{line: "/software list"}, {what: "one", line: "/software list Agora"}},
	"lead take":              {{line: "/lead take archives", before: []string{"/lead drop archives"}}},
	"lead pass":              {{line: "/lead pass archives {member}", before: []string{"/lead take archives"}}},
	"lead drop":              {{line: "/lead drop archives", before: []string{"/lead take archives"}}},
	"organisation new":       one(aTown),
	"organisation list":      {{line: "/organisation list"}, {what: "page", line: "/organisation list page:2"}},
	"organisation show":      one("/organisation show {organisation}"),
	"organisation join":      one("/organisation join {town}", aTown),
	"organisation leave":     one("/organisation leave {town}", aTown, "/organisation join {town}"),
	"organisation represent": one("/organisation represent {town}", aTown, "/organisation join {town}"),
	"organisation weight":    one(`/organisation weight {town} 3.5`, aTown),
	"organisation rename":    one(`/organisation rename {town} {town}b`, aTown),
	"organisation close":     one("/organisation close {town} sure:yes", aTown),
	"who":                    {{line: "/who"}, {what: "word", line: "/who {town of somebody}"}, {what: "group", line: "/who board"}},
	"charter":                {{line: "/charter"}, {what: "section", line: "/charter groups"}},
	"figures":                {{line: "/figures"}, {what: "of a year", line: "/figures {year}"}, {what: "of all", line: "/figures from:2022-01-03"}},

	"membership show":    {{line: "/membership show"}, {what: "somebody", line: "/membership show {member}"}},
	"membership confirm": one("/membership confirm"),
	"membership leave":   one("/membership leave sure:yes"),
	"membership keep":    one("/membership keep {member} {text}"),
	"membership end":     one("/membership end {member} {text} sure:yes"),
	"mandate new":        one(aMandate),
	"mandate pass":       one("/mandate pass {1} {member}", aMandate),
	"mandate end":        one("/mandate end {1}", aMandate),

	"remind me":      one(aReminder),
	"remind someone": one(`/remind someone {member} what:"{text}" when:"{soon}"`),
	"remind group":   one(`/remind group board what:"{text}" when:"{soon}"`),
	"remind channel": one(`/remind channel general what:"{text}" when:"{soon}"`),
	"remind done":    one("/remind done {1}", aReminder),
	"remind snooze":  one(`/remind snooze {1} "{later}"`, aReminder),
	"remind skip":    one("/remind skip {1}", `/remind me what:"{text}" when:"every Monday at 9am"`),
	"remind cancel":  one("/remind cancel {1}", aReminder),
	"remind silence": one("/remind silence 22:00-07:00"),
	"remind private": one("/remind private yes"),

	"register list": {{line: "/register list"}, {what: "page", line: "/register list page:{page}"}, {what: "text", line: "/register list {word}"}, {what: "of a year", line: "/register list from:{year}-01-04 until:{year}-12-31"}},
	"register show": one("/register show {page}"),
	"privacy erase": one("/privacy erase sure:yes"),
	"timeline":      {{line: "/timeline"}, {what: "of another year", line: "/timeline {year}"}},
}

// expander fills in the braces of one run's lines.
type expander struct {
	f    *federation
	who  int
	run  int
	made []string
	// receipt is the first that an answer gave.
	receipt string
	chosen  map[string]string // the same thing throughout the lines of a run
}

func (f *federation) expander(l lineOf, run int) *expander {
	x := &expander{f: f, who: l.as, run: run, chosen: map[string]string{}}
	switch l.as {
	case 0:
		x.who = f.somebody(f.extent.members)
	case representative:
		of := f.pick(f.extent.organisations)
		x.who, x.chosen["organisation"] = 2*of, organisation(of)
	}
	return x
}

var aReceipt = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// answered notes what the answer to a line before tells of.
func (x *expander) answered(a bot.Answer) {
	x.made = append(x.made, fmt.Sprint(numberIn(a)))
	if x.receipt == "" {
		x.receipt = aReceipt.FindString(a.Text.For(bot.PlainDialect()))
	}
}

var braces = regexp.MustCompile(`\{[^}]*\}`)

func (x *expander) expand(line string) string {
	return braces.ReplaceAllStringFunc(line, func(word string) string { return x.word(strings.Trim(word, "{}")) })
}

func (x *expander) word(what string) string {
	f := x.f
	switch what {
	case "text":
		return f.sentence(5)
	case "word":
		return f.sentence(1)
	case "mistyped":
		w := f.sentence(1)
		return w[:2] + w[3:]
	case "page":
		return fmt.Sprint(1 + f.pick(3))
	case "member":
		return at(f.somebody(f.extent.members))
	case "year": // the last that is over, when there is one
		return fmt.Sprint(max(founded.Year(), f.clock.Now().Year()-1))
	case "soon":
		return x.date(20)
	case "later":
		return x.date(60)
	case "receipt": // of the ballot that was just cast
		return x.receipt
	case "town": // the one that was just entered
		return x.chosen["unique"]
	}
	if what[0] >= '1' && what[0] <= '9' {
		return x.made[what[0]-'1']
	}
	if x.chosen[what] == "" {
		x.chosen[what] = x.choose(what)
	}
	return x.chosen[what]
}

// choose is what stays the same in all lines of a run.
func (x *expander) choose(what string) string {
	f := x.f
	switch what {
	case "unique":
		return unique(int(f.events.Load()))
	case "organisation":
		return organisation(f.pick(f.extent.organisations))
	case "town of somebody":
		return words[3*f.pick(f.extent.members/3)%len(words)]
	case "request":
		return fmt.Sprint(1 + f.pick(f.extent.requests*9/10))
	}
	all := f.known.Numbers[what]
	if len(all) == 0 {
		return "1"
	}
	return fmt.Sprint(all[f.pick(len(all))])
}

// date is a moment so many days after what is now in the register, as it is typed.
func (x *expander) date(days int) string {
	return x.f.clock.Now().AddDate(0, 0, days).Format("2006-01-02") + " 18:00"
}

// unique is a word of its own for each number, without figures.
func unique(n int) string {
	word := []byte("un")
	for ; n > 0; n /= 26 {
		word = append(word, byte('a'+n%26))
	}
	return string(word)
}
