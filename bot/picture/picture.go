// Package picture draws what the clerk shows as a picture: bars and words, ink on
// paper. Bars are told apart by their filling and every one has its words beside
// it: nothing is said by colour. Lengths are in points that are a pixel on a
// telephone of the usual width, and three pixels in the file, so that a picture
// stays sharp on any screen.
package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"sync"

	"git.sr.ht/~sbinet/gg"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Scale is how many pixels a point has in the file, Width the points of a picture
// across, Margin those left free at its sides, BarHeight those of a bar.
const (
	Scale     = 3.0
	Width     = 360.0
	Margin    = 12.0
	BarHeight = 11.0
)

// Letters are the sizes of letters.
type Letters int

// The sizes of letters.
const (
	Title Letters = iota
	Label
	Small
)

// Filling is how a bar is filled.
type Filling int

// The fillings of bars: of the three that stand beside one another, no two look
// alike on any screen or print.
const (
	Full Filling = iota
	Empty
	Striped
)

var (
	ink   = color.RGBA{R: 0x1f, G: 0x2d, B: 0x3d, A: 0xff}
	paper = color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
)

// Pen draws one picture; it is not shared.
type Pen struct {
	dc    *gg.Context
	faces []font.Face
}

// New takes an empty sheet of a height in points. The error is of the fonts, which
// are part of the program.
func New(height float64) (*Pen, error) {
	faces, err := faces()
	if err != nil {
		return nil, err
	}
	dc := gg.NewContext(int(Width*Scale), int(height*Scale))
	dc.SetColor(paper)
	dc.Clear()
	return &Pen{dc, faces}, nil
}

// PNG is the picture as a file. All there is of it are ink, paper and the shades
// between them where edges are smoothed, so that a byte says what a pixel is: a quarter
// of what the colours of each would take, and of the time to pack it.
func (p *Pen) PNG() ([]byte, error) {
	from := p.dc.Image().(*image.RGBA)
	shades := image.NewPaletted(from.Rect, palette)
	for i := range shades.Pix {
		shades.Pix[i] = max(from.Pix[4*i], ink.R) - ink.R
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, shades)
	return b.Bytes(), err
}

// palette is the shades from ink to paper, by how much more red than ink they are.
var palette = func() (all color.Palette) {
	most := int(paper.R - ink.R)
	for i := range most + 1 {
		mix := func(from, to uint8) uint8 { return uint8((int(from)*(most-i) + int(to)*i + most/2) / most) } //nolint:gosec // between the two
		all = append(all, color.RGBA{R: mix(ink.R, paper.R), G: mix(ink.G, paper.G), B: mix(ink.B, paper.B), A: 0xff})
	}
	return all
}()

// Bar draws a bar from its upper left corner.
func (p *Pen) Bar(x, y, long float64, fill Filling) {
	p.dc.DrawRectangle(x*Scale, y*Scale, long*Scale, BarHeight*Scale)
	p.dc.SetColor(paper)
	if fill == Full {
		p.dc.SetColor(ink)
	}
	p.dc.FillPreserve()
	p.dc.SetColor(ink)
	p.dc.SetLineWidth(1.2 * Scale)
	p.dc.Stroke()
	if fill != Striped {
		return
	}
	p.dc.Push()
	p.dc.DrawRectangle(x*Scale, y*Scale, long*Scale, BarHeight*Scale)
	p.dc.Clip()
	for at := x - BarHeight; at < x+long; at += 4 {
		p.dc.DrawLine(at*Scale, (y+BarHeight)*Scale, (at+BarHeight)*Scale, y*Scale)
		p.dc.Stroke()
	}
	p.dc.ResetClip()
	p.dc.Pop()
}

// Line draws a thin line from one point to another.
func (p *Pen) Line(x0, y0, x1, y1 float64) {
	p.dc.SetColor(ink)
	p.dc.SetLineWidth(0.8 * Scale)
	p.dc.DrawLine(x0*Scale, y0*Scale, x1*Scale, y1*Scale)
	p.dc.Stroke()
}

// Text writes a line whose middle is at y, cut where there is no more room. Letters
// are put straight onto the sheet: gg turns and stretches each on its way, for which
// there is no need here and which takes ten times as long.
func (p *Pen) Text(s string, x, y float64, size Letters, room float64) {
	face := p.faces[size]
	pen := font.Drawer{Dst: p.dc.Image().(*image.RGBA), Src: image.NewUniform(ink), Face: face}
	runes := []rune(s)
	for n := len(runes); n > 0 && pen.MeasureString(s) > pixels(room*Scale); n-- {
		s = string(runes[:n-1]) + "…"
	}
	pen.Dot = fixed.Point26_6{X: pixels(x * Scale), Y: pixels(y*Scale) + face.Metrics().Height*35/100}
	pen.DrawString(s)
}

func pixels(n float64) fixed.Int26_6 { return fixed.Int26_6(n * 64) }

var fonts = sync.OnceValues(func() ([2]*opentype.Font, error) {
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return [2]*opentype.Font{}, err
	}
	regular, err := opentype.Parse(goregular.TTF)
	return [2]*opentype.Font{bold, regular}, err
})

// faces are the letters of one drawing: a face keeps a buffer, and is not shared.
func faces() ([]font.Face, error) {
	fonts, err := fonts()
	if err != nil {
		return nil, err
	}
	var made []font.Face
	for i, size := range []float64{15, 12, 11.5} {
		face, err := opentype.NewFace(fonts[min(i, 1)], &opentype.FaceOptions{Size: size * Scale, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		made = append(made, face)
	}
	return made, nil
}
