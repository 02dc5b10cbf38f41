package config

import "math/big"

// checkQuorum checks a quorum and gives it its base.
func (d *decoder) checkQuorum(q *Quorum, path []string) {
	given := 0
	for _, key := range []string{"over", "at-least", "formula"} {
		if d.written(under(path, key)) {
			given++
		}
	}
	formula := under(path, "formula")
	switch {
	case d.reported(d.src.valueAt(path)):
		return
	case given != 1:
		d.problem(d.src.at(path), "quorum-one")
	case d.written(formula) && d.written(under(path, "of")):
		d.problem(d.src.at(under(path, "of")), "quorum-formula-of")
	}
	d.checkLimits(q.Over, q.AtLeast, path)
	if q.Of == "" {
		q.Of = "entitled"
	}
	early := q.Checked == "opening" || q.Checked == "throughout"
	counts := d.src.valueAt(under(path, "counts"))
	if early && q.Counts != "" && q.Counts != "present" && q.Counts != "represented" {
		d.problem(counts, "quorum-early", q.Checked, q.Counts)
	}
	for _, base := range []string{"cast", "expressed"} {
		switch {
		case early && q.Of == base && q.Formula.IsZero():
			d.problem(d.src.at(under(path, "of")), "quorum-early", q.Checked, base)
		case early && q.Formula.Names(base):
			d.problem(d.src.at(formula), "quorum-early", q.Checked, base)
		}
	}
	weighs := q.Of == "weights"
	if q.Counts != "" && q.Formula.IsZero() && weighs != (q.Counts == "weights") {
		d.problem(counts, "quorum-weights")
	}
	if !q.Formula.IsZero() && q.Counts != "weights" && !q.reachable() {
		d.problem(d.src.valueAt(formula), "quorum-unreachable", q.Formula.String())
	}
}

// reachable tells whether there is a size of the electorate, up to a thousand, at
// which the formula is met when everybody takes part.
func (q *Quorum) reachable() bool {
	for n := range int64(1000) {
		all := big.NewRat(n+1, 1)
		if q.Formula.Value(func(string) *big.Rat { return all }).Cmp(all) <= 0 {
			return true
		}
	}
	return false
}

func (d *decoder) written(path []string) bool {
	_, ok := d.src.keys[joinPath(path)]
	return ok
}

// checkAssembly checks what a rule says of assemblies.
func (d *decoder) checkAssembly(r *VoteRule, path []string) {
	if r.Quorum != nil {
		d.checkQuorum(r.Quorum, under(path, "quorum"))
	}
	request := under(path, "secret-on-request")
	switch {
	case r.SecretOnRequest != 0 && r.Secret:
		d.problem(d.src.at(request), "secret-already")
	case r.SecretOnRequest != 0 && r.Method == "consent":
		d.problem(d.src.at(request), "consent-secret")
	case d.written(request) && r.SecretOnRequest == 0 && !d.reported(d.src.valueAt(request)):
		d.problem(d.src.valueAt(request), "not-positive")
	}
	if r.SecondCall == nil {
		return
	}
	at := under(path, "second-call")
	if r.Quorum == nil {
		d.problem(d.src.at(at), "goes-with", "second-call", "quorum")
	}
	if r.SecondCall.Quorum != nil {
		d.checkQuorum(r.SecondCall.Quorum, under(at, "quorum"))
	}
	if d.written(under(at, "lasts")) && r.SecondCall.Lasts <= 0 {
		d.problem(d.src.valueAt(under(at, "lasts")), "not-positive")
	}
}
