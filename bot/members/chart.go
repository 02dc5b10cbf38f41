package members

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"
	"sync"
	"time"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"

	"greffier/bot"
	"greffier/config"
)

// The picture is drawn in points that are a pixel on a telephone of the usual
// width, and three pixels in the file, so that it stays sharp on any screen.
const (
	chartScale  = 3.0
	chartWidth  = 360.0
	chartHead   = 78.0
	chartRow    = 46.0
	chartMargin = 12.0
	chartBars   = chartWidth - 2*chartMargin - 44 // the longest bar; its number stands after it
	barHeight   = 11.0
)

var (
	ink   = color.RGBA{R: 0x1f, G: 0x2d, B: 0x3d, A: 0xff}
	paper = color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
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
	data, err := picture(words, rows)
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

// picture draws the rows one under the other, as a PNG.
func picture(words chartWords, rows []row) ([]byte, error) {
	faces, err := chartFaces()
	if err != nil {
		return nil, err
	}
	height := chartHead + chartRow*float64(len(rows))
	dc := gg.NewContext(int(chartWidth*chartScale), int(height*chartScale))
	dc.SetColor(paper)
	dc.Clear()
	pen := &pen{dc: dc, faces: faces}
	pen.text(words.title, chartMargin, 18, faces.title, chartWidth-2*chartMargin)
	for i, said := range []string{words.now, words.was} {
		y := 40 + 18*float64(i)
		pen.bar(chartMargin, y-barHeight/2, 24, i == 0)
		pen.text(said, chartMargin+32, y, faces.small, chartWidth-2*chartMargin-32)
	}
	for i, r := range rows {
		pen.row(r, chartHead+chartRow*float64(i))
	}
	var b bytes.Buffer
	if err := dc.EncodePNG(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// pen draws in points.
type pen struct {
	dc    *gg.Context
	faces *faces
}

// row draws one figure: its name, then its two bars and their numbers.
func (p *pen) row(r row, top float64) {
	p.text(r.label, chartMargin, top+8, p.faces.label, chartWidth-2*chartMargin)
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
		p.bar(chartMargin, y-barHeight/2, long, i == 0)
		p.text(b.written, chartMargin+long+6, y, p.faces.small, 60)
	}
}

// bar draws a bar, full or empty.
func (p *pen) bar(x, y, long float64, full bool) {
	p.dc.DrawRectangle(x*chartScale, y*chartScale, long*chartScale, barHeight*chartScale)
	p.dc.SetColor(paper)
	if full {
		p.dc.SetColor(ink)
	}
	p.dc.FillPreserve()
	p.dc.SetColor(ink)
	p.dc.SetLineWidth(1.2 * chartScale)
	p.dc.Stroke()
}

// text writes a line whose middle is at y, cut where there is no more room.
func (p *pen) text(s string, x, y float64, face font.Face, room float64) {
	p.dc.SetFontFace(face)
	p.dc.SetColor(ink)
	runes := []rune(s)
	for n := len(runes); n > 0; n-- {
		if w, _ := p.dc.MeasureString(s); w <= room*chartScale {
			break
		}
		s = string(runes[:n-1]) + "…"
	}
	p.dc.DrawStringAnchored(s, x*chartScale, y*chartScale, 0, 0.35)
}

// faces are the letters of one drawing: a face keeps a buffer, and is not shared.
type faces struct{ title, label, small font.Face }

var chartFonts = sync.OnceValues(func() ([2]*opentype.Font, error) {
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return [2]*opentype.Font{}, err
	}
	regular, err := opentype.Parse(goregular.TTF)
	return [2]*opentype.Font{bold, regular}, err
})

func chartFaces() (*faces, error) {
	fonts, err := chartFonts()
	if err != nil {
		return nil, err
	}
	var made []font.Face
	for i, size := range []float64{15, 12, 11.5} {
		face, err := opentype.NewFace(fonts[min(i, 1)], &opentype.FaceOptions{Size: size * chartScale, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		made = append(made, face)
	}
	return &faces{made[0], made[1], made[2]}, nil
}
