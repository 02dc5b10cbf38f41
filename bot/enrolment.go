package bot

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"greffier/store"
)

// Somebody belongs to a group of the charter because it lists them, because of a
// role or a channel on a platform, or because the register says so: they were
// admitted, or hold a mandate. The last is what stands here.

// enrolment is kept under the member and the group.
type enrolment struct {
	Since time.Time `json:"since"`
}

var enrolments = store.NewTable[enrolment]("enrolment")

func groupOfEnrolment(id []byte) (who MemberID, group string) {
	var n uint64
	if err := store.ParseKey(id, &n, &group); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: enrolment %x: %w", store.ErrDamaged, id, err)})
	}
	return MemberID(n), group
}

// Enroll makes a member belong to a group of the charter from now on.
func (c *Ctx) Enroll(who MemberID, group string) {
	if key := store.K(uint64(who), group); !enrolments.Has(c.Tx, key) {
		enrolments.Put(c.Tx, key, enrolment{c.Now})
	}
	c.regroup(who)
}

// Unenroll ends what Enroll began, and reports whether it had. Whoever belongs to
// the group for another reason still does.
func (c *Ctx) Unenroll(who MemberID, group string) bool {
	had := enrolments.Delete(c.Tx, store.K(uint64(who), group))
	c.regroup(who)
	return had
}

// regroup makes the caller's groups those they have now.
func (c *Ctx) regroup(who MemberID) {
	if who == c.Caller.ID && who != 0 {
		c.groups = c.bot.groupsOf(c.Tx, c.Charter, c.Caller, c.account)
	}
}

// enrolmentsOf lists the groups that the register puts a member in.
func enrolmentsOf(tx store.Tx, who MemberID) []string {
	var groups []string
	for id := range enrolments.Prefix(tx, store.K(uint64(who))) {
		_, group := groupOfEnrolment(id)
		groups = append(groups, group)
	}
	return groups
}

// enrolledIn lists the members whom the register puts in one of the groups, or in
// one that belongs to them.
func (c *Ctx) enrolledIn(x *groupIndex, groups []string) []MemberID {
	var found []MemberID
	for id := range enrolments.Prefix(c.Tx, nil) {
		who, group := groupOfEnrolment(id)
		if slices.ContainsFunc(x.all[group], func(g string) bool { return slices.Contains(groups, g) }) {
			found = append(found, who)
		}
	}
	return found
}

// moveEnrolments gives one person the groups of two members.
func (c *Ctx) moveEnrolments(l Linked) {
	for _, group := range enrolmentsOf(c.Tx, l.Gone) {
		enrolments.Delete(c.Tx, store.K(uint64(l.Gone), group))
		c.Enroll(l.Kept, group)
	}
}

// eraseEnrolments forgets which groups a member was put in.
func (c *Ctx) eraseEnrolments(who MemberID) {
	var ids [][]byte
	for id := range enrolments.Prefix(c.Tx, store.K(uint64(who))) {
		ids = append(ids, bytes.Clone(id))
	}
	for _, id := range ids {
		enrolments.Delete(c.Tx, id)
	}
}

// exportedEnrolment is a enrolment as exports show it.
type exportedEnrolment struct {
	Member MemberID  `json:"member"`
	Group  string    `json:"group"`
	Since  time.Time `json:"since"`
}

// exportEnrolments hands over who was put in which group; all of them when who is 0.
func (c *Ctx) exportEnrolments(who MemberID, yield func(table string, record any)) {
	var prefix []byte
	if who != 0 {
		prefix = store.K(uint64(who))
	}
	for id, b := range enrolments.Prefix(c.Tx, prefix) {
		member, group := groupOfEnrolment(id)
		yield("enrolments", exportedEnrolment{member, group, b.Since})
	}
}
