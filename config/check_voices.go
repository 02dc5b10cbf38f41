package config

import (
	"slices"
	"strconv"
)

// checkVoices holds what a rule says of whose voices there are, and of what they
// weigh, against itself.
func (d *decoder) checkVoices(r *VoteRule, path []string) {
	written := func(key string) bool { _, ok := d.src.keys[joinPath(under(path, key))]; return ok }
	for _, key := range []string{"departures", "voices", "weights", "colleges", "advisers", "proxies", "representatives"} {
		if written(key) && r.Roll == "open" {
			d.problem(d.src.at(under(path, key)), "needs-frozen", key)
		}
	}
	goes := func(key, with string, there bool) {
		if written(key) && !there {
			d.problem(d.src.at(under(path, key)), "goes-with", key, with)
		}
	}
	goes("cast-by", "voices: organisations", r.Voices == "organisations")
	goes("combine", "colleges", len(r.Colleges) > 0)
	goes("role-weights", "weights: role", slices.Contains(r.Weights, "role"))
	for i, w := range r.Weights {
		at := d.src.valueAt(append(under(path, "weights"), strconv.Itoa(i)))
		switch {
		case d.reported(at):
		case (w == "organisation" || w == "maintenance") && r.Voices != "organisations":
			d.problem(at, "goes-with", w, "voices: organisations")
		case w == "role" && !written("role-weights"):
			d.problem(at, "goes-with", w, "role-weights")
		}
	}
	if r.Method == "consent" && len(r.Weights) > 0 {
		d.problem(d.src.at(under(path, "weights")), "consent-weights")
	}
	if most := append(under(path, "proxies"), "most"); r.Proxies != nil {
		_, there := d.src.keys[joinPath(most)]
		if at := d.src.valueAt(most); there && !d.reported(at) && (r.Proxies.Most < 1 || r.Proxies.Most > maxProxies) {
			d.problem(at, "from-one", "most", maxProxies)
		}
	}
	d.checkColleges(r, path)
}

// maxProxies is how many proxies a rule may let one voter hold.
const maxProxies = 100

func (d *decoder) checkColleges(r *VoteRule, path []string) {
	at := under(path, "colleges")
	if len(r.Colleges) == 1 {
		d.problem(d.src.at(at), "college-alone")
	}
	if r.Combine == "veto" && r.Method != "yes-no" {
		d.problem(d.src.at(under(path, "combine")), "veto-yes-no")
	}
	for i := range r.Colleges {
		k := &r.Colleges[i]
		if k.Majority == nil {
			continue
		}
		d.checkShare(*k.Majority, append(under(at, k.ID), "majority"))
		if k.Majority.Of == "" {
			k.Majority.Of = "expressed"
		}
	}
}
