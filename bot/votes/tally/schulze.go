package tally

import "slices"

// schulze ranks options by their strongest paths: a path is as strong as its
// weakest majority, and an option is above another when its strongest path to
// it is stronger than the one back (Schulze 2011, section 2.3).
func schulze(c *count, s *Settings) (*Outcome, error) {
	p := c.pairs()
	o := &Outcome{}
	o.compared(p)
	n := p.options
	links, value := p.strengths(s.Strength)
	paths := strongest(links, n)
	o.Order = layers(c.all(), func(a, b int) bool { return paths[a*n+b] > paths[b*n+a] })
	for _, w := range o.Order[0] {
		for b := range n {
			if b == w || slices.Contains(o.Order[0], b) && b < w {
				continue
			}
			o.Working = append(o.Working, Note{
				Key: NotePath, Options: []int{w, b}, Against: way(links, paths, n, w, b),
				Amounts: rats(c, value[paths[w*n+b]], value[paths[b*n+w]]),
			})
		}
	}
	if c.empty() {
		o.note(NoteNobody, nil)
		return o, nil
	}
	o.seat(s, nil)
	return o, nil
}

// strongest is the strength of the strongest path between any two options, by
// the algorithm of Floyd and Warshall.
func strongest(links []int32, n int) []int32 {
	paths := slices.Clone(links)
	for by := range n {
		through := paths[by*n:][:n]
		for a := range n {
			row := paths[a*n:][:n]
			first := row[by]
			if a == by || first == 0 {
				continue
			}
			for b, second := range through {
				if s := min(first, second); s > row[b] && a != b {
					row[b] = s
				}
			}
		}
	}
	return paths
}

// way is a strongest path from one option to another, the shortest of them.
func way(links, paths []int32, n, from, to int) []int {
	least := paths[from*n+to]
	if least == 0 {
		return nil
	}
	came := make([]int, n)
	for i := range came {
		came[i] = -1
	}
	came[from] = from
	for queue := []int{from}; len(queue) > 0 && came[to] < 0; queue = queue[1:] {
		for b := range n {
			if came[b] < 0 && links[queue[0]*n+b] >= least {
				came[b] = queue[0]
				queue = append(queue, b)
			}
		}
	}
	var back []int
	for at := to; at != from; at = came[at] {
		back = append(back, at)
	}
	back = append(back, from)
	slices.Reverse(back)
	return back
}
