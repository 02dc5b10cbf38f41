package discord

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Roles are read back as they were given, and the same ones are the same set.
func TestRoleSets(t *testing.T) {
	if held := (roleSet{}).list(); len(held) != 0 {
		t.Errorf("who is in no guild holds %q", held)
	}
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOfN(rapid.Map(rapid.Uint64(), func(n uint64) string { return fmt.Sprint(n) }), 0, 5).Draw(t, "roles")
		set := rolesHeld(roles)
		if got := set.list(); !slices.Equal(got, roles) {
			t.Fatalf("held are %q, want %q", got, roles)
		}
		if again := rolesHeld(slices.Clone(roles)); again != set {
			t.Fatalf("the same roles are two sets")
		}
		if more := rolesHeld(append(roles, "1")); more == set {
			t.Fatalf("other roles are the same set")
		}
	})
}
