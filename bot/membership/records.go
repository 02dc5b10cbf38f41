package membership

import (
	"bytes"

	"greffier/bot"
	"greffier/store"
)

// mine says what is asked of a member and which mandates they hold.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var lines []bot.Text
	if q, ok := questions.Get(c.Tx, idOf(who)); ok && q.Answer == "" {
		lines = append(lines, bot.T("membership.mine-asked", "until", bot.Date(q.Until), "confirm", bot.CommandText("membership confirm")))
	}
	for _, m := range running(c, who) {
		lines = append(lines, m.line(c))
	}
	return lines
}

// waits lists the mandates that come to their end, and counts the members whose
// answer is overdue.
func waits(c *bot.Ctx, d bot.Digest) []bot.Waits {
	var all []bot.Waits
	expiring := bot.Waits{Title: bot.T("mandate.waits")}
	for _, m := range running(c, 0) {
		if d.Concerns(told(c, &m)...) && (d.Soon(m.Until, c.Now) || !m.Until.After(c.Now)) {
			expiring.Lines = append(expiring.Lines, m.line(c))
		}
	}
	if len(expiring.Lines) > 0 {
		all = append(all, expiring)
	}
	if !d.Concerns(c.Charter.Membership.Confirm.Decide...) {
		return all
	}
	late := 0
	for _, q := range questions.Prefix(c.Tx, nil) {
		if q.overdue(c.Now) {
			late++
		}
	}
	if late > 0 {
		all = append(all, bot.Waits{Title: bot.T("membership.waits"), Lines: []bot.Text{bot.T("membership.waits-line", "count", late, "list", bot.CommandText("membership list"))}})
	}
	return all
}

// The records that exports show with whom they are about.
type (
	admissionRecord struct {
		Member bot.MemberID `json:"member"`
		admission
	}
	questionRecord struct {
		Member bot.MemberID `json:"member"`
		question
	}
)

// export hands over every record.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for id, a := range admissions.Prefix(c.Tx, nil) {
		yield("admissions", admissionRecord{memberOf(id), a})
	}
	for id, q := range questions.Prefix(c.Tx, nil) {
		yield("confirmations", questionRecord{memberOf(id), q})
	}
	for _, m := range mandates.Prefix(c.Tx, nil) {
		yield("mandates", m)
	}
}

// personal hands over what the register holds about a member.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	if a, ok := admissions.Get(c.Tx, idOf(who)); ok {
		yield("admissions", admissionRecord{who, a})
	}
	if q, ok := questions.Get(c.Tx, idOf(who)); ok {
		yield("confirmations", questionRecord{who, q})
	}
	for id := range mandates.By(c.Tx, "member", idOf(who)) {
		if m, ok := mandates.Get(c.Tx, id); ok {
			yield("mandates", m)
		}
	}
}

// erase forgets what a member answered. That they were admitted and which mandates
// they held stays, under a number that no longer names anybody; what runs ends.
func erase(c *bot.Ctx, who bot.MemberID) {
	questions.Delete(c.Tx, idOf(who))
	if a, ok := admissions.Get(c.Tx, idOf(who)); ok && a.Ended.IsZero() {
		a.Ended = c.Now
		admissions.Put(c.Tx, idOf(who), a)
	}
	for _, m := range running(c, who) {
		m.Ended = c.Now
		mandates.Put(c.Tx, store.K(m.Number), m)
	}
}

// linked makes one person's what two members were.
func linked(c *bot.Ctx, l bot.Linked) error {
	admissions.Move(c.Tx, idOf(l.Gone), idOf(l.Kept))
	questions.Move(c.Tx, idOf(l.Gone), idOf(l.Kept))
	mandates.Change(c.Tx, nil, func(_ []byte, m *Mandate) bool { return l.Move(&m.Member) })
	return nil
}

// verify checks that indexes agree with the mandates, and that the charter knows
// every one that runs.
func verify(c *bot.Ctx, v *bot.Verification) {
	indexed := map[string]bool{}
	for _, id := range mandates.ByRange(c.Tx, "running", nil, nil) {
		indexed[string(bytes.Clone(id))] = true
	}
	for id, m := range mandates.Prefix(c.Tx, nil) {
		if indexed[string(id)] != m.Ended.IsZero() {
			v.Findings = append(v.Findings, bot.Finding{Where: m.key(), What: bot.T("mandate.verify-index")})
		}
		if m.Ended.IsZero() && kindOf(c.Charter, m.Kind) == nil {
			v.Findings = append(v.Findings, bot.Finding{Where: m.key(), What: bot.T("mandate.verify-kind", "kind", m.Kind)})
		}
	}
}
