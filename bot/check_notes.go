package bot

import (
	"slices"

	"greffier/config"
)

// CharterNotes finds where a charter that holds together names a group for what no
// right lets its members do. Whoever is in two groups may do it all the same, so
// that it is no mistake for certain: it is said, and refused by nobody.
func CharterNotes(ch *config.Charter) config.Problems {
	n := notes{ch: ch}
	for _, p := range ch.Requests.Paths {
		for _, s := range p.Stages {
			at := []string{"requests", "paths", p.ID, "stages", s.ID}
			n.named(s.Advance, "request advance", append(at, "advance"))
			n.named(s.Enter, "request advance", append(at, "enter"))
			n.named(s.Back, "request back", append(at, "back"))
			n.named(s.Refuse, "request refuse", append(at, "refuse"))
			n.named(s.Opinions, "request opinion", append(at, "opinions"))
		}
	}
	for _, w := range ch.Funding.Ways {
		n.named(w.Decide, "fund decide", []string{"funding", "ways", w.ID, "decide"})
	}
	for _, r := range ch.Votes.Rules {
		n.named(r.Electorate, "vote cast", []string{"votes", "rules", r.ID, "electorate"})
	}
	n.named(ch.Membership.Confirm.Decide, "membership keep", []string{"membership", "confirm", "decide"})
	return n.found
}

// notes are gathered over one charter.
type notes struct {
	ch    *config.Charter
	found config.Problems
}

// named notes each group that is named at a place for a command that no right gives it.
func (n *notes) named(groups []string, command string, at []string) {
	may, _ := n.ch.RightFor(command)
	if slices.Contains(may, config.Everyone) {
		return
	}
	for _, g := range groups {
		if g == config.Everyone || g == config.Author || slices.ContainsFunc(may, func(m string) bool { return m == g || n.within(g, m, nil) || n.within(m, g, nil) }) {
			continue
		}
		n.found = append(n.found, n.ch.Problem(slices.Clone(at), "%q is named here, and no right lets its members use %q", "« %s » est nommé ici, et aucun droit ne permet à ses membres « %s »", g, command))
	}
}

// within reports whether one group is part of another, however deep.
func (n *notes) within(inner, outer string, seen []string) bool {
	g := n.ch.Group(outer)
	if g == nil || slices.Contains(seen, outer) {
		return false
	}
	return slices.ContainsFunc(g.Groups, func(part string) bool {
		return part == inner || n.within(inner, part, append(seen, outer))
	})
}
