package when

import (
	"strings"
	"time"
)

// isoLayouts are the forms of ISO 8601 that carry a zone; those without one are read
// as any other date is.
var isoLayouts = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"}

// parseISO reads an instant with its zone. ok tells whether text has that form.
func parseISO(text string) (t time.Time, ok bool, err error) {
	s := strings.ToUpper(strings.TrimSpace(text))
	for _, layout := range isoLayouts {
		t, err := time.Parse(layout, s)
		if err == nil {
			return t, true, nil
		}
		if strings.HasSuffix(err.Error(), "out of range") {
			return time.Time{}, true, &Error{Kind: Impossible, Text: text, Near: strings.TrimSpace(text)}
		}
	}
	return time.Time{}, false, nil
}
