package bot

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Identifiers that are numbers and those that only look like some are kept apart, and
// each is found again as it is written.
func TestStaysAreFoundByIdentifier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.SampledFrom([]string{"", "0", "00", "07", "7", "+7", "-7", "7 ", "1_000", "18446744073709551615", "18446744073709551616", "٧", "u7"}), rapid.String())
		s, want := stays{map[uint64]stay{}, map[string]stay{}}, map[string]stay{}
		for range rapid.IntRange(0, 20).Draw(t, "times") {
			account, one := id.Draw(t, "id"), stay{rapid.Int32().Draw(t, "n"), rapid.Bool().Draw(t, "here")}
			if got := s.of(account); got != want[account] {
				t.Fatalf("%q is %v, want %v", account, got, want[account])
			}
			s.put(account, one)
			want[account] = one
		}
		if got := maps.Collect(s.all()); !maps.Equal(got, want) {
			t.Fatalf("all are %v, want %v", got, want)
		}
	})
}

// Missing are those who were here and are not there, whatever their identifiers.
func TestMissing(t *testing.T) {
	p := &Presence{stays: stays{map[uint64]stay{}, map[string]stay{}}}
	for id, one := range map[string]stay{"1": {1, true}, "2": {3, true}, "3": {1, false}, "u4": {1, true}, "u5": {2, false}, "u6": {1, true}} {
		p.stays.put(id, one)
	}
	missing := p.Missing(func(id string) bool { return id == "2" || id == "u6" || id == "u5" })
	slices.Sort(missing)
	if !slices.Equal(missing, []string{"1", "u4"}) {
		t.Errorf("missing are %q", missing)
	}
}
