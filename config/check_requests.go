package config

import (
	"slices"
	"strconv"
)

// The greatest length of a field: what all platforms accept, and what suits a
// single line.
const (
	maxText = 4000
	maxLine = 100
)

func (d *decoder) checkRequests(c *Charter) {
	r := &c.Requests
	_, written := d.src.keys[joinPath([]string{"requests", "paths"})]
	if len(r.Kinds) > 0 && len(r.Paths) == 0 && !written {
		d.problem(d.src.at([]string{"requests", "kinds"}), "no-path")
	}
	for i := range r.Kinds {
		k := &r.Kinds[i]
		if k.Path == "" && len(r.Paths) > 0 {
			k.Path = r.Paths[0].ID
		}
		for j := range k.Fields {
			d.checkField(&k.Fields[j], []string{"requests", "kinds", k.ID, "fields", k.Fields[j].ID})
		}
	}
	for i := range r.Paths {
		path := []string{"requests", "paths", r.Paths[i].ID}
		d.checkPath(&r.Paths[i], path)
		for j := range r.Paths[i].Stages {
			s := &r.Paths[i].Stages[j]
			d.checkGate(r, r.Paths[i].ID, s, append(under(path, "stages"), s.ID))
		}
	}
}

func (d *decoder) checkField(f *Field, path []string) {
	if slices.Contains(StandardFields(), f.ID) {
		d.problem(d.src.at(path), "standard-field", f.ID)
	}
	if f.Private {
		d.problem(d.src.at(under(path, "private")), "private-request")
	}
	d.checkQuestion(f, path)
}

// checkQuestion holds a field of any form against the rules of its type.
func (d *decoder) checkQuestion(f *Field, path []string) {
	switch {
	case f.Type == "choice" && len(f.Choices) == 0:
		d.problem(d.src.at(path), "choice-no-choices", f.ID)
	case f.Type != "choice" && len(f.Choices) > 0:
		d.problem(d.src.at(under(path, "choices")), "choices-no-choice")
	}
	limit := map[string]int{"line": maxLine, "text": maxText}[f.Type]
	_, written := d.src.keys[joinPath(under(path, "max"))]
	switch {
	case f.Max == 0 && !written:
		f.Max = limit
	case d.reported(d.src.valueAt(under(path, "max"))):
	case limit == 0:
		d.problem(d.src.at(under(path, "max")), "max-type")
	case f.Max < 1 || f.Max > maxText:
		d.problem(d.src.valueAt(under(path, "max")), "max-range")
	}
}

// checkPath completes the stages of a path with what follows from their order,
// and makes sure that a request can come to an end.
func (d *decoder) checkPath(p *Path, path []string) {
	if len(p.Stages) == 0 {
		return // reported as missing or empty
	}
	marked := slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.Final })
	last := &p.Stages[len(p.Stages)-1]
	switch {
	case marked:
	case len(last.Next) == 0 && last.Vote == "" && len(last.Advance) == 0:
		last.Final = true
	default:
		d.problem(d.src.at(path), "no-final", p.ID)
	}
	for i := range p.Stages {
		s := &p.Stages[i]
		at := under(under(path, "stages"), s.ID)
		if s.Final {
			d.checkFinal(s, at)
			continue
		}
		if len(s.Next) == 0 {
			if i+1 < len(p.Stages) {
				s.Next = []string{p.Stages[i+1].ID}
			} else if marked {
				d.problem(d.src.at(at), "dead-end", s.ID)
			}
		}
		if s.Vote != "" && len(s.Advance) > 0 {
			d.problem(d.src.at(under(at, "advance")), "vote-and-advance", s.ID)
		}
		if s.Vote == "" && len(s.Advance)+len(s.Back)+len(s.Refuse) == 0 {
			d.problem(d.src.at(at), "stuck", s.ID)
		}
	}
	d.checkReachable(p, path)
}

func (d *decoder) checkFinal(s *Stage, at []string) {
	for _, goesOn := range []struct {
		key     string
		present bool
	}{
		{"next", len(s.Next) > 0},
		{"advance", len(s.Advance) > 0},
		{"vote", s.Vote != ""},
		{"opinions", len(s.Opinions) > 0},
		{"refuse", len(s.Refuse) > 0},
		{"form", len(s.Form) > 0},
		{"needs", len(s.Needs) > 0},
		{"meeting", s.Meeting != ""},
		{"lasts", s.Lasts > 0},
	} {
		if goesOn.present {
			d.problem(d.src.at(under(at, goesOn.key)), "final-goes-on", s.ID, goesOn.key)
		}
	}
}

// checkGate holds what a stage wants before it is left against what there is.
func (d *decoder) checkGate(r *Requests, path string, s *Stage, at []string) {
	fields := slices.Clone(StandardFields()[2:])
	for _, k := range r.Kinds {
		if k.Path == path {
			for _, f := range k.Fields {
				fields = append(fields, f.ID)
			}
		}
	}
	for i, name := range s.Form {
		where := d.src.valueAt(append(under(at, "form"), strconv.Itoa(i)))
		if !d.reported(where) && !slices.Contains(fields, name) {
			p := d.problem(where, "no-field", name, s.ID)
			p.Suggestion = d.near(name, fields)
		}
	}
	_, agenda := d.src.keys[joinPath(under(at, "agenda"))]
	if agenda && s.Meeting == "" {
		d.problem(d.src.at(under(at, "agenda")), "goes-with", "agenda", "meeting")
	}
	if len(s.Late) > 0 && s.Lasts == 0 {
		d.problem(d.src.at(under(at, "late")), "goes-with", "late", "lasts")
	}
	if s.Meeting != "" && !s.Final && s.Vote == "" && len(s.Advance) == 0 {
		d.problem(d.src.at(under(at, "meeting")), "meeting-nobody", s.ID)
	}
}

// checkReachable follows the stages from the first one. Where a stage names an
// unknown one, what was meant to be reached is not known.
func (d *decoder) checkReachable(p *Path, path []string) {
	next := map[string][]string{}
	for _, s := range p.Stages {
		next[s.ID] = s.Next
	}
	for _, s := range p.Stages {
		for _, id := range s.Next {
			if _, known := next[id]; !known {
				return
			}
		}
	}
	reached := map[string]bool{p.Stages[0].ID: true}
	for todo := []string{p.Stages[0].ID}; len(todo) > 0; todo = todo[1:] {
		for _, id := range next[todo[0]] {
			if !reached[id] {
				reached[id] = true
				todo = append(todo, id)
			}
		}
	}
	for _, s := range p.Stages {
		if !reached[s.ID] {
			d.problem(d.src.at(append(under(path, "stages"), s.ID)), "unreachable", s.ID)
		}
	}
}
