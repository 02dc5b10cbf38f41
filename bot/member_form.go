package bot

import (
	"strings"
	"time"

	"greffier/store"
)

// Members and accounts are read at every event, so they are stored as keys are
// (store.K) and not as JSON, which takes ten times as long to read.

// MarshalBinary writes the stored form of a member.
func (m *Member) MarshalBinary() ([]byte, error) {
	refs := make([]string, len(m.Accounts))
	for i, a := range m.Accounts {
		refs[i] = a.Platform + ":" + a.ID
	}
	return store.K(uint64(m.ID), m.Name, m.Locale, strings.Join(refs, "\n"), m.Joined.UTC(), optional(m.Left), m.Erased), nil
}

// UnmarshalBinary reads the stored form of a member.
func (m *Member) UnmarshalBinary(data []byte) error {
	var id uint64
	var refs, left string
	if err := store.ParseKey(data, &id, &m.Name, &m.Locale, &refs, &m.Joined, &left, &m.Erased); err != nil {
		return err
	}
	m.ID, m.Accounts = MemberID(id), nil
	for refs != "" {
		ref, rest, _ := strings.Cut(refs, "\n")
		platform, account, _ := strings.Cut(ref, ":")
		m.Accounts = append(m.Accounts, AccountRef{platform, account})
		refs = rest
	}
	if left == "" {
		return nil
	}
	var err error
	m.Left, err = time.Parse(time.RFC3339Nano, left)
	return err
}

// optional writes a moment, or nothing for none.
func optional(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339Nano)
}

// MarshalBinary writes the stored form of an account.
func (r *accountRecord) MarshalBinary() ([]byte, error) {
	return store.K(uint64(r.Member), r.Name, r.Locale, strings.Join(r.Marks, "\n"), r.Gone), nil
}

// UnmarshalBinary reads the stored form of an account.
func (r *accountRecord) UnmarshalBinary(data []byte) error {
	var id uint64
	var marks string
	if err := store.ParseKey(data, &id, &r.Name, &r.Locale, &marks, &r.Gone); err != nil {
		return err
	}
	r.Member, r.Marks = MemberID(id), nil
	if marks != "" {
		r.Marks = strings.Split(marks, "\n")
	}
	return nil
}
