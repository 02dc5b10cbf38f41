package votes

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"greffier/bot"
	"greffier/bot/picture"
	"greffier/bot/votes/tally"
)

// The measures of a chart, in points.
const (
	chartHead   = 56.0
	chartRow    = 34.0
	chartBars   = picture.Width - 2*picture.Margin - 70 // the longest bar; what it says stands after it
	chartLegend = 18.0
	// chartNumbers is the room for the numbers of the parts under a bar.
	chartNumbers = 16.0
)

// bar is one line of a chart: an option, its parts one after the other, and what
// is written after them.
type bar struct {
	label, said string
	parts       []float64
	// alt says the parts in words.
	alt string
}

// chartKey is the key of a vote's chart.
func chartKey(v *Vote) string { return fmt.Sprintf("vote-chart/%d.png", v.Number) }

// charted votes have a chart that says more than their words: options that were
// counted, and ballots that said something of them.
func charted(v *Vote) bool {
	return v.State == Closed && v.Result != nil && v.Result.Expressed.Sign() > 0 && v.size() > 1 &&
		v.method() != tally.YesNo && v.method() != tally.Consent
}

// charts are the documents that a closed vote carries.
func charts(v *Vote) []string {
	if !charted(v) {
		return nil
	}
	return []string{chartKey(v)}
}

// chart draws the result of a closed vote, in a language.
func chart(c *bot.Ctx, key, locale string) (bot.File, bool) {
	number, ok := strings.CutSuffix(strings.TrimPrefix(key, "vote-chart/"), ".png")
	if !ok {
		return bot.File{}, false
	}
	v, ok := numbered(c, map[string]string{"number": number})
	if !ok || !charted(&v) {
		return bot.File{}, false
	}
	s := c.Speaker(locale)
	bars := v.bars(c, s)
	said := s.Plain(verdict(&v))
	var pictured []string
	for _, b := range bars {
		pictured = append(pictured, strings.TrimSpace(strings.TrimPrefix(b.label, "► ")+" "+b.said+b.alt))
	}
	data, err := drawBars(s.Plain(bot.T("vote.chart-title", "number", v.Number, "title", v.Title)), said, v.legend(), bars)
	if err != nil {
		return bot.File{}, false
	}
	return bot.File{
		Name: fmt.Sprintf("vote-%d.png", v.Number), Type: "image/png", Data: data,
		Alt: bot.Shorten(s.Plain(bot.T("vote.chart-alt", "number", v.Number, "verdict", said, "result", strings.Join(pictured, ", "))), 1000),
	}, true
}

// legend names the parts of the bars, in order: the grades of majority judgment.
func (v *Vote) legend() []string {
	if v.marking() == graded {
		return v.Rule.Grades
	}
	return nil
}

// bars are the options in the order of the result: what each was given, the
// shares of its grades, or what it has in each count.
func (v *Vote) bars(c *bot.Ctx, s *bot.Speaker) []bar {
	r := v.Result
	order := slices.Concat(r.Order...)
	var bars []bar
	for _, option := range order {
		b := bar{label: s.Plain(v.option(option))}
		if slices.Contains(r.Elected, option) {
			b.label = "► " + b.label
		}
		switch {
		case v.marking() == graded:
			b.parts, b.said = v.gradeShares(c, option)
			var shares []string
			for i, part := range b.parts {
				if part > 0 {
					shares = append(shares, fmt.Sprintf("%s %.0f\u00a0%%", v.Rule.Grades[i], part))
				}
			}
			b.alt = " (" + strings.Join(shares, ", ") + ")"
		case r.Outcome != nil && len(r.Outcome.Rounds) > 0:
			b.parts, b.said = v.roundParts(s, option)
		case r.Counts != nil:
			n, _ := r.Counts[option].Float64()
			b.parts, b.said = []float64{n}, s.Plain(v.numberText(r.Counts[option]))
		case v.marking() == scored: // means, and nothing for who was given nothing
			if score := r.Outcome.Scores[option]; score != nil {
				n, _ := score.Float64()
				b.parts, b.said = []float64{n}, s.Plain(v.numberText(score))
			}
		default: // a place among all
			b.parts = []float64{float64(len(order) - v.place(option))}
			b.said = s.Plain(bot.T("vote.chart-place", "place", v.place(option)+1))
		}
		bars = append(bars, b)
	}
	return bars
}

// place is how many options are before one.
func (v *Vote) place(option int) (before int) {
	for _, equals := range v.Result.Order {
		if slices.Contains(equals, option) {
			return before
		}
		before += len(equals)
	}
	return before
}

// roundParts is what an option has in the last count that it takes part in.
func (v *Vote) roundParts(s *bot.Speaker, option int) ([]float64, string) {
	rounds := v.Result.Outcome.Rounds
	for at := len(rounds) - 1; at >= 0; at-- {
		if n := rounds[at].Counts[option]; n != nil {
			long, _ := n.Float64()
			return []float64{long}, fmt.Sprintf("%s (%d/%d)", s.Plain(v.numberText(n)), at+1, len(rounds))
		}
	}
	return nil, ""
}

// gradeShares is which share of the ballots gave an option each grade, in percent.
func (v *Vote) gradeShares(c *bot.Ctx, option int) ([]float64, string) {
	given := make([]big.Rat, len(v.Rule.Grades))
	total := new(big.Rat)
	cast(c, v, func(b ballot) {
		grade := int64(-1)
		if v.Rule.Missing != string(tally.Absent) {
			grade = int64(len(given) - 1)
		}
		for _, m := range b.Marks {
			if m.Option == option {
				grade = m.Value
			}
		}
		k := v.class(b.Class)
		if b.Kind != tally.Marked || k.Advisory || grade < 0 || int(grade) >= len(given) {
			return
		}
		weight := k.weight(0)
		if weight == nil {
			weight = big.NewRat(1, 1)
		}
		given[grade].Add(&given[grade], weight)
		total.Add(total, weight)
	})
	parts := make([]float64, len(given))
	if total.Sign() > 0 {
		for i := range given {
			parts[i], _ = new(big.Rat).Quo(&given[i], total).Float64()
			parts[i] *= 100
		}
	}
	if at := v.Result.Outcome.Medians[option]; at >= 0 {
		return parts, v.Rule.Grades[at]
	}
	return parts, ""
}

// drawBars draws the bars one under the other, as a PNG. The parts of a bar are
// filled in turn, and have their numbers in the legend under them where they are
// wide enough.
func drawBars(title, verdict string, legend []string, bars []bar) ([]byte, error) {
	wide := picture.Width - 2*picture.Margin
	top := chartHead + chartLegend*float64(len(legend))
	row := chartRow
	if len(legend) > 0 {
		row += chartNumbers
	}
	pen, err := picture.New(top + row*float64(len(bars)) + picture.Margin)
	if err != nil {
		return nil, err
	}
	pen.Text(title, picture.Margin, 18, picture.Title, wide)
	pen.Text(verdict, picture.Margin, 38, picture.Small, wide)
	for i, name := range legend {
		y := chartHead + chartLegend*float64(i)
		pen.Bar(picture.Margin, y-picture.BarHeight/2, 24, picture.Filling(i%3))
		pen.Text(fmt.Sprintf("%d. %s", i+1, name), picture.Margin+32, y, picture.Small, wide-32)
	}
	most := 1e-9
	for _, b := range bars {
		sum := 0.0
		for _, part := range b.parts {
			sum += part
		}
		most = max(most, sum)
	}
	for i, b := range bars {
		y := top + row*float64(i)
		pen.Text(b.label, picture.Margin, y+2, picture.Label, wide)
		x := picture.Margin
		for at, part := range b.parts {
			long := chartBars * part / most
			if long <= 0 {
				continue
			}
			pen.Bar(x, y+12, long, picture.Filling(at%3))
			if len(legend) > 0 && long > 8 {
				pen.Text(fmt.Sprint(at+1), x+long/2-3, y+13+picture.BarHeight+chartNumbers/2, picture.Small, 16)
			}
			x += long
		}
		pen.Text(b.said, max(x, picture.Margin)+6, y+12+picture.BarHeight/2, picture.Small, 70)
	}
	return pen.PNG()
}
