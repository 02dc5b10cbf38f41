package votes

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"greffier/bot/picture"
)

// The bars of a chart are as long as what they stand for, part after part, and a
// row keeps its place under the legend. GREFFIER_CHART keeps the picture to look at.
func TestBarsAreToScale(t *testing.T) {
	grades := []string{"Excellent", "Très bien", "Bien", "À rejeter"}
	data, err := drawBars("Vote n° 12 — Quel logo ?", "Choix retenu : Chouette.", grades, []bar{
		{"► Chouette", "Très bien", []float64{25, 50, 0, 25}, ""},
		{"Plume d'oie taillée, avec une encre noire et un titre qui ne tient pas sur une ligne", "Bien", []float64{0, 25, 75, 0}, ""},
		{"Sceau", "", nil, ""},
	})
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
	dark := func(x, y float64) bool {
		r, g, b, _ := img.At(int(x*picture.Scale), int(y*picture.Scale)).RGBA()
		return r+g+b < 3*0x8000
	}
	first := chartHead + chartLegend*float64(len(grades)) + 12 // the upper edge of the first bar
	long := 0.0
	for x := picture.Margin; dark(x, first); x += 1 / picture.Scale {
		long += 1 / picture.Scale
	}
	if long < chartBars-2 || long > chartBars+2 {
		t.Errorf("the parts of the first bar are %.0f points long, want %.0f", long, chartBars)
	}
	middle := first + picture.BarHeight/2
	if !dark(picture.Margin+chartBars/8, middle) || dark(picture.Margin+chartBars/2, middle) {
		t.Error("the first part is not full, or the second not empty")
	}
	if dark(picture.Margin+chartBars/2, first+2*(chartRow+chartNumbers)+4) {
		t.Error("an option without anything has a bar")
	}
}
