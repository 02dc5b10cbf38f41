package requests

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// memberOfKey reads what memberKey writes.
func memberOfKey(key string) (bot.MemberID, bool) {
	n, err := strconv.ParseUint(strings.TrimPrefix(key, "member/"), 10, 64)
	return bot.MemberID(n), err == nil
}

// mineShown is how many requests /me lists of each sort.
const mineShown = 10

// mine lists what a member can do now for requests, what they asked for and what
// they take care of, and counts what they support.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	open := filter{{stateSet(Open)}}
	lines := awaiting(c, who)
	var closed []uint64
	for _, sort := range []string{"author", "assignee"} {
		var numbers []uint64
		for id := range requests.ByDown(c.Tx, sort, store.K(uint64(who))) {
			numbers = append(numbers, numberOf(id))
		}
		all := slices.Clone(numbers)
		numbers = open.among(c.Tx, numbers)
		if sort == "author" {
			closed = without(all, numbers)
		}
		if len(numbers) == 0 {
			continue
		}
		lines = append(lines, bot.T("request.mine-"+sort, "count", len(numbers)))
		for _, n := range numbers[:min(mineShown, len(numbers))] {
			if r, ok := requests.Get(c.Tx, store.K(n)); ok {
				lines = append(lines, line(c, &r))
			}
		}
		if more := len(numbers) - mineShown; more > 0 {
			lines = append(lines, bot.T("request.mine-more", "count", more, "list", bot.CommandText("request list")))
		}
	}
	var supporting []uint64
	for id := range supports.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		supporting = append(supporting, n)
	}
	lines = append(lines, ended(c, closed)...)
	if n := len(open.among(c.Tx, supporting)); n > 0 {
		lines = append(lines, bot.T("request.mine-supports", "count", n))
	}
	return lines
}

// endedShown is how many of their closed requests /me reminds a member of.
const endedShown = 3

// without leaves out of a list the numbers of another in the same order.
func without(all, others []uint64) []uint64 {
	return slices.DeleteFunc(all, func(n uint64) bool {
		if len(others) > 0 && others[0] == n {
			others = others[1:]
			return true
		}
		return false
	})
}

// ended lists the latest of a member's requests that are closed.
func ended(c *bot.Ctx, closed []uint64) []bot.Text {
	if len(closed) == 0 {
		return nil
	}
	lines := []bot.Text{bot.T("request.mine-closed")}
	for _, n := range closed[:min(endedShown, len(closed))] {
		if r, ok := requests.Get(c.Tx, store.K(n)); ok {
			lines = append(lines, line(c, &r))
		}
	}
	return lines
}

// awaitingLooked is how many requests of a stage are looked at for /me.
const awaitingLooked = 100

// awaiting lists the requests that wait for the opinion of a member's groups,
// and those that the member may move on.
func awaiting(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var opinion, move []*Request
	for _, p := range c.Charter.Requests.Paths {
		for i := range p.Stages {
			stage := &p.Stages[i]
			advises := len(stage.Opinions) > 0 && c.Belongs(who, stage.Opinions...)
			moves := stage.Vote == "" && len(stage.Advance) > 0 && c.Belongs(who, stage.Advance...)
			if !advises && !moves {
				continue
			}
			numbers, _ := (filter{{stateSet(Open)}, {"stage " + stage.ID}}).page(c.Tx, 0, awaitingLooked)
			for _, n := range numbers {
				r, ok := requests.Get(c.Tx, store.K(n))
				if !ok || r.Path != p.ID {
					continue
				}
				missing := missingOpinions(c, &r, stage)
				switch {
				case advises && c.Belongs(who, missing...):
					opinion = append(opinion, &r)
				case moves && len(missing) == 0 && r.Assignee != who:
					move = append(move, &r)
				}
			}
		}
	}
	return append(waitingLines(c, "request.mine-opinion", opinion), waitingLines(c, "request.mine-advance", move)...)
}

func waitingLines(c *bot.Ctx, key string, all []*Request) []bot.Text {
	if len(all) == 0 {
		return nil
	}
	lines := []bot.Text{bot.T(key, "count", len(all))}
	for _, r := range all[:min(mineShown, len(all))] {
		lines = append(lines, line(c, r))
	}
	if more := len(all) - mineShown; more > 0 {
		lines = append(lines, bot.T("request.mine-more", "count", more, "list", bot.CommandText("request list")))
	}
	return lines
}

// The records that exports show beside Request.
type (
	supportRecord struct {
		Request uint64       `json:"request"`
		Member  bot.MemberID `json:"member"`
		At      time.Time    `json:"at"`
	}
	commentRecord struct {
		Request uint64 `json:"request"`
		comment
	}
	caseRecord struct {
		Request uint64       `json:"request"`
		Member  bot.MemberID `json:"member"`
		useCase
	}
	consentRecord struct {
		Request uint64       `json:"request"`
		Member  bot.MemberID `json:"member"`
		consent
	}
	opinionRecord struct {
		Request uint64 `json:"request"`
		Group   string `json:"group"`
		opinion
	}
)

// export hands over every request, supporter, comment and opinion.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, r := range requests.Prefix(c.Tx, nil) {
		yield("requests", r)
	}
	for id, s := range supports.Prefix(c.Tx, nil) {
		n, member := pair(id)
		yield("request-supporters", supportRecord{n, bot.MemberID(member), s.At})
	}
	for id, m := range comments.Prefix(c.Tx, nil) {
		n, _ := pair(id)
		yield("request-comments", commentRecord{n, m})
	}
	for id, o := range opinions.Prefix(c.Tx, nil) {
		yield("request-opinions", opinionOf(id, o))
	}
	for id, u := range cases.Prefix(c.Tx, nil) {
		n, member := pair(id)
		yield("request-cases", caseRecord{n, bot.MemberID(member), u})
	}
	for id, k := range consents.Prefix(c.Tx, nil) {
		n, member := pair(id)
		yield("request-consents", consentRecord{n, bot.MemberID(member), k})
	}
}

func opinionOf(id []byte, o opinion) opinionRecord {
	record := opinionRecord{opinion: o}
	if err := store.ParseKey(id, &record.Request, &record.Group); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: %w", store.ErrDamaged, err)})
	}
	return record
}

// personal hands over what a member asked, supported, wrote and said for a group.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, index := range []string{"author", "assignee"} {
		for id := range requests.By(c.Tx, index, store.K(uint64(who))) {
			if r, ok := requests.Get(c.Tx, id); ok && (index == "author" || r.Author != who) {
				yield("requests", r)
			}
		}
	}
	for id := range supports.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		if s, ok := supports.Get(c.Tx, id); ok {
			yield("request-supporters", supportRecord{n, who, s.At})
		}
	}
	for id := range comments.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		if m, ok := comments.Get(c.Tx, id); ok {
			yield("request-comments", commentRecord{n, m})
		}
	}
	for id := range cases.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		if u, ok := cases.Get(c.Tx, id); ok {
			yield("request-cases", caseRecord{n, who, u})
		}
	}
	for id := range consents.By(c.Tx, "member", store.K(uint64(who))) {
		n, _ := pair(id)
		if k, ok := consents.Get(c.Tx, id); ok {
			yield("request-consents", consentRecord{n, who, k})
		}
	}
	for id, o := range opinions.WithNumber(c.Tx, nil, uint64(who)) {
		if o.By == who {
			yield("request-opinions", opinionOf(id, o))
		}
	}
}

// erase forgets what a member wrote as a person: the words of their comments, their
// use cases and whether they agreed to be introduced.
// What they asked for and whom they supported stays, under a number that no
// longer names anybody, since others supported, discussed and decided it.
func erase(c *bot.Ctx, who bot.MemberID) {
	for id := range each(cases.By(c.Tx, "member", store.K(uint64(who)))) {
		cases.Delete(c.Tx, []byte(id))
	}
	for id := range each(consents.By(c.Tx, "member", store.K(uint64(who)))) {
		consents.Delete(c.Tx, []byte(id))
	}
	for id := range each(comments.By(c.Tx, "member", store.K(uint64(who)))) {
		if m, ok := comments.Get(c.Tx, []byte(id)); ok {
			m.Text, m.Erased = "", true
			comments.Put(c.Tx, []byte(id), m)
		}
	}
	for id := range each(requests.By(c.Tx, "assignee", store.K(uint64(who)))) {
		if r, ok := requests.Get(c.Tx, []byte(id)); ok {
			old := r.clone()
			r.Assignee = 0
			save(c, &old, &r)
		}
	}
	for id := range each(requests.By(c.Tx, "author", store.K(uint64(who)))) {
		if r, ok := requests.Get(c.Tx, []byte(id)); ok {
			c.Redraw(r.key())
		}
	}
}

// each gathers ids before what they are the index of is changed.
func each(ids func(func([]byte) bool)) map[string]bool {
	all := map[string]bool{}
	for id := range ids {
		all[string(id)] = true
	}
	return all
}

// verify checks that counts, sets and indexes agree with the records, and that
// the charter knows where every open request stands.
func verify(c *bot.Ctx, v *bot.Verification) {
	supporters, said, written := map[uint64]int{}, map[uint64]int{}, map[string]int{}
	for id := range supports.IDs(c.Tx) {
		n, _ := pair(id)
		supporters[n]++
	}
	for id := range comments.IDs(c.Tx) {
		n, _ := pair(id)
		said[n]++
	}
	for _, index := range []string{"author", "assignee"} {
		for range requests.ByRange(c.Tx, index, nil, nil) {
			written[index]++
		}
	}
	for _, r := range requests.Prefix(c.Tx, nil) {
		find := func(key string, args ...any) {
			v.Findings = append(v.Findings, bot.Finding{Where: r.key(), What: bot.T(key, args...)})
		}
		if r.Supporters != supporters[r.Number] {
			find("request.verify-supporters", "kept", r.Supporters, "counted", supporters[r.Number])
		}
		if r.Comments != said[r.Number] {
			find("request.verify-comments", "kept", r.Comments, "counted", said[r.Number])
		}
		if r.State == Open && stageOf(c, &r) == nil {
			find("request.verify-stage", "stage", r.Stage, "path", r.Path)
		}
		if r.State == Merged && !requests.Has(c.Tx, store.K(r.Into)) {
			find("request.verify-into", "into", r.Into)
		}
		if !slices.Contains(states, r.State) {
			find("request.verify-state", "state", string(r.State))
		}
		written["author"]--
		if r.Assignee != 0 {
			written["assignee"]--
		}
	}
	for _, index := range []string{"author", "assignee"} {
		if written[index] != 0 {
			v.Findings = append(v.Findings, bot.Finding{Where: "request", What: bot.T("request.verify-index", "index", index)})
		}
	}
	checkSets(c, v)
}
