package tally

import (
	"slices"
	"testing"
)

// A small file can tie so many options that their lots fall in more ways than can be
// counted: counting stops after so much work, keeps of each way what it decides, and
// says that all are tied.
func TestLotsAreBounded(t *testing.T) {
	const options = 200
	p := NewProfile(IRV, options)
	for i := range options {
		if err := p.Add(Ballot{Marks: []Mark{{Option: i}}}, 1); err != nil {
			t.Fatal(err)
		}
	}
	c, err := p.prepare()
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	o := explore(c, &Settings{Seats: 1}, func(l *lots) *Outcome {
		runs++
		o := &Outcome{Rounds: make([]Round, options)}
		left := c.all()
		for len(left) > 1 {
			out := l.drop(o, left)
			left = slices.DeleteFunc(left, func(x int) bool { return x == out })
		}
		o.Winners, o.Order = left, [][]int{left, without(c.all(), left)}
		return o
	})
	if most := maxWork/(options*options*workOfAmount) + 2; runs < 2 || runs > most {
		t.Errorf("%d runs, and at most %d were to be", runs, most)
	}
	if len(o.Winners) != options || len(o.Ties) != 1 || len(o.Ties[0]) != options {
		t.Errorf("winners %v, ties %v", o.Winners, o.Ties)
	}
	if !slices.ContainsFunc(o.Working, func(n Note) bool { return n.Key == NoteLotMany }) {
		t.Error("nothing is said of the ways that were not counted")
	}
}
