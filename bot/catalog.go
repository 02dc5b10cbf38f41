package bot

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/template"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"greffier/config"
)

// Locales are the languages the product speaks, the first being the fallback.
var Locales = []string{"en", "fr"}

// Catalog holds every sentence and command word of the product in every
// language. It is built once at start and never changes.
type Catalog struct {
	bundle     *i18n.Bundle
	localizers map[string]*i18n.Localizer
	messages   map[string]map[string]*i18n.Message // locale, key
	commands   map[string]map[string]commandWords  // locale, command name
	overrides  sync.Map                            // *config.Charter, locale and key → *template.Template
	pieces     sync.Map                            // *i18n.Message → pieces, nil where it cannot be cut
}

// commandWords is how a command and its options are called in one language.
type commandWords struct {
	Word    string                 `yaml:"word"`
	Also    []string               `yaml:"also"`
	Help    string                 `yaml:"help"`
	Options map[string]optionWords `yaml:"options"`
}

type optionWords struct {
	Word string   `yaml:"word"`
	Also []string `yaml:"also"`
	// Label is how a form calls it, where the word alone is not it.
	Label string `yaml:"label"`
	Help  string `yaml:"help"`
}

// message is a sentence, or its plural forms.
type message struct{ One, Other string }

// UnmarshalYAML reads a string or a mapping of plural forms.
func (m *message) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		m.Other = n.Value
		return nil
	}
	var forms struct {
		One   string `yaml:"one"`
		Other string `yaml:"other"`
	}
	if err := n.Decode(&forms); err != nil {
		return err
	}
	m.One, m.Other = forms.One, forms.Other
	return nil
}

// newCatalog reads locale/en.yaml and locale/fr.yaml of each file system.
func newCatalog(sources []fs.FS) (*Catalog, error) {
	c := &Catalog{
		bundle:     i18n.NewBundle(language.English),
		localizers: map[string]*i18n.Localizer{},
		messages:   map[string]map[string]*i18n.Message{},
		commands:   map[string]map[string]commandWords{},
	}
	for _, locale := range Locales {
		c.messages[locale] = map[string]*i18n.Message{}
		c.commands[locale] = map[string]commandWords{}
		for _, source := range sources {
			if err := c.load(locale, source); err != nil {
				return nil, err
			}
		}
		tag := language.MustParse(locale)
		if err := c.bundle.AddMessages(tag, slices.Collect(maps.Values(c.messages[locale]))...); err != nil {
			return nil, fmt.Errorf("bot: catalogue %s: %w", locale, err)
		}
		c.localizers[locale] = i18n.NewLocalizer(c.bundle, locale)
	}
	return c, nil
}

func (c *Catalog) load(locale string, source fs.FS) error {
	name := "locale/" + locale + ".yaml"
	data, err := fs.ReadFile(source, name)
	if err != nil {
		return fmt.Errorf("bot: catalogue: %w", err)
	}
	var file struct {
		Commands map[string]commandWords `yaml:"commands"`
		Messages map[string]message      `yaml:"messages"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("bot: catalogue %s: %w", name, err)
	}
	for key, m := range file.Messages {
		if _, twice := c.messages[locale][key]; twice {
			return fmt.Errorf("bot: catalogue %s: %q stands twice", name, key)
		}
		c.messages[locale][key] = &i18n.Message{ID: key, One: m.One, Other: m.Other}
	}
	for key, w := range file.Commands {
		if _, twice := c.commands[locale][key]; twice {
			return fmt.Errorf("bot: catalogue %s: command %q stands twice", name, key)
		}
		c.commands[locale][key] = w
	}
	return nil
}

// Keys lists the keys of all sentences, sorted.
func (c *Catalog) Keys() []string { return slices.Sorted(maps.Keys(c.messages[Locales[0]])) }

// Missing lists what one language says and another does not, and sentences
// whose arguments differ; it is empty in a sound product.
func (c *Catalog) Missing() []string {
	var missing []string
	for _, a := range Locales {
		for _, b := range Locales {
			for key, m := range c.messages[a] {
				other, ok := c.messages[b][key]
				switch {
				case !ok:
					missing = append(missing, fmt.Sprintf("%s: sentence %q", b, key))
				case a < b && !slices.Equal(placeholders(m), placeholders(other)):
					missing = append(missing, fmt.Sprintf("sentence %q: %v in %s, %v in %s", key, placeholders(m), a, placeholders(other), b))
				}
			}
			for key := range c.commands[a] {
				if _, ok := c.commands[b][key]; !ok {
					missing = append(missing, fmt.Sprintf("%s: command %q", b, key))
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}

// placeholders lists the arguments a sentence uses, sorted, each once.
func placeholders(m *i18n.Message) []string {
	var names []string
	for _, part := range strings.Split(m.One+m.Other, "{{")[1:] {
		if name, _, ok := strings.Cut(part, "}}"); ok {
			names = append(names, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), ".")))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// sentence draws a keyed Text. A key that no catalogue has is drawn as itself:
// the tests refuse it long before a member can see it.
func (s *Speaker) sentence(t Text) string {
	c := s.bot.catalog
	if words, ok := s.bot.tree.words(s.locale, t); ok {
		if t.Key == commandKey {
			words = s.bot.spell(s.platform, words)
		}
		return string(Escape(words))
	}
	own, replaced := s.charter.Texts[s.locale][t.Key]
	if !replaced {
		counts := slices.ContainsFunc(t.Args, func(a Arg) bool { return a.Name == "count" && a.Num != nil })
		if p, ok := c.cut(c.messages[s.locale][t.Key], counts); ok {
			return p.say(s, t.Args)
		}
	}
	data := make(map[string]string, len(t.Args))
	var count any
	for _, a := range t.Args {
		data[a.Name] = s.value(a)
		if a.Name == "count" && a.Num != nil {
			count = int(*a.Num)
		}
	}
	if replaced {
		if said, err := c.override(s.charter, s.locale, t.Key, own, data); err == nil {
			return said
		}
	}
	return c.localized(s.locale, t.Key, data, count)
}

// localized has go-i18n say a sentence.
func (c *Catalog) localized(locale, key string, data map[string]string, count any) string {
	said, err := c.localizers[locale].Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil && said == "" {
		return key
	}
	return said
}

// override draws a sentence that the charter replaces.
func (c *Catalog) override(charter *config.Charter, locale, key, text string, data map[string]string) (string, error) {
	type id struct {
		charter     *config.Charter
		locale, key string
	}
	parsed, ok := c.overrides.Load(id{charter, locale, key})
	if !ok {
		tmpl, err := template.New(key).Parse(text)
		if err != nil {
			return "", fmt.Errorf("bot: text %q of the charter: %w", key, err)
		}
		parsed, _ = c.overrides.LoadOrStore(id{charter, locale, key}, tmpl)
	}
	var b strings.Builder
	if err := parsed.(*template.Template).Execute(&b, data); err != nil {
		return "", fmt.Errorf("bot: text %q of the charter: %w", key, err)
	}
	return b.String(), nil
}

// locale picks the language to use for somebody: theirs if the product speaks
// it, else the community's.
func (c *Catalog) locale(wanted, community string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(wanted, "_", "-")), "-")
	if slices.Contains(Locales, base) {
		return base
	}
	if slices.Contains(Locales, community) {
		return community
	}
	return Locales[0]
}
