package when

import (
	"bufio"
	"fmt"
	"os"
	"testing"

	"greffier/config"
)

func TestProbeOften(t *testing.T) {
	name := os.Getenv("PROBEO")
	if name == "" {
		t.Skip()
	}
	f, _ := os.Open(name)
	now := monday(t)
	for s := bufio.NewScanner(f); s.Scan(); {
		text := s.Text()
		got, ok, err := ParseOften(text, now, now.Location(), 9)
		if err != nil || !ok {
			fmt.Printf("%-46s %v %v\n", text, ok, err)
			continue
		}
		r, err := config.ParseRecurrence(got.Rule)
		if err != nil {
			fmt.Printf("%-46s %s BAD %v\n", text, got.Rule, err)
			continue
		}
		at := now
		out := ""
		for range 3 {
			at = r.Next(at, now.Location())
			if at.IsZero() {
				break
			}
			out += at.In(now.Location()).Format(" Mon060102-15:04")
		}
		fmt.Printf("%-46s%s  %s\n", text, out, got.Rule[24:])
	}
}
