package bot

import (
	"slices"
	"strings"

	"greffier/config"
	"greffier/store"
)

// findMember reads how somebody typed a person: a mention, a platform id, or a
// name, case and accents aside.
func (c *Ctx) findMember(typed string) (MemberID, Text) {
	name := strings.TrimSpace(typed)
	if id, ok := strings.CutPrefix(name, "<@"); ok {
		name = c.Place.Platform + ":" + strings.Trim(id, "!>")
	}
	if platform, id, ok := strings.Cut(name, ":"); ok {
		if r, found := accounts.Get(c.Tx, store.K(platform, id)); found {
			return r.Member, Text{}
		}
	}
	name = strings.TrimPrefix(name, "@")
	found, exact := map[MemberID]bool{}, map[MemberID]bool{}
	for id := range accounts.By(c.Tx, "name", store.K(config.Fold(name))) {
		if r, ok := accounts.Get(c.Tx, id); ok && !r.Gone {
			found[r.Member] = true
			if r.Name == name {
				exact[r.Member] = true
			}
		}
	}
	if len(exact) == 1 {
		found = exact // "zoe" is not "Zoé" where both are here
	}
	switch len(found) {
	case 1:
		for id := range found {
			return id, Text{}
		}
	case 0:
		if near := c.nearMember(name); near != "" {
			return 0, T("bind.member-near", "name", typed, "near", near)
		}
		return 0, T("bind.member", "name", typed)
	}
	return 0, T("bind.member-several", "name", typed)
}

// FindMember finds the one person that a text means as options of a command do:
// a mention, a platform id, or a name.
func (c *Ctx) FindMember(typed string) (MemberID, bool) {
	id, problem := c.findMember(typed)
	return id, problem.IsZero() && id != 0
}

// Accounts lists the members behind accounts written as in a charter,
// platform:identifier, those who are here, in that order, each once.
func (c *Ctx) Accounts(listed []string) []MemberID {
	var all []MemberID
	for _, ref := range listed {
		platform, id, _ := strings.Cut(ref, ":")
		r, ok := accounts.Get(c.Tx, store.K(platform, id))
		if m, known := c.Member(r.Member); ok && known && m.here() && !slices.Contains(all, m.ID) {
			all = append(all, m.ID)
		}
	}
	return all
}

// nearMember suggests a name that resembles what was typed, among the first five
// thousand.
func (c *Ctx) nearMember(name string) string {
	var names []string
	for _, r := range accounts.Prefix(c.Tx, nil) {
		if !r.Gone {
			names = append(names, r.Name)
		}
		if len(names) == 5000 {
			break
		}
	}
	return config.Nearest(name, names)
}
