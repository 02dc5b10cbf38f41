package bot

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"greffier/config"
	"greffier/store"
)

// Organisation is a body that members belong to: a town, a company, a society.
type Organisation struct {
	Number uint64    `json:"number"`
	Name   string    `json:"name"`
	At     time.Time `json:"at"`
	// Weight is what it counts for where organisations are weighed: 1 unless it
	// was set.
	Weight Decimal `json:"weight"`
	// Maintenance is what it pays for maintenance, in whatever unit the community
	// counts; empty is 0.
	Maintenance Decimal `json:"maintenance,omitempty"`
	// Represented is by whom; 0 when by nobody.
	Represented MemberID `json:"represented,omitempty"`
	// Closed is when it ceased to take part; zero while it does.
	Closed time.Time `json:"closed,omitzero"`
}

// belonging is that a member belongs to an organisation, kept under both numbers.
type belonging struct {
	Since time.Time `json:"since"`
}

var (
	organisations = store.NewTable("organisation",
		store.Index[Organisation]{Name: "name", Keys: func(_ []byte, o Organisation) [][]byte {
			return [][]byte{store.K(config.Fold(o.Name))}
		}},
		store.Index[Organisation]{Name: "represented", Keys: func(_ []byte, o Organisation) [][]byte {
			if o.Represented == 0 {
				return nil
			}
			return [][]byte{store.K(uint64(o.Represented))}
		}},
	)
	belongings = store.NewTable("organisation-member",
		store.Index[belonging]{Name: "member", Keys: func(id []byte, _ belonging) [][]byte {
			_, who := belongingKey(id)
			return [][]byte{store.K(uint64(who))}
		}},
	)
)

func belongingKey(id []byte) (organisation uint64, who MemberID) {
	var n uint64
	if err := store.ParseKey(id, &organisation, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: organisation %x: %w", store.ErrDamaged, id, err)})
	}
	return organisation, MemberID(n)
}

// Key names an organisation in the journal.
func (o Organisation) Key() string { return "organisation/" + strconv.FormatUint(o.Number, 10) }

// Organisation finds an organisation by number.
func (c *Ctx) Organisation(number uint64) (Organisation, bool) {
	return organisations.Get(c.Tx, store.K(number))
}

// NewOrganisation keeps a new organisation under the next number. The caller has
// checked that no other has its name.
func (c *Ctx) NewOrganisation(name string) Organisation {
	o := Organisation{Number: organisations.NextID(c.Tx), Name: name, At: c.Now, Weight: "1"}
	c.PutOrganisation(o)
	return o
}

// PutOrganisation stores an organisation.
func (c *Ctx) PutOrganisation(o Organisation) { organisations.Put(c.Tx, store.K(o.Number), o) }

// OrganisationNamed finds the organisation that takes part under a name, case
// and accents aside.
func (c *Ctx) OrganisationNamed(name string) (Organisation, bool) {
	for id := range organisations.By(c.Tx, "name", store.K(config.Fold(oneLine(name)))) {
		if o, ok := organisations.Get(c.Tx, id); ok && o.Closed.IsZero() {
			return o, true
		}
	}
	return Organisation{}, false
}

// Organisations lists those that take part, by name.
func (c *Ctx) Organisations() []Organisation {
	var all []Organisation
	for _, id := range organisations.ByRange(c.Tx, "name", nil, nil) {
		if o, ok := organisations.Get(c.Tx, id); ok && o.Closed.IsZero() {
			all = append(all, o)
		}
	}
	return all
}

// JoinOrganisation puts a member in an organisation; ok is false when they are
// in it already.
func (c *Ctx) JoinOrganisation(number uint64, who MemberID) (ok bool) {
	key := store.K(number, uint64(who))
	if belongings.Has(c.Tx, key) {
		return false
	}
	belongings.Put(c.Tx, key, belonging{c.Now})
	return true
}

// LeaveOrganisation takes a member out of an organisation, which they no longer
// represent; ok is false when they are not in it.
func (c *Ctx) LeaveOrganisation(number uint64, who MemberID) (ok bool) {
	if !belongings.Delete(c.Tx, store.K(number, uint64(who))) {
		return false
	}
	if o, found := c.Organisation(number); found && o.Represented == who {
		o.Represented = 0
		c.PutOrganisation(o)
	}
	return true
}

// OrganisationMembers lists the members of an organisation, by number, those who
// left the community left out.
func (c *Ctx) OrganisationMembers(number uint64) []MemberID {
	var all []MemberID
	for id := range belongings.Prefix(c.Tx, store.K(number)) {
		_, who := belongingKey(id)
		if m, ok := c.Member(who); ok && m.here() {
			all = append(all, who)
		}
	}
	return all
}

// OrganisationsOf lists the organisations that a member belongs to, by number.
func (c *Ctx) OrganisationsOf(who MemberID) []Organisation {
	var all []Organisation
	for id := range belongings.By(c.Tx, "member", store.K(uint64(who))) {
		number, _ := belongingKey(id)
		if o, ok := c.Organisation(number); ok && o.Closed.IsZero() {
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b Organisation) int { return strings.Compare(config.Fold(a.Name), config.Fold(b.Name)) })
	return all
}

// organisationChoices lists the organisations by name.
func organisationChoices(c *Ctx, _ map[string]string) []Choice {
	all := c.Organisations()
	choices := make([]Choice, len(all))
	for i, o := range all {
		choices[i] = Choice{Value: o.Name}
	}
	return choices
}

// forgetOrganisations takes an erased member out of every organisation.
func (c *Ctx) forgetOrganisations(who MemberID) {
	for _, id := range collect(belongings.By(c.Tx, "member", store.K(uint64(who)))) {
		number, _ := belongingKey(id)
		c.LeaveOrganisation(number, who)
	}
	for _, id := range collect(organisations.By(c.Tx, "represented", store.K(uint64(who)))) {
		if o, ok := organisations.Get(c.Tx, id); ok {
			o.Represented = 0
			c.PutOrganisation(o)
		}
	}
}

// moveOrganisations has one of two members who are one person belong where the
// other did, and represent what the other did.
func (c *Ctx) moveOrganisations(l Linked) {
	for _, id := range collect(belongings.By(c.Tx, "member", store.K(uint64(l.Gone)))) {
		number, _ := belongingKey(id)
		belongings.Move(c.Tx, id, store.K(number, uint64(l.Kept)))
	}
	organisations.Change(c.Tx, nil, func(_ []byte, o *Organisation) bool { return l.Move(&o.Represented) })
}

// exportedBelonging is who belongs to an organisation, as exports show it.
type exportedBelonging struct {
	Organisation uint64    `json:"organisation"`
	Member       MemberID  `json:"member"`
	Since        time.Time `json:"since"`
}

func (c *Ctx) exportOrganisations(yield func(string, any)) {
	for _, o := range organisations.Prefix(c.Tx, nil) {
		yield("organisations", o)
	}
	for id, b := range belongings.Prefix(c.Tx, nil) {
		number, who := belongingKey(id)
		yield("organisation-members", exportedBelonging{number, who, b.Since})
	}
}

// personalOrganisations hands over which organisations a member belongs to.
func (c *Ctx) personalOrganisations(who MemberID, yield func(table string, record any)) {
	for id := range belongings.By(c.Tx, "member", store.K(uint64(who))) {
		number, _ := belongingKey(id)
		b, _ := belongings.Get(c.Tx, id)
		yield("organisation-members", exportedBelonging{number, who, b.Since})
	}
}

// organisations checks that whoever represents an organisation or belongs to it
// is known, and that the organisation is.
func (v *Verification) organisations(c *Ctx) {
	find := func(o Organisation, key string, who MemberID) {
		v.Findings = append(v.Findings, Finding{o.Key(), T(key, "member", uint64(who))})
	}
	for _, o := range organisations.Prefix(c.Tx, nil) {
		if o.Represented != 0 && !belongings.Has(c.Tx, store.K(o.Number, uint64(o.Represented))) {
			find(o, "verify.organisation-represented", o.Represented)
		}
		for _, weight := range []Decimal{o.Weight, o.Maintenance} {
			if _, ok := ParseDecimal(string(weight)); !ok && (weight != "" || o.Weight == "") {
				v.Findings = append(v.Findings, Finding{o.Key(), T("verify.organisation-weight", "weight", string(weight))})
				break
			}
		}
	}
	for id := range belongings.Prefix(c.Tx, nil) {
		number, who := belongingKey(id)
		if !organisations.Has(c.Tx, store.K(number)) || !members.Has(c.Tx, store.K(uint64(who))) {
			find(Organisation{Number: number}, "verify.organisation-member", who)
		}
	}
}

// Decimal is an exact decimal number that is not negative, such as "12.5", as it
// is kept: with a point, and no zero that could be left out.
type Decimal string

// ParseDecimal reads a decimal as people write it in any language: 12.5, 12,5 or
// 1 200; at most twelve digits and six decimals.
func ParseDecimal(s string) (Decimal, bool) {
	s = strings.ReplaceAll(digitSpaces.Replace(strings.TrimSpace(s)), ",", ".")
	whole, part, dotted := strings.Cut(s, ".")
	digits := func(s string, most int) bool {
		return s != "" && len(s) <= most && strings.Trim(s, "0123456789") == ""
	}
	if !digits(whole, 12) || dotted && !digits(part, 6) {
		return "", false
	}
	whole = strings.TrimLeft(whole, "0")
	if whole == "" {
		whole = "0"
	}
	if part = strings.TrimRight(part, "0"); part != "" {
		whole += "." + part
	}
	return Decimal(whole), true
}

// Rat is the decimal as an exact number. A zero Decimal is 0.
func (d Decimal) Rat() *big.Rat {
	if r, ok := new(big.Rat).SetString(string(d)); ok {
		return r
	}
	return new(big.Rat)
}

// Text writes the decimal as each language does.
func (d Decimal) Text() Text {
	return Named(config.Words{}.With("en", string(d)).With("fr", strings.Replace(string(d), ".", ",", 1)))
}
