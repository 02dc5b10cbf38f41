package config

// Funding says how what the community wants is paid for, and out of which
// envelopes. Greffier counts who promised what; it handles no payment.
type Funding struct {
	// Currency is the ISO 4217 code of every amount; EUR by default.
	Currency string `yaml:"currency" default:"EUR"`
	// Channel is where the cards of fundings hang; by default, where they were
	// opened.
	Channel string `yaml:"channel" ref:"channel"`
	// Ways are the ways of sharing a cost.
	Ways []FundingWay `yaml:"ways,keyed" names:"way"`
	// Envelopes are sums set aside for a year, out of which the ways of share pot
	// are paid.
	Envelopes []Envelope `yaml:"envelopes,keyed" names:"envelope"`
}

// FundingWay is a way of paying for something together, fixed before anybody
// promises anything. A funding keeps a copy of its way in the register as JSON;
// the names there are those of the charter.
type FundingWay struct {
	ID    string `yaml:"-" json:"id"`
	Name  Words  `yaml:"name" json:"name,omitzero"`
	About Words  `yaml:"about" json:"about,omitzero"`
	// Share is amounts (each gives what they will; the default), equal (the number
	// of contributors is fixed beforehand and each pays the same), turns (each pays
	// the whole in turn), pot (an envelope pays, by decision) or sponsor (one pays
	// the whole, others may join and lighten it).
	Share string `yaml:"share" json:"share" oneof:"amounts equal turns pot sponsor" default:"amounts"`
	// Contributors is how many share equally; without it, whoever opens the funding
	// says so.
	Contributors int `yaml:"contributors" json:"contributors,omitempty"`
	// OddCent says who pays one cent more when equal shares do not come out even:
	// the first to have joined (the default) or the last.
	OddCent string `yaml:"odd-cent" json:"odd-cent,omitempty" oneof:"first last" default:"first"`
	// Exceed lets promised amounts go beyond the target.
	Exceed bool `yaml:"exceed" json:"exceed,omitempty"`
	// Pledges says what everybody sees: each promise (shown; the default), or how
	// many there are and what they come to (totals).
	Pledges string `yaml:"pledges" json:"pledges" oneof:"shown totals" default:"shown"`
	// Lasts is how long a funding stays open when no date is given; sixty days by
	// default.
	Lasts Duration `yaml:"lasts" json:"lasts" default:"60d"`
	// Reminders are posted that long before the end.
	Reminders []Duration `yaml:"reminders" json:"reminders,omitempty"`
	// Reached says what becomes of the request once the target is reached: stay (the
	// default) or advance.
	Reached string `yaml:"reached" json:"reached" oneof:"stay advance" default:"stay"`
	// Missed says the same when it is not: stay (the default), back or refuse.
	Missed string `yaml:"missed" json:"missed" oneof:"stay back refuse" default:"stay"`
	// Short says what happens at the end when equal shares lack one contributor:
	// missed (the default), share (those who joined share the whole among
	// themselves) or extend (the end is put off once, by Extension).
	Short string `yaml:"short" json:"short,omitempty" oneof:"missed share extend" default:"missed"`
	// Extension is by how much; fourteen days by default.
	Extension Duration `yaml:"extension" json:"extension,omitempty" default:"14d"`
	// Envelope is the one that pays, when share is pot.
	Envelope string `yaml:"envelope" json:"envelope,omitempty" ref:"envelope"`
	// Vote is the rule under which the pot is spent; or Decide lists the groups
	// whose members decide.
	Vote   string   `yaml:"vote" json:"vote,omitempty" ref:"rule"`
	Decide []string `yaml:"decide" json:"decide,omitempty" ref:"group"`
	// Turns are the organisations that pay in turn, in this order; by default all,
	// in the order in which they were entered.
	Turns []string `yaml:"turns" json:"turns,omitempty"`
	// Answer is how long the one whose turn it is has to answer; fourteen days by
	// default.
	Answer Duration `yaml:"answer" json:"answer,omitempty" default:"14d"`
	// Skipped says whether one that was skipped keeps its turn, and is asked first
	// the next time (keeps; the default), or loses it until the next round (loses).
	Skipped string `yaml:"skipped" json:"skipped,omitempty" oneof:"keeps loses" default:"keeps"`
}

// Envelope is a sum for each year.
type Envelope struct {
	ID   string `yaml:"-"`
	Name Words  `yaml:"name"`
	// Years gives the sum of each year, such as 2026: 20000; one sum instead is that
	// of every year.
	Years map[string]string `yaml:"years,required"`
	// Exceed lets more be decided than there is.
	Exceed bool `yaml:"exceed"`
}

// Of is the sum of a year as it was written, empty when none was.
func (e *Envelope) Of(year string) string {
	if sum := e.Years[year]; sum != "" {
		return sum
	}
	return e.Years[Everywhere]
}
