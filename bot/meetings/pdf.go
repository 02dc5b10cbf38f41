package meetings

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"

	"greffier/bot"
)

// Sizes on the page, A4, in millimetres and points.
const (
	margin    = 22.0
	lineHigh  = 5.4
	textSize  = 10.5
	smallSize = 8.5
	face      = "liberation"
)

// sheetOfPaper draws a paper on pages.
type sheetOfPaper struct {
	*fpdf.Fpdf
	say func(bot.Text) string
}

// pdf draws a paper as a PDF document whose text can be searched and read aloud.
// made is the moment it says it was made, so that the same paper is the same file.
func (p *paper) pdf(s *bot.Speaker, locale string, made time.Time) ([]byte, error) {
	d := sheetOfPaper{fpdf.New("P", "mm", "A4", ""), func(t bot.Text) string { return printable(s.Prose(t)) }}
	d.AddUTF8FontFromBytes(face, "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes(face, "B", liberationsansbold.TTF)
	d.AddUTF8FontFromBytes(face, "I", liberationsansitalic.TTF)
	d.SetCatalogSort(true)
	d.SetCreationDate(made)
	d.SetModificationDate(made)
	d.SetLang(locale)
	d.SetTitle(d.say(p.title), true)
	d.SetProducer("Greffier", true)
	d.SetMargins(margin, margin, margin)
	d.SetAutoPageBreak(true, margin)
	d.AliasNbPages("{n}")
	d.SetFooterFunc(func() {
		d.SetY(-15)
		d.SetFont(face, "", smallSize)
		d.SetTextColor(90, 90, 90)
		d.CellFormat(0, 5, d.say(p.title), "", 0, "L", false, 0, "")
		d.SetX(margin)
		d.CellFormat(0, 5, fmt.Sprintf("%d / {n}", d.PageNo()), "", 0, "R", false, 0, "")
		d.SetTextColor(0, 0, 0)
	})
	d.AddPage()
	d.font("B", 17)
	d.MultiCell(0, 8, d.say(p.title), "", "L", false)
	d.font("I", textSize)
	d.MultiCell(0, lineHigh+1, d.say(p.status), "", "L", false)
	for _, b := range p.blocks {
		d.block(b)
	}
	d.signatures(p.signers)
	var out bytes.Buffer
	if err := d.Output(&out); err != nil {
		return nil, fmt.Errorf("meetings: minutes: %w", err)
	}
	return out.Bytes(), nil
}

// printable takes out of a text what the font has no shape for.
func printable(s string) string {
	s = norm.NFC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == 0x202F || r == 0x2007 || r == 0x2009:
			return 0xA0
		case r == '\t':
			return ' '
		case r > 0xFFFF || r >= 0xFE00 && r <= 0xFE0F || r >= 0x200B && r <= 0x200F:
			return -1
		}
		return r
	}, s)
	return unbroken.Replace(s)
}

// unbroken keeps French punctuation and units on the line of what they belong to.
var unbroken = strings.NewReplacer("« ", "«\u00a0", " »", "\u00a0»", " ;", "\u00a0;", " :", "\u00a0:", " !", "\u00a0!", " ?", "\u00a0?",
	" €", "\u00a0€", " %", "\u00a0%", "n° ", "n°\u00a0", "N° ", "N°\u00a0")

func (d *sheetOfPaper) font(style string, size float64) { d.SetFont(face, style, size) }

func (d *sheetOfPaper) block(b block) {
	if !b.heading.IsZero() {
		d.heading(b)
	}
	d.font("", textSize)
	for _, line := range b.lines {
		d.MultiCell(0, lineHigh, d.say(line), "", "L", false)
	}
	for _, line := range b.list {
		d.bullet(d.say(line))
	}
	d.table(b)
	d.Ln(1.5)
}

// heading keeps with what follows it: it goes to the next page when two lines
// would not fit below it.
func (d *sheetOfPaper) heading(b block) {
	_, high := d.GetPageSize()
	if d.GetY()+6*lineHigh > high-margin {
		d.AddPage()
	}
	size, space := 13.0, 3.5
	if b.level > 1 {
		size, space = 11, 1.5
	}
	d.Ln(space)
	text := d.say(b.heading)
	d.Bookmark(text, b.level-1, -1)
	d.font("B", size)
	d.MultiCell(0, lineHigh+1, text, "", "L", false)
	d.Ln(0.6)
}

func (d *sheetOfPaper) bullet(text string) {
	d.CellFormat(5, lineHigh, "•", "", 0, "L", false, 0, "")
	left, _, _, _ := d.GetMargins()
	d.SetLeftMargin(left + 5)
	d.MultiCell(0, lineHigh, text, "", "L", false)
	d.SetLeftMargin(left)
	d.SetX(left)
}

// table draws rows whose cells take as many lines as they need; its head comes
// back on each page.
func (d *sheetOfPaper) table(b block) {
	if len(b.rows) == 0 {
		return
	}
	wide, high := d.GetPageSize()
	widths := make([]float64, len(b.head))
	for i, share := range []float64{0.42, 0.26, 0.32} {
		widths[i] = share * (wide - 2*margin)
	}
	d.Ln(1)
	head := d.said(b.head)
	d.row(head, widths, "B")
	for _, texts := range b.rows {
		cells := d.said(texts)
		if d.GetY()+d.rowHigh(cells, widths) > high-margin {
			d.AddPage()
			d.row(head, widths, "B")
		}
		d.row(cells, widths, "")
	}
}

// said says the cells of a row, once for measuring and drawing.
func (d *sheetOfPaper) said(texts []bot.Text) []string {
	cells := make([]string, len(texts))
	for i, t := range texts {
		cells[i] = d.say(t)
	}
	return cells
}

func (d *sheetOfPaper) rowHigh(cells []string, widths []float64) float64 {
	most := 1
	for i, cell := range cells {
		most = max(most, len(d.SplitText(cell, widths[i]-2)))
	}
	return float64(most)*lineHigh + 1.6
}

func (d *sheetOfPaper) row(cells []string, widths []float64, style string) {
	d.font(style, textSize-0.5)
	high := d.rowHigh(cells, widths)
	x, y := margin, d.GetY()
	for i, cell := range cells {
		d.Rect(x, y, widths[i], high, "D")
		d.SetXY(x+1, y+0.8)
		d.MultiCell(widths[i]-2, lineHigh, cell, "", "L", false)
		x += widths[i]
	}
	d.SetXY(margin, y+high)
}

// signatures leaves room to sign.
func (d *sheetOfPaper) signatures(all []signer) {
	if len(all) == 0 {
		return
	}
	wide, high := d.GetPageSize()
	if d.GetY()+34 > high-margin {
		d.AddPage()
	}
	d.Ln(6)
	each := (wide - 2*margin) / 2
	y := d.GetY()
	for i, s := range all {
		d.SetXY(margin+float64(i)*each, y)
		d.font("B", textSize)
		d.MultiCell(each-4, lineHigh, d.say(s.as), "", "L", false)
		d.SetX(margin + float64(i)*each)
		d.font("", textSize)
		d.MultiCell(each-4, lineHigh, d.say(s.name), "", "L", false)
		d.Line(margin+float64(i)*each, y+28, margin+float64(i)*each+each-10, y+28)
	}
}
