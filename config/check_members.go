package config

// checkMembers completes what is said of members: with no field of their own,
// introductions are one text.
func (d *decoder) checkMembers(c *Charter) {
	m := &c.Members
	if len(m.Groups) == 0 {
		m.Groups = []string{Everyone}
	}
	if m.Introduction.Channel == "" {
		m.Introduction.Channel = m.Announce.Channel
	}
	if len(m.Introduction.Fields) == 0 {
		m.Introduction.Fields = []Field{{
			ID: "about", Type: "text", Required: true, Max: maxText,
			Label: Words{}.With("en", "About me").With("fr", "À propos de moi"),
			Help: Words{}.With("en", "Who you are, where you work, what brings you here").
				With("fr", "Qui vous êtes, où vous travaillez, ce qui vous amène"),
		}}
	}
	for i := range m.Introduction.Fields {
		f := &m.Introduction.Fields[i]
		d.checkQuestion(f, []string{"members", "introduction", "fields", f.ID})
	}
	for i, s := range m.Welcome.Steps {
		if s.Text.IsZero() {
			d.problem(d.src.at([]string{"members", "welcome", "steps", m.Welcome.Steps[i].ID}), "empty", s.ID)
		}
	}
}
