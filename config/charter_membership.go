package config

// Membership says how one becomes a member, stays one and stops, and which
// mandates members hold.
type Membership struct {
	// Group is the one that whoever is admitted belongs to.
	Group string `yaml:"group" ref:"group"`
	// Candidacy is the kind of request by which one asks to be admitted: who reaches
	// the end of its path is.
	Candidacy string `yaml:"candidacy" ref:"kind"`
	// Channel is the private one that those admitted are invited to.
	Channel string `yaml:"channel" ref:"channel"`
	// Welcome is what they are told, and Refusal what those are told who are not
	// admitted; the product has sentences of its own.
	Welcome Words `yaml:"welcome"`
	Refusal Words `yaml:"refusal"`
	// Confirm asks members from time to time whether they still take part.
	Confirm Confirmation `yaml:"confirm"`
	// Mandates are the kinds of mandates that members hold for a time.
	Mandates []MandateKind `yaml:"mandates,keyed" names:"mandate"`
}

// Confirmation asks the members of the group whether they still take part. Nobody
// stops being a member by not answering: people decide that.
type Confirmation struct {
	// When it is asked: a cron expression or an RRULE; never by default.
	When Recurrence `yaml:"when"`
	// Lasts is how long members have to answer; thirty days by default.
	Lasts Duration `yaml:"lasts" default:"30d"`
	// Reminders are sent, that long before the end, to those who have not answered.
	Reminders []Duration `yaml:"reminders"`
	// Decide lists the groups that are told who did not answer, and that decide.
	Decide []string `yaml:"decide" ref:"group"`
}

// MandateKind is something that a member is entrusted with for a time.
type MandateKind struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Group is one to which whoever holds the mandate belongs meanwhile.
	Group string `yaml:"group" ref:"group"`
	// Lasts is how long it runs when no end is given; a year by default.
	Lasts Duration `yaml:"lasts" default:"365d"`
	// Reminders are sent that long before it ends; sixty and fourteen days before
	// by default.
	Reminders []Duration `yaml:"reminders"`
	// Told lists the groups that are reminded with whoever holds it.
	Told []string `yaml:"told" ref:"group"`
	// Handover is what is to be handed over, told to both at that moment.
	Handover Words `yaml:"handover"`
}
