package config

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bojanz/currency"
)

// sharing lists the keys of a way that only some shares have.
var sharing = map[string][]string{
	"contributors": {"equal"}, "odd-cent": {"equal"}, "short": {"equal"}, "extension": {"equal"},
	"exceed": {"amounts"}, "envelope": {"pot"}, "vote": {"pot"}, "decide": {"pot"},
	"turns": {"turns"}, "answer": {"turns"}, "skipped": {"turns"},
	"pledges": {"amounts", "equal", "sponsor"},
	"lasts":   {"amounts", "equal", "turns", "sponsor"}, "reminders": {"amounts", "equal", "turns", "sponsor"},
}

// checkFunding wants every way to make sense of its share, and sums to be sums.
func (d *decoder) checkFunding(c *Charter) {
	f := &c.Funding
	if !currency.IsValid(f.Currency) {
		p := d.problem(d.src.valueAt([]string{"funding", "currency"}), "bad-currency", f.Currency)
		p.Suggestion = d.near(strings.ToUpper(f.Currency), []string{"EUR", "CHF", "GBP", "USD", "CAD", "XOF"})
		return
	}
	for i := range f.Ways {
		d.checkWay(&f.Ways[i], []string{"funding", "ways", f.Ways[i].ID})
	}
	for _, e := range f.Envelopes {
		path := []string{"funding", "envelopes", e.ID, "years"}
		for year, sum := range e.Years {
			at := path
			if year != Everywhere {
				at = under(path, year)
			}
			if year != Everywhere && !yearRE.MatchString(year) {
				d.problem(d.src.at(at), "bad-year", year)
			}
			if a, err := currency.NewAmount(sum, f.Currency); err != nil || a.IsNegative() || !a.Equal(a.Round()) {
				d.problem(d.src.valueAt(at), "bad-sum", sum, f.Currency)
			}
		}
	}
}

var yearRE = regexp.MustCompile(`^[12]\d{3}$`)

func (d *decoder) checkWay(w *FundingWay, path []string) {
	for key, shares := range sharing {
		if _, written := d.src.keys[joinPath(under(path, key))]; written && !slices.Contains(shares, w.Share) {
			d.problem(d.src.at(under(path, key)), "way-key", key, w.Share, shares)
		}
	}
	if _, written := d.src.keys[joinPath(under(path, "contributors"))]; written && w.Share == "equal" && w.Contributors < 2 {
		d.problem(d.src.valueAt(under(path, "contributors")), "from-two")
	}
	for _, length := range []struct {
		key string
		of  Duration
	}{{"lasts", w.Lasts}, {"extension", w.Extension}, {"answer", w.Answer}} {
		d.checkPositive(under(path, length.key), length.of)
	}
	d.checkBefore(path, w.Reminders, w.Lasts, "late-reminder-end")
	if w.Share != "pot" {
		return
	}
	if w.Envelope == "" {
		d.problem(d.src.at(path), "pot-envelope")
	}
	if (w.Vote == "") == (len(w.Decide) == 0) {
		d.problem(d.src.at(path), "pot-decides")
	}
}
