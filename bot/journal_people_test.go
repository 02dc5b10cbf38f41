package bot

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"greffier/store"
	"greffier/store/bolt"
)

// scanned lists the entries that concern each member by reading all of them.
func scanned(tx store.Tx) map[MemberID][]uint64 {
	found := map[MemberID][]uint64{}
	for key, r := range journal.Prefix(tx, nil) {
		var seq uint64
		if err := store.ParseKey(key, &seq); err != nil {
			panic(err)
		}
		e := r.entry(seq)
		if r.erased {
			continue
		}
		var about MemberID
		if _, err := fmt.Sscanf(e.Subject, "member/%d", &about); err != nil || e.Subject != fmt.Sprintf("member/%d", about) {
			about = 0
		}
		found[e.Who] = append(found[e.Who], seq)
		if about != e.Who {
			found[about] = append(found[about], seq)
		}
	}
	return found
}

// Whatever is recorded and forgotten, the entries found by a person are those that a
// reading of the whole journal finds; also once a register of before is brought up to
// date.
func TestEntriesAreFoundByPeople(t *testing.T) {
	dir, made := t.TempDir(), 0
	b := &Bot{random: rand.Reader}
	most := uint64(300) // some numbers take two bytes, and the last is never used
	rapid.Check(t, func(t *rapid.T) {
		made++
		db, err := bolt.Open(filepath.Join(dir, fmt.Sprint(made)), bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		update := func(t *rapid.T, run func(c *Ctx) error) {
			err := db.Update(context.Background(), func(tx store.Tx) error {
				return run(&Ctx{Tx: tx, Now: time.Unix(1e9, 0), bot: b})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		member := rapid.OneOf(rapid.Just(uint64(0)), rapid.Uint64Range(1, 5), rapid.Uint64Range(1, most-1))
		subject := rapid.OneOf(rapid.Just(""), rapid.Just("vote/12"), rapid.Just("member/007"), rapid.Just("member/x"),
			rapid.Map(member, func(n uint64) string { return fmt.Sprintf("member/%d", n) }))
		said := rapid.SampledFrom([]string{"", `"s":"member/3"`, `{"w":4,"d":"`, "é\n"})
		update(t, func(c *Ctx) error {
			for range rapid.IntRange(0, 2*peopleBlock).Draw(t, "entries") {
				c.Record(Entry{
					Who: MemberID(member.Draw(t, "who")), What: rapid.SampledFrom([]string{"vote cast", "member join", `"s":"member/2"`}).Draw(t, "what"),
					Subject: subject.Draw(t, "subject"), Data: map[string]string{"said": said.Draw(t, "said")}, Quiet: rapid.Bool().Draw(t, "quiet"),
				})
			}
			if last, _ := head(c.Tx); last > 0 {
				c.Forget(rapid.SliceOfN(rapid.Uint64Range(1, last), 0, 5).Draw(t, "forgotten")...)
			}
			return nil
		})
		agrees := func(c *Ctx) error {
			want := scanned(c.Tx)
			for m := MemberID(1); m <= MemberID(most); m++ {
				if got := entriesWith(c.Tx, m); !slices.Equal(got, want[m]) {
					return fmt.Errorf("the entries of member %d are %d, want %d", m, got, want[m])
				}
			}
			return soundPeople(c.Tx)
		}
		update(t, agrees)
		if rapid.Bool().Draw(t, "anew") {
			update(t, func(c *Ctx) error {
				for _, key := range collect2(c.Scan(store.Prefix(store.K(journalPeople)))) {
					c.Delete(key)
				}
				if last, _ := head(c.Tx); last > 0 && soundPeople(c.Tx) == nil {
					return fmt.Errorf("what is not there is found")
				}
				return entriesByPeople(c.Tx)
			})
			update(t, agrees)
		}
	})
}

// soundPeople is what Verify looks for.
func soundPeople(tx store.Tx) error {
	var v Verification
	v.chain(tx)
	if len(v.Findings) > 0 {
		return fmt.Errorf("%+v", v.Findings)
	}
	return nil
}
