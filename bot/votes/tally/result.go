package tally

import (
	"math/big"
	"slices"
)

// Verdict is how a vote ends.
type Verdict string

// The verdicts.
const (
	// Adopted: the question, or what is in Elected, is adopted.
	Adopted Verdict = "adopted"
	// Rejected: nothing met the majority required.
	Rejected Verdict = "rejected"
	// Tied: options share the first place, or the last seat; they are in Tied.
	Tied Verdict = "tied"
	// NoQuorum: too few took part.
	NoQuorum Verdict = "no-quorum"
	// Empty: no ballot said anything of the options.
	Empty Verdict = "empty"
)

// Result is what was counted and what follows from it.
type Result struct {
	Verdict Verdict `json:"verdict"`
	// Counts is the weight of the ballots for each option.
	Counts []*big.Rat `json:"counts"`
	// Ballots is the number of ballots whatever they weigh; the others weigh them.
	Ballots     int      `json:"ballots"`
	Cast        *big.Rat `json:"cast"`
	Expressed   *big.Rat `json:"expressed"`
	Abstentions *big.Rat `json:"abstentions"`
	Blanks      *big.Rat `json:"blanks"`
	Entitled    *big.Rat `json:"entitled"`
	Present     *big.Rat `json:"present"`
	Represented *big.Rat `json:"represented,omitempty"`
	// Order lists every option, best first, equals together.
	Order [][]int `json:"order"`
	// Elected are the options that won, in order; Tied those that share the
	// first place or the last seat, in the order of the ballot.
	Elected []int `json:"elected,omitempty"`
	Tied    []int `json:"tied,omitempty"`
	// Steps shows the working: the quorum, if one is required, then the majority
	// for each option, if one is required.
	Steps []Step `json:"steps,omitempty"`
}

// Step is one requirement held against the count.
type Step struct {
	// Quorum marks the quorum; otherwise it is the majority for Option.
	Quorum bool `json:"quorum,omitempty"`
	Option int  `json:"option"`
	// Counts is the base that Have counts, in a quorum.
	Counts Base `json:"counts,omitempty"`
	// Have of Size, which is the size of the base Of, against Ratio; Strict
	// requires more than it, otherwise at least that much. Without a Ratio it is
	// against a number.
	Have   *big.Rat `json:"have"`
	Size   *big.Rat `json:"size"`
	Of     Base     `json:"of"`
	Ratio  *big.Rat `json:"ratio"`
	Strict bool     `json:"strict,omitempty"`
	// Least is the smallest whole number that meets the requirement.
	Least *big.Int `json:"least"`
	Met   bool     `json:"met"`
}

// Result ends the count. The counter can go on afterwards.
func (c *Counter) Result(e Electorate) Result {
	r := Result{
		Ballots: c.ballots, Expressed: c.kinds[Marked].rat(),
		Abstentions: c.kinds[Abstention].rat(), Blanks: c.kinds[Blank].rat(),
		Entitled: or0(e.Entitled), Present: or0(e.Present), Represented: e.Represented,
	}
	r.Cast = new(big.Rat).Add(r.Expressed, r.Abstentions)
	r.Cast.Add(r.Cast, r.Blanks)
	for i := range c.options {
		r.Counts = append(r.Counts, c.options[i].rat())
	}
	r.rank()
	quorum := true
	if q := c.rule.Quorum; q != nil {
		s := r.step(*q, r.participation(q.Of))
		s.Quorum = true
		quorum = s.Met
		r.Steps = append(r.Steps, s)
	}
	adopted, brink := make([]bool, len(c.options)), make([]bool, len(c.options))
	for i, n := range r.Counts {
		adopted[i] = n.Sign() > 0
		if c.rule.Majority != nil {
			s := r.step(*c.rule.Majority, n)
			s.Option = i
			adopted[i] = adopted[i] && s.Met
			s.Met = adopted[i]
			brink[i] = s.Brink()
			r.Steps = append(r.Steps, s)
		}
	}
	switch {
	case !quorum:
		r.Verdict = NoQuorum
	case r.Expressed.Sign() == 0:
		r.Verdict = Empty
	case c.rule.Method == YesNo:
		r.answer(adopted[0], brink[0] || c.rule.Majority == nil)
	default:
		r.elect(c.rule.Seats, adopted, brink)
	}
	return r
}

func or0(n *big.Rat) *big.Rat {
	if n == nil {
		return new(big.Rat)
	}
	return n
}

// answer settles a yes-no question. As many for as against is a tie where one voice
// more would have been enough: not where two thirds are required.
func (r *Result) answer(adopted, brink bool) {
	switch {
	case adopted:
		r.Verdict, r.Elected = Adopted, []int{0}
	case brink && r.Counts[0].Cmp(r.Counts[1]) == 0:
		r.Verdict, r.Tied = Tied, []int{0, 1}
	default:
		r.Verdict = Rejected
	}
}

// elect fills the seats in order. Equals who are too many for the seats left are tied,
// and so is everything after them; where they are too far from what is required, none
// of them is elected whatever decides between them.
func (r *Result) elect(seats int, adopted, brink []bool) {
	for _, equals := range r.Order {
		if first := equals[0]; seats == 0 || r.Counts[first].Sign() == 0 || !adopted[first] && !brink[first] {
			break
		}
		if len(equals) > seats {
			r.Tied = equals
			break
		}
		for _, option := range equals {
			if adopted[option] {
				r.Elected = append(r.Elected, option)
			}
		}
		seats -= len(equals)
	}
	switch {
	case len(r.Tied) > 0:
		r.Verdict = Tied
	case len(r.Elected) > 0:
		r.Verdict = Adopted
	default:
		r.Verdict = Rejected
	}
}

// rank puts the options in order, equals together.
func (r *Result) rank() {
	options := make([]int, len(r.Counts))
	for i := range options {
		options[i] = i
	}
	slices.SortStableFunc(options, func(a, b int) int { return r.Counts[b].Cmp(r.Counts[a]) })
	for i, option := range options {
		if i > 0 && r.Counts[option].Cmp(r.Counts[options[i-1]]) == 0 {
			last := len(r.Order) - 1
			r.Order[last] = append(r.Order[last], option)
			continue
		}
		r.Order = append(r.Order, []int{option})
	}
}

// participation is what a quorum counts, depending on its base.
func (r *Result) participation(of Base) *big.Rat {
	if of == Cast || of == Expressed {
		return r.Expressed
	}
	return r.Cast
}

// Size is the size of a base.
func (r *Result) Size(of Base) *big.Rat {
	switch of {
	case Entitled:
		return r.Entitled
	case Present:
		return r.Present
	case Represented:
		return or0(r.Represented)
	case Cast:
		return r.Cast
	case WithBlanks:
		return new(big.Rat).Add(r.Expressed, r.Blanks)
	}
	return r.Expressed
}

// step holds a share against a count.
func (r *Result) step(s Share, have *big.Rat) Step { return Hold(s, have, r.Size(s.Of)) }

// Hold holds a share of a size against a count.
func Hold(s Share, have, size *big.Rat) Step {
	step := Step{Have: have, Size: size, Of: s.Of, Ratio: s.AtLeast, Strict: s.Over != nil}
	if step.Strict {
		step.Ratio = s.Over
	}
	step.hold(new(big.Rat).Mul(step.Ratio, step.Size))
	return step
}

// Needs holds a number against a count: at least that much is needed.
func Needs(need, have, size *big.Rat) Step {
	step := Step{Have: have, Size: size}
	if need.Sign() < 0 {
		need = new(big.Rat)
	}
	step.hold(need)
	return step
}

// Bound is the number of whole ballots that meets the requirement, or exactly what
// is required where ballots need not be whole.
func (s *Step) Bound() *big.Rat {
	switch {
	case s.Strict || s.Ratio == nil:
		return new(big.Rat).SetInt(s.Least)
	}
	return new(big.Rat).Mul(s.Ratio, s.Size)
}

// Brink tells that a requirement of more than a part was missed with exactly that part,
// as half is of more than half: what decides a tie then decides.
func (s *Step) Brink() bool {
	return !s.Met && s.Strict && s.Ratio != nil && s.Ratio.Sign() > 0 && s.Have.Sign() > 0 && s.Have.Cmp(new(big.Rat).Mul(s.Ratio, s.Size)) == 0
}

func (s *Step) hold(bound *big.Rat) {
	least, rest := new(big.Int).QuoRem(bound.Num(), bound.Denom(), new(big.Int))
	if s.Strict || rest.Sign() > 0 {
		least.Add(least, big.NewInt(1))
	}
	s.Least = least
	if c := s.Have.Cmp(bound); s.Strict {
		s.Met = c > 0
	} else {
		s.Met = c >= 0
	}
}
