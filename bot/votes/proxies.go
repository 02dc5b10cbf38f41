package votes

// barred tells whether whoever gave a proxy may not vote while it stands.
func (v *Vote) barred() bool { return false }
