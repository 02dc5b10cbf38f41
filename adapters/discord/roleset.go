package discord

import (
	"strings"
	"unique"
)

// roleSet is the roles that a member holds in a guild, in the order given. A hundred
// thousand members hold a few sets between them: each is kept once, for as long as
// anybody holds it.
type roleSet struct{ h unique.Handle[string] }

func rolesHeld(roles []string) roleSet {
	return roleSet{unique.Make(strings.Join(roles, ","))} // identifiers are digits
}

// list is the roles; none for the zero set, which nobody who is in a guild has.
func (r roleSet) list() []string {
	if r == (roleSet{}) || r.h.Value() == "" {
		return nil
	}
	return strings.Split(r.h.Value(), ",")
}
