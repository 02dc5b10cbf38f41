package bot

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"

	"greffier/bot/when"
	"greffier/config"
)

// MaxURL is the greatest length of an address, in characters.
const MaxURL = 500

// CharterField is the question that a field of the charter asks.
func (c *Ctx) CharterField(f *config.Field) Field {
	field := Field{
		Name: f.ID, Label: FieldLabel(f), Help: Named(f.Help), Long: f.Type == "text", Required: f.Required, Max: f.Max,
		Check: func(raw string) error { _, err := c.ReadField(f, raw); return err },
	}
	switch f.Type {
	case "choice":
		for _, choice := range f.Choices {
			field.Choices = append(field.Choices, Choice{Value: choice})
		}
	case "yes-no":
		field.Choices = []Choice{{Value: "yes", Label: T("yes")}, {Value: "no", Label: T("no")}}
	}
	return field
}

// FieldLabel is how a field of the charter is called.
func FieldLabel(f *config.Field) Text {
	if f.Label.IsZero() {
		return Typed(f.ID)
	}
	return Named(f.Label)
}

var (
	numberRE    = regexp.MustCompile(`^-?\d{1,15}([.,]\d{1,6})?$`)
	digitSpaces = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "’", "", "_", "")
)

// ReadField reads the value of a field of the charter into the form it is kept
// in: numbers with a point, dates as 2026-12-01. The error is a Refusal.
func (c *Ctx) ReadField(f *config.Field, raw string) (string, error) {
	switch f.Type {
	case "number":
		n := strings.ReplaceAll(digitSpaces.Replace(raw), ",", ".")
		if !numberRE.MatchString(n) {
			return "", Refuse("field.number", "field", FieldLabel(f), "text", raw)
		}
		return n, nil
	case "link":
		return ReadURL(raw)
	case "date":
		at, err := when.Parse(raw, c.Now, c.Charter.Location())
		var past *when.Error
		if errors.As(err, &past) && past.Kind == when.Past && len(past.Readings) == 1 {
			at, err = past.Readings[0], nil // what happened may be asked too
		}
		if errors.As(err, &past) && past.Kind == when.Ambiguous {
			return "", &Refusal{Text: c.MomentProblem(raw, err)}
		}
		if err != nil {
			return "", Refuse("field.date", "field", FieldLabel(f), "text", raw)
		}
		return at.In(c.Charter.Location()).Format(time.DateOnly), nil
	}
	return raw, nil
}

// FieldText says the value of a field of the charter.
func (c *Ctx) FieldText(f *config.Field, value string) Text {
	switch f.Type {
	case "yes-no":
		return T(value)
	case "link":
		return Link(value)
	case "date":
		if day, err := time.ParseInLocation(time.DateOnly, value, c.Charter.Location()); err == nil {
			return T("field.value", "value", Date(day))
		}
	}
	return Typed(value)
}

// ReadURL reads an address of the web. The error is a Refusal.
func ReadURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(raw) > MaxURL || strings.ContainsAny(raw, "<> \t\n|\\\"`") {
		return "", Refuse("field.link", "text", brief(raw), "max", MaxURL)
	}
	return raw, nil
}
