package when

import (
	"bufio"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestProbe(t *testing.T) {
	name := os.Getenv("PROBE")
	if name == "" {
		t.Skip()
	}
	f, _ := os.Open(name)
	now := monday(t)
	for s := bufio.NewScanner(f); s.Scan(); {
		text := s.Text()
		got, err := ParseAt(text, now, now.Location(), 9)
		if err != nil {
			fmt.Printf("%-42s %v\n", text, err)
		} else {
			fmt.Printf("%-42s %s\n", text, got.Format("Mon 2006-01-02 15:04"))
		}
	}
	_ = time.Now
}
