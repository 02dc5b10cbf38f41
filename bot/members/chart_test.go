package members

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"

	"greffier/bot"
	"greffier/bot/picture"
)

// The picture has a full and an empty bar for each figure, as long as the figures
// say, and nothing that only a colour tells.
func TestPicture(t *testing.T) {
	rows := []row{
		{"Membres à la fin", bot.Figure{N: 120}, bot.Figure{N: 60}},
		{"Arrivées", bot.Figure{N: 0}, bot.Figure{N: 12}},
		{"Participation", bot.Figure{N: 3, Of: 4, Part: true}, bot.Figure{Part: true}},
		{"Un libellé si long qu'aucun téléphone ne le montrerait en entier sur une seule ligne", bot.Figure{N: 1}, bot.Figure{N: 1}},
	}
	data, err := chart(chartWords{"L'activité du Club Publik", "barre pleine : du dimanche 1er mars 2026 au mardi 31 mars 2026", "barre vide : du 1er au 28 février 2026"}, rows)
	if err != nil {
		t.Fatal(err)
	}
	if name := os.Getenv("GREFFIER_CHART"); name != "" {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ now, was float64 }{{chartBars, chartBars / 2}, {1, chartBars}, {chartBars * 3 / 4, 1}, {chartBars, chartBars}} {
		for j, long := range []float64{want.now, want.was} {
			y := chartHead + chartRow*float64(i) + 23 + 14*float64(j)
			if got := barLength(img, y); got < long-3 || got > long+3 {
				t.Errorf("row %d, bar %d is %.0f points long, want %.0f", i, j, got, long)
			}
			if full := j == 0; long > 10 && inked(img, picture.Margin+5, y) != full {
				t.Errorf("row %d, bar %d: full is %v", i, j, !full)
			}
		}
	}
}

func inked(img image.Image, x, y float64) bool {
	return color.GrayModel.Convert(img.At(int(x*picture.Scale), int(y*picture.Scale))).(color.Gray).Y < 128
}

// barLength follows the upper edge of the bar at a height.
func barLength(img image.Image, y float64) float64 {
	x := picture.Margin
	for inked(img, x, y-picture.BarHeight/2) {
		x += 1 / picture.Scale
	}
	return x - picture.Margin
}
