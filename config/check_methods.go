package config

import (
	"slices"
	"strconv"
	"strings"
)

// The bounds of what a ballot can hold: what a member can still look through.
const (
	maxSeats    = 50
	maxGrades   = 12
	maxHighest  = 100
	maxPoints   = 1000
	maxFallback = 100
	// maxPublishFrom is beyond what any community needs to hide a ballot among others.
	maxPublishFrom = 1000
	maxGradeName   = 40
)

// methodKeys are the keys of a voting rule that only some methods have a use for.
var methodKeys = map[string][]string{
	"seats":        {"choice", "approval", "score", "majority-judgment", "schulze", "ranked-pairs", "stv", "dots"},
	"grades":       {"majority-judgment"},
	"highest":      {"score", "star"},
	"points":       {"dots"},
	"missing":      {"score", "majority-judgment"},
	"strength":     {"schulze", "ranked-pairs"},
	"ratio":        {"default-option"},
	"second-round": {"two-round"},
	"majority":     {"yes-no", "choice", "approval"},
	"colleges":     {"yes-no", "choice", "approval"},
}

// Uses reports whether a method has a use for a key of a voting rule. Keys that
// are not of some methods alone are for all.
func Uses(method, key string) bool {
	methods, some := methodKeys[key]
	return !some || slices.Contains(methods, method)
}

// MethodsFor lists the methods that have a use for such a key.
func MethodsFor(key string) []string { return methodKeys[key] }

// checkMethod refuses what the method of a rule has no use for, and what it
// cannot be counted with.
func (d *decoder) checkMethod(r *VoteRule, path []string) {
	if d.reported(d.src.valueAt(under(path, "method"))) {
		return
	}
	written := func(key string) bool { _, ok := d.src.keys[joinPath(under(path, key))]; return ok }
	for _, key := range []string{"seats", "grades", "highest", "points", "missing", "strength", "ratio", "second-round", "majority", "colleges"} {
		if written(key) && !Uses(r.Method, key) {
			d.problem(d.src.at(under(path, key)), "method-key", key, r.Method, strings.Join(methodKeys[key], ", "))
		}
	}
	d.checkBounds(r, path, written)
	d.checkGrades(r, path)
	d.checkFallback(r, path)
	d.checkTieBreak(r, path, written)
	if r.Secret && r.Method == "consent" {
		d.problem(d.src.at(under(path, "secret")), "consent-secret")
	}
}

func (d *decoder) checkBounds(r *VoteRule, path []string, written func(string) bool) {
	for _, n := range []struct {
		key        string
		value, max int
	}{{"seats", r.Seats, maxSeats}, {"highest", r.Highest, maxHighest}, {"points", r.Points, maxPoints}, {"publish-from", r.PublishFrom, maxPublishFrom}} {
		at := d.src.valueAt(under(path, n.key))
		if written(n.key) && !d.reported(at) && (n.value < 1 || n.value > n.max) {
			d.problem(at, "from-one", n.key, n.max)
		}
	}
	if at := d.src.valueAt(under(path, "ratio")); !r.Ratio.IsZero() && r.Ratio.Rat().Sign() == 0 && !d.reported(at) {
		d.problem(at, "not-positive")
	}
}

// checkGrades wants several grades whose names cannot be taken for one another.
func (d *decoder) checkGrades(r *VoteRule, path []string) {
	at := under(path, "grades")
	if len(r.Grades) == 0 || d.reported(d.src.valueAt(at)) {
		return
	}
	if len(r.Grades) < 2 || len(r.Grades) > maxGrades {
		d.problem(d.src.at(at), "grades-number", maxGrades)
	}
	var seen []string
	for i, name := range r.Grades {
		line := d.src.valueAt(append(slices.Clone(at), strconv.Itoa(i)))
		switch {
		case d.reported(line):
		case len([]rune(name)) > maxGradeName || strings.ContainsAny(name, ",;/\n"):
			d.problem(line, "grade-name", name, maxGradeName)
		case slices.Contains(seen, Fold(name)):
			d.problem(line, "grade-twice", name)
		}
		seen = append(seen, Fold(name))
	}
}

func (d *decoder) checkFallback(r *VoteRule, path []string) {
	at := under(path, "default")
	switch {
	case r.Fallback == "" && r.Method == "default-option":
		d.problem(d.src.at(under(path, "method")), "need-default")
	case r.Fallback == "":
	case r.Method == "yes-no" || r.Method == "consent":
		d.problem(d.src.at(at), "default-no-options", r.Method)
	case len([]rune(r.Fallback)) > maxFallback || strings.ContainsAny(r.Fallback, ",;\n"):
		d.problem(d.src.valueAt(at), "default-title", maxFallback)
	}
}

func (d *decoder) checkTieBreak(r *VoteRule, path []string, written func(string) bool) {
	at := d.src.at(under(path, "tie-break"))
	switch {
	case written("chair") && r.TieBreak != "chair":
		d.problem(d.src.at(under(path, "chair")), "chair-unused")
	case r.TieBreak == "" || r.TieBreak == "none":
	case r.Method == "consent":
		d.problem(at, "tie-consent")
	case r.Method == "yes-no" && r.TieBreak != "chair" && r.TieBreak != "status-quo":
		d.problem(at, "tie-yes-no", r.TieBreak)
	case r.TieBreak == "chair" && r.Chair == "" && !written("chair"):
		d.problem(at, "tie-chair")
	case r.TieBreak == "status-quo" && r.Method != "yes-no" && r.Fallback == "":
		d.problem(at, "tie-status-quo")
	case r.TieBreak == "status-quo" && r.Seats > 1:
		d.problem(at, "tie-status-quo-seats")
	}
}
