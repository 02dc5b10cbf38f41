package members

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/bot/picture"
	"greffier/config"
)

const (
	chartHead = 78.0
	chartRow  = 46.0
	chartBars = picture.Width - 2*picture.Margin - 44 // the longest bar; its number stands after it
)

// draw draws the figures of a period beside those of the one before: for each,
// a full bar now and an empty one before, on a scale of its own, each with its
// number. Nothing is said by colour alone, and all of it stands in the text too.
func draw(c *bot.Ctx, p span, now, was []bot.Figure) (bot.File, error) {
	s := c.Speaker(c.Locale())
	words := chartWords{
		title: s.Plain(bot.T("figures.chart-title", "community", c.Charter.Community.Name)),
		now:   s.Plain(bot.T("figures.chart-now", "from", shortDay(c, p.from), "to", shortDay(c, lastDay(p.to)))),
		was:   s.Plain(bot.T("figures.chart-was", "from", shortDay(c, p.before), "to", shortDay(c, lastDay(p.beforeTo)))),
	}
	rows := make([]row, len(now))
	for i, f := range now {
		rows[i] = row{label: s.Plain(f.Label), now: f, was: was[i]}
	}
	data, err := chart(words, rows)
	if err != nil {
		return bot.File{}, fmt.Errorf("members: chart: %w", err)
	}
	zone := c.Charter.Location()
	name := fmt.Sprintf("%s-%s.png", p.from.In(zone).Format(time.DateOnly), lastDay(p.to).In(zone).Format(time.DateOnly))
	return bot.File{Name: name, Type: "image/png", Data: data, Alt: s.Plain(bot.T("figures.alt", "count", len(rows)))}, nil
}

// shortDay writes a day in figures, for where there is little room.
func shortDay(c *bot.Ctx, at time.Time) bot.Text {
	at = at.In(c.Charter.Location())
	return bot.Named(config.Words{}.With("en", at.Format("2 Jan 2006")).With("fr", at.Format("02/01/2006")))
}

type chartWords struct{ title, now, was string }

// row is a figure of the chart.
type row struct {
	label    string
	now, was bot.Figure
}

// amount is the length of a figure's bar, and the number at its end.
func amount(f bot.Figure) (length int, written string) {
	switch {
	case !f.Part:
		return f.N, strconv.Itoa(f.N)
	case f.Of == 0:
		return 0, "–"
	}
	return percent(f), strconv.Itoa(percent(f)) + "\u00a0%"
}

// chart draws the rows one under the other, as a PNG.
func chart(words chartWords, rows []row) ([]byte, error) {
	pen, err := picture.New(chartHead + chartRow*float64(len(rows)))
	if err != nil {
		return nil, err
	}
	pen.Text(words.title, picture.Margin, 18, picture.Title, picture.Width-2*picture.Margin)
	for i, said := range []string{words.now, words.was} {
		y := 40 + 18*float64(i)
		pen.Bar(picture.Margin, y-picture.BarHeight/2, 24, fillings[i])
		pen.Text(said, picture.Margin+32, y, picture.Small, picture.Width-2*picture.Margin-32)
	}
	for i, r := range rows {
		r.draw(pen, chartHead+chartRow*float64(i))
	}
	return pen.PNG()
}

// fillings are those of the present figure and of the one before.
var fillings = []picture.Filling{picture.Full, picture.Empty}

// draw draws one figure: its name, then its two bars and their numbers.
func (r row) draw(pen *picture.Pen, top float64) {
	pen.Text(r.label, picture.Margin, top+8, picture.Label, picture.Width-2*picture.Margin)
	now, nowWritten := amount(r.now)
	was, wasWritten := amount(r.was)
	most := float64(max(now, was, 1))
	if r.now.Part {
		most = 100 // of a whole
	}
	for i, b := range []struct {
		length  int
		written string
	}{{now, nowWritten}, {was, wasWritten}} {
		y := top + 23 + 14*float64(i)
		long := max(chartBars*float64(b.length)/most, 1)
		pen.Bar(picture.Margin, y-picture.BarHeight/2, long, fillings[i])
		pen.Text(b.written, picture.Margin+long+6, y, picture.Small, 60)
	}
}
