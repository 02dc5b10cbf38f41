package members

import (
	"bytes"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
	"greffier/store"
)

// memberOfKey reads what memberKey writes.
func memberOfKey(key string) (bot.MemberID, bool) {
	digits, ok := strings.CutPrefix(key, "member/")
	n, err := strconv.ParseUint(digits, 10, 64)
	return bot.MemberID(n), ok && err == nil
}

// mine lists what a member is to the others.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	if profiles.Has(c.Tx, idOf(who)) {
		lines = append(lines, bot.T("member.mine", "introduce", bot.CommandText("member introduce")))
	} else if arrivals.Has(c.Tx, idOf(who)) && may(c, who, "member introduce") {
		lines = append(lines, bot.T("member.mine-not", "introduce", bot.CommandText("member introduce")))
	}
	for _, f := range belongs(c, who) {
		lines = append(lines, bot.T("member.mine-line", "label", f.Label, "value", f.Value))
	}
	if a, ok := arrivals.Get(c.Tx, idOf(who)); ok && a.Contact != 0 {
		lines = append(lines, bot.T("member.welcome-contact", "who", a.Contact))
	}
	if v, ok := volunteers.Get(c.Tx, idOf(who)); ok {
		lines = append(lines, bot.T("contact.mine", "count", v.Entrusted, "stop", bot.CommandText("contact stop")))
	}
	n := 0
	for range softwares.By(c.Tx, "member", idOf(who)) {
		n++
	}
	if n > 0 {
		lines = append(lines, bot.T("software.mine-count", "count", n, "list", bot.CommandText("who")))
	}
	return lines
}

// The records that exports show with whom they are about.
type (
	arrivalRecord struct {
		Member bot.MemberID `json:"member"`
		arrival
	}
	profileRecord struct {
		Member bot.MemberID `json:"member"`
		Profile
	}
	volunteerRecord struct {
		Member bot.MemberID `json:"member"`
		volunteer
	}
)

// memberEvent is an event as exports show it.
type memberEvent struct {
	At time.Time `json:"at"`
	event
}

func eventRecord(id []byte, e event) memberEvent {
	r := memberEvent{event: e}
	var n uint64
	if err := store.ParseKey(id, &r.At, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: member event %x: %w", store.ErrDamaged, id, err)})
	}
	return r
}

// export hands over every record.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for id, a := range arrivals.Prefix(c.Tx, nil) {
		yield("arrivals", arrivalRecord{memberOf(id), a})
	}
	for id, p := range profiles.Prefix(c.Tx, nil) {
		yield("introductions", profileRecord{memberOf(id), p})
	}
	for _, s := range subscribers.Prefix(c.Tx, nil) {
		yield("subscribers", s)
	}
	for _, s := range softwares.Prefix(c.Tx, nil) {
		yield("software", s)
	}
	for _, l := range leads.Prefix(c.Tx, nil) {
		yield("leads", l)
	}
	for id, v := range volunteers.Prefix(c.Tx, nil) {
		yield("volunteers", volunteerRecord{memberOf(id), v})
	}
	for id, e := range events.Prefix(c.Tx, nil) {
		yield("member-events", eventRecord(id, e))
	}
}

// personal hands over what the register holds about a member.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	if a, ok := arrivals.Get(c.Tx, idOf(who)); ok {
		yield("arrivals", arrivalRecord{who, a})
	}
	if p, ok := profiles.Get(c.Tx, idOf(who)); ok {
		yield("introductions", profileRecord{who, p})
	}
	for _, s := range subscribers.WithNumber(c.Tx, nil, uint64(who)) {
		if s.Member == who || s.By == who {
			yield("subscribers", s)
		}
	}
	for id := range softwares.By(c.Tx, "member", idOf(who)) {
		if s, ok := softwares.Get(c.Tx, id); ok {
			yield("software", s)
		}
	}
	for _, l := range leadsOf(c, who) {
		yield("leads", l)
	}
	if v, ok := volunteers.Get(c.Tx, idOf(who)); ok {
		yield("volunteers", volunteerRecord{who, v})
	}
	for id := range events.By(c.Tx, "member", idOf(who)) {
		if e, ok := events.Get(c.Tx, id); ok {
			yield("member-events", eventRecord(id, e))
		}
	}
}

// erase forgets what a member said of themselves and what they were to others.
// What was counted stays counted, of nobody; the cards that showed them are drawn
// again without.
func erase(c *bot.Ctx, who bot.MemberID) {
	if m, ok := c.Member(who); ok && m.Left.IsZero() {
		note(c, went, who)
	}
	profiles.Delete(c.Tx, idOf(who))
	arrivals.Delete(c.Tx, idOf(who))
	volunteers.Delete(c.Tx, idOf(who))
	c.Cancel(introduceJobKey(who))
	for _, id := range ids(arrivals.By(c.Tx, "contact", idOf(who))) {
		a, _ := arrivals.Get(c.Tx, id)
		a.Contact = 0
		arrivals.Put(c.Tx, id, a)
	}
	for _, id := range ids(subscribers.By(c.Tx, "member", idOf(who))) {
		s, _ := subscribers.Get(c.Tx, id)
		subscribers.Delete(c.Tx, id)
		c.Redraw(s.key())
	}
	for _, id := range ids(softwares.By(c.Tx, "member", idOf(who))) {
		softwares.Delete(c.Tx, id)
	}
	for _, l := range leadsOf(c, who) {
		freeLead(c, l)
	}
	for _, id := range ids(events.By(c.Tx, "member", idOf(who))) {
		e, _ := events.Get(c.Tx, id)
		e.Member = 0
		events.Put(c.Tx, id, e)
	}
	if len(c.Hangs(memberKey(who))) > 0 {
		c.Redraw(memberKey(who))
	}
}

// ids gathers ids before what they are the index of is changed.
func ids(walk iter.Seq[[]byte]) [][]byte {
	var all [][]byte
	for id := range walk {
		all = append(all, bytes.Clone(id))
	}
	return all
}

// verify checks that whoever is named is known.
func verify(c *bot.Ctx, v *bot.Verification) {
	known := func(where string, who bot.MemberID) {
		if _, ok := c.Member(who); !ok {
			v.Findings = append(v.Findings, bot.Finding{Where: where, What: bot.T("member.verify-unknown", "member", uint64(who))})
		}
	}
	for id := range profiles.IDs(c.Tx) {
		known("introduction", memberOf(id))
	}
	for id, a := range arrivals.Prefix(c.Tx, nil) {
		known("arrival", memberOf(id))
		if a.Contact != 0 {
			known("arrival", a.Contact)
		}
	}
	for _, s := range softwares.Prefix(c.Tx, nil) {
		known(s.key(), s.Member)
		if _, ok := c.Organisation(s.Organisation); s.Organisation != 0 && !ok {
			v.Findings = append(v.Findings, bot.Finding{Where: s.key(), What: bot.T("member.verify-organisation", "organisation", s.Organisation)})
		}
		if s.Rating < 0 || s.Rating > 5 {
			v.Findings = append(v.Findings, bot.Finding{Where: s.key(), What: bot.T("member.verify-rating", "rating", s.Rating)})
		}
	}
	for id, l := range leads.Prefix(c.Tx, nil) {
		known("lead/"+l.Theme, l.Member)
		if !bytes.Equal(id, store.K(l.Theme)) {
			v.Findings = append(v.Findings, bot.Finding{Where: "lead/" + l.Theme, What: bot.T("member.verify-lead")})
		}
	}
}
