package requests

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"greffier/bot"
	"greffier/bot/when"
	"greffier/config"
)

const (
	maxLinks = 10
	maxURL   = 500
)

// askNew lists what the form of a new request asks besides its options: the
// kind where there are several, what the kind requires, and the kind's fields.
func askNew(c *bot.Ctx, args map[string]string) []bot.Field {
	if args == nil {
		return everyField(c)
	}
	kinds := c.Charter.Requests.Kinds
	if len(kinds) == 0 {
		return nil // nothing can be asked for; the command says so
	}
	if len(kinds) == 1 && strings.TrimSpace(args["kind"]) == "" {
		return kindFields(c, &kinds[0])
	}
	asks := []bot.Field{{Name: "kind", Required: true}}
	if strings.TrimSpace(args["kind"]) == "" {
		return asks
	}
	id, ok := c.Choose("kinds", args["kind"], args)
	if !ok {
		return asks
	}
	return append(asks, kindFields(c, c.Charter.Kind(id))...)
}

// askEdit lists the fields of the kind of the request to be changed.
func askEdit(c *bot.Ctx, args map[string]string) []bot.Field {
	if args == nil {
		return everyField(c)
	}
	r, ok := named(c, args)
	if !ok {
		return nil
	}
	k := c.Charter.Kind(r.Kind)
	if id, ok := c.Choose("kinds", args["kind"], args); ok && args["kind"] != "" {
		k = c.Charter.Kind(id)
	}
	fields := kindFields(c, k)
	for i := range fields {
		fields[i].Required = false // what is not given stays as it is
	}
	return fields
}

// everyField lists the fields of all kinds, each name once.
func everyField(c *bot.Ctx) []bot.Field {
	var all []bot.Field
	for i := range c.Charter.Requests.Kinds {
		for _, f := range c.Charter.Requests.Kinds[i].Fields {
			if !slices.ContainsFunc(all, func(o bot.Field) bool { return o.Name == f.ID }) {
				all = append(all, bot.Field{Name: f.ID})
			}
		}
	}
	return all
}

// kindFields lists what a kind of request asks.
func kindFields(c *bot.Ctx, k *config.Kind) []bot.Field {
	if k == nil {
		return nil
	}
	var all []bot.Field
	for _, name := range k.Require {
		all = append(all, bot.Field{Name: name, Required: true})
	}
	for i := range k.Fields {
		all = append(all, charterField(c, &k.Fields[i]))
	}
	return all
}

// charterField is the question that a field of the charter asks.
func charterField(c *bot.Ctx, f *config.Field) bot.Field {
	label := bot.Typed(f.ID)
	if !f.Label.IsZero() {
		label = bot.Named(f.Label)
	}
	field := bot.Field{
		Name: f.ID, Label: label, Help: bot.Named(f.Help), Long: f.Type == "text", Required: f.Required, Max: f.Max,
		Check: func(raw string) error { _, err := readField(c, f, raw); return err },
	}
	switch f.Type {
	case "choice":
		for _, choice := range f.Choices {
			field.Choices = append(field.Choices, bot.Choice{Value: choice})
		}
	case "yes-no":
		field.Choices = []bot.Choice{{Value: "yes", Label: bot.T("yes")}, {Value: "no", Label: bot.T("no")}}
	}
	return field
}

var numberRE = regexp.MustCompile(`^-?\d{1,15}([.,]\d{1,6})?$`)

// readField reads the value of a field of the charter into the form it is kept
// in: numbers with a point, dates as 2026-12-01.
func readField(c *bot.Ctx, f *config.Field, raw string) (string, error) {
	label := charterLabel(f)
	switch f.Type {
	case "number":
		n := strings.ReplaceAll(spaces.Replace(raw), ",", ".")
		if !numberRE.MatchString(n) {
			return "", bot.Refuse("request.field-number", "field", label, "text", raw)
		}
		return n, nil
	case "link":
		return readURL(raw)
	case "date":
		at, err := when.Parse(raw, c.Now, c.Charter.Location())
		var past *when.Error
		if errors.As(err, &past) && past.Kind == when.Past && len(past.Readings) == 1 {
			at, err = past.Readings[0], nil // what happened may be asked too
		}
		if err != nil {
			return "", bot.Refuse("request.field-date", "field", label, "text", raw)
		}
		return at.In(c.Charter.Location()).Format(time.DateOnly), nil
	}
	return raw, nil
}

func charterLabel(f *config.Field) bot.Text {
	if f.Label.IsZero() {
		return bot.Typed(f.ID)
	}
	return bot.Named(f.Label)
}

// fieldText says the value of a field of the charter.
func fieldText(c *bot.Ctx, f *config.Field, value string) bot.Text {
	switch f.Type {
	case "yes-no":
		return bot.T(value)
	case "link":
		return bot.Link(value)
	case "date":
		if day, err := time.ParseInLocation(time.DateOnly, value, c.Charter.Location()); err == nil {
			return bot.T("request.value", "value", bot.Date(day))
		}
	}
	return bot.Typed(value)
}

// readFields reads all given fields of a kind.
func readFields(c *bot.Ctx, k *config.Kind, given map[string]string) (map[string]string, error) {
	if k == nil || len(given) == 0 {
		return nil, nil //nolint:nilnil // no fields is what a request without any has
	}
	values := map[string]string{}
	for i := range k.Fields {
		f := &k.Fields[i]
		if given[f.ID] == "" {
			continue
		}
		value, err := readField(c, f, given[f.ID])
		if err != nil {
			return nil, err
		}
		values[f.ID] = value
	}
	return values, nil
}

// readURL reads an address of the web.
func readURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || len(raw) > maxURL || strings.ContainsAny(raw, "<> \t\n|\\\"`") {
		return "", bot.Refuse("request.bad-link", "text", shorten(raw, 100), "max", maxURL)
	}
	return raw, nil
}

// readLinks reads several, each once.
func readLinks(option string, raw []string) ([]string, error) {
	var links []string
	for _, one := range raw {
		address, err := readURL(one)
		if err != nil {
			return nil, bot.BadOption(option, "request.bad-link", "text", shorten(one, 100), "max", maxURL)
		}
		if !slices.Contains(links, address) {
			links = append(links, address)
		}
	}
	if len(links) > maxLinks {
		return nil, bot.BadOption(option, "request.too-many-links", "max", maxLinks)
	}
	return links, nil
}

// readTitle refuses titles that say nothing.
func readTitle(raw string) (string, error) {
	title := oneLine(raw)
	if !strings.ContainsFunc(title, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return "", bot.BadOption("title", "request.bad-title")
	}
	return title, nil
}
