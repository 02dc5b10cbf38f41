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
// language. It is built once at start; what it says never changes.
type Catalog struct {
	messages  map[string]map[string]*message     // locale, key
	commands  map[string]map[string]commandWords // locale, command name
	overrides sync.Map                           // *config.Charter, locale and key → *template.Template
	pieces    sync.Map                           // *message → pieces, nil where it cannot be cut

	// What go-i18n has said is kept ready to be said again: a sentence enters the
	// bundle, where it takes ten times its own size, when it is first needed.
	saying     sync.RWMutex
	bundle     *i18n.Bundle
	localizers map[string]*i18n.Localizer
	ready      map[sentenceID]bool
}

// sentenceID is a sentence in a language.
type sentenceID struct{ locale, key string }

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
		ready:      map[sentenceID]bool{},
		messages:   map[string]map[string]*message{},
		commands:   map[string]map[string]commandWords{},
	}
	for _, locale := range Locales {
		c.messages[locale] = map[string]*message{}
		c.commands[locale] = map[string]commandWords{}
		for _, source := range sources {
			if err := c.load(locale, source); err != nil {
				return nil, err
			}
		}
		c.messages[locale] = packed(c.messages[locale])
		if err := c.bundle.AddMessages(language.MustParse(locale)); err != nil {
			return nil, fmt.Errorf("bot: catalogue %s: %w", locale, err)
		}
		c.localizers[locale] = i18n.NewLocalizer(c.bundle, locale)
	}
	return c, nil
}

// packed lays sentences side by side. As they were read they lie each where the parser of
// YAML was, and hold in their pages what it left behind.
func packed(sentences map[string]*message) map[string]*message {
	var size int
	for key, m := range sentences {
		size += len(key) + len(m.One) + len(m.Other)
	}
	var all strings.Builder
	all.Grow(size) // so that what is written never moves
	lay := func(s string) string {
		from := all.Len()
		all.WriteString(s)
		return all.String()[from:]
	}
	row := make([]message, 0, len(sentences))
	laid := make(map[string]*message, len(sentences))
	for key, m := range sentences {
		row = append(row, message{lay(m.One), lay(m.Other)})
		laid[lay(key)] = &row[len(row)-1]
	}
	return laid
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
		c.messages[locale][key] = &m
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
func placeholders(m *message) []string {
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
	said, err := c.localize(locale, &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil && said == "" {
		return key
	}
	return said
}

// localize draws a sentence of the product.
func (c *Catalog) localize(locale string, of *i18n.LocalizeConfig) (string, error) {
	id := sentenceID{locale, of.MessageID}
	c.saying.RLock()
	if !c.ready[id] {
		c.saying.RUnlock()
		if err := c.prepare(id); err != nil {
			return "", err
		}
		c.saying.RLock()
	}
	defer c.saying.RUnlock()
	return c.localizers[locale].Localize(of)
}

// prepare enters a sentence in the bundle.
func (c *Catalog) prepare(id sentenceID) error {
	m, ok := c.messages[id.locale][id.key]
	if !ok {
		return fmt.Errorf("bot: no sentence %q in %s", id.key, id.locale)
	}
	c.saying.Lock()
	defer c.saying.Unlock()
	if c.ready[id] {
		return nil
	}
	c.ready[id] = true
	return c.bundle.AddMessages(language.MustParse(id.locale), &i18n.Message{ID: id.key, One: m.One, Other: m.Other})
}

// override draws a sentence that the charter replaces.
func (c *Catalog) override(charter *config.Charter, locale, key, text string, data map[string]string) (string, error) {
	type id struct {
		charter *config.Charter
		sentenceID
	}
	parsed, ok := c.overrides.Load(id{charter, sentenceID{locale, key}})
	if !ok {
		tmpl, err := template.New(key).Parse(text)
		if err != nil {
			return "", fmt.Errorf("bot: text %q of the charter: %w", key, err)
		}
		parsed, _ = c.overrides.LoadOrStore(id{charter, sentenceID{locale, key}}, tmpl)
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
