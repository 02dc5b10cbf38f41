package bot

import (
	"context"
	"slices"
	"strings"

	"greffier/store"
)

// Grants tells which roles of a platform the charter has groups give (managed), and
// which of them each account there should hold by the groups of its member,
// whichever platform made them one. It looks at every account of the platform, and
// at none when no role is given.
func (b *Bot) Grants(ctx context.Context, platform string) (managed []string, holders map[string][]string, err error) {
	ch := b.Charter()
	byGroup := map[string][]string{}
	for _, g := range ch.Groups {
		for _, grant := range g.Grants {
			if of, role, _ := strings.Cut(grant, ":"); of == platform {
				byGroup[g.ID] = append(byGroup[g.ID], role)
				if !slices.Contains(managed, role) {
					managed = append(managed, role)
				}
			}
		}
	}
	if len(managed) == 0 {
		return nil, nil, nil
	}
	err = b.store.View(ctx, func(tx store.Tx) error {
		holders = map[string][]string{}
		for id, r := range accounts.Prefix(tx, store.K(platform)) {
			m, ok := members.Get(tx, store.K(uint64(r.Member)))
			if !ok || r.Gone || !m.here() {
				continue
			}
			var a Account
			if err := store.ParseKey(id, &a.Platform, &a.ID); err != nil {
				return err
			}
			a.Marks = r.Marks
			for _, g := range b.groupsOf(tx, ch, m, a) {
				for _, role := range byGroup[g] {
					if !slices.Contains(holders[a.ID], role) {
						holders[a.ID] = append(holders[a.ID], role)
					}
				}
			}
		}
		return nil
	})
	return managed, holders, err
}
