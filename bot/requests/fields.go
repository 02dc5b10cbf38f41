package requests

import (
	"slices"
	"strings"
	"unicode"

	"greffier/bot"
	"greffier/config"
)

const maxLinks = 10

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
		all = append(all, c.CharterField(&k.Fields[i]))
	}
	return all
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
		value, err := c.ReadField(f, given[f.ID])
		if err != nil {
			return nil, err
		}
		values[f.ID] = value
	}
	return values, nil
}

// readLinks reads several, each once.
func readLinks(option string, raw []string) ([]string, error) {
	var links []string
	for _, one := range raw {
		address, err := bot.ReadURL(one)
		if err != nil {
			return nil, bot.BadOption(option, "field.link", "text", shorten(one, 100), "max", bot.MaxURL)
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
