package config

// Quorum is what must take part for a vote to count: a part of a base, strictly
// more than Over of it or at least AtLeast of it, or the number that Formula
// gives. Exactly one of the three is given.
type Quorum struct {
	// Of is the base: entitled (on the roll; the default), present (recorded as
	// present, or having voted), represented (present, or represented by somebody
	// who is), cast (ballots, abstentions included), expressed (ballots without
	// abstentions) or weights (what all on the roll weigh together).
	Of string `yaml:"of" json:"of,omitempty" oneof:"entitled present represented cast expressed weights"`
	// Over is from 0 up to, but not, 1.
	Over Ratio `yaml:"over" json:"over,omitzero"`
	// AtLeast is above 0 and up to 1.
	AtLeast Ratio `yaml:"at-least" json:"at-least,omitzero"`
	// Formula gives the number that is needed from the sizes of the vote, such as
	// ceil(entitled/4) or max(3, entitled/10): entitled, present, represented, cast,
	// expressed and weights with + - * / ( ), ceil, floor, min and max.
	Formula Formula `yaml:"formula" json:"formula,omitzero"`
	// Counts is what is held against it: cast (the ballots), expressed, present,
	// represented or weights (what the ballots cast weigh). By default the ballots
	// cast, those expressed of a part of the cast, and who is present or
	// represented where it is checked at the opening.
	Counts string `yaml:"counts" json:"counts,omitempty" oneof:"cast expressed present represented weights"`
	// Checked says when: close (the default), opening, or throughout: at the
	// opening, at every departure and at the close.
	Checked string `yaml:"checked" json:"checked,omitempty" oneof:"close opening throughout"`
}

// SecondCall lets a vote that missed its quorum be put again.
type SecondCall struct {
	// After is how long after the first vote it may open at the earliest; whole
	// days are counted on the calendar. At once by default.
	After Duration `yaml:"after" json:"after,omitempty"`
	// Quorum is that of the second vote; none by default.
	Quorum *Quorum `yaml:"quorum" json:"quorum,omitempty"`
	// Lasts is how long it stays open; as long as the rule says by default.
	Lasts Duration `yaml:"lasts" json:"lasts,omitempty"`
}
