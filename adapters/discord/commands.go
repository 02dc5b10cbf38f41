package discord

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// The commands of the product as Discord wants them: one for each top-level word,
// with subcommands below, options that have types, and every name and description
// in each language. The name that comes back is the English one, whatever the
// member saw. The types are our own: discordgo's write fields that say nothing
// as null, which Discord refuses in some places.

// appCommand is a command as it is registered.
type appCommand struct {
	ID                string            `json:"id,omitempty"`
	Type              int               `json:"type"`
	Name              string            `json:"name"`
	Names             map[string]string `json:"name_localizations,omitempty"`
	Description       string            `json:"description"`
	Descriptions      map[string]string `json:"description_localizations,omitempty"`
	Options           []appOption       `json:"options,omitempty"`
	MemberPermissions *string           `json:"default_member_permissions"`
	Contexts          []int             `json:"contexts"`
	Integrations      []int             `json:"integration_types"`
}

// appOption is an option, a subcommand or a group of them.
type appOption struct {
	Type         discordgo.ApplicationCommandOptionType `json:"type"`
	Name         string                                 `json:"name"`
	Names        map[string]string                      `json:"name_localizations,omitempty"`
	Description  string                                 `json:"description"`
	Descriptions map[string]string                      `json:"description_localizations,omitempty"`
	Required     bool                                   `json:"required,omitempty"`
	Options      []appOption                            `json:"options,omitempty"`
	Choices      []appChoice                            `json:"choices,omitempty"`
	Autocomplete bool                                   `json:"autocomplete,omitempty"`
	MinValue     *float64                               `json:"min_value,omitempty"`
	MaxValue     *float64                               `json:"max_value,omitempty"`
	MaxLength    int                                    `json:"max_length,omitempty"`
}

type appChoice struct {
	Name  string            `json:"name"`
	Names map[string]string `json:"name_localizations,omitempty"`
	Value any               `json:"value"`
}

// What Discord takes.
const (
	maxCommands    = 100
	maxOptions     = 25
	maxChoices     = 25
	maxDescription = 100
	maxCommandSize = 8000
	maxChoice      = 100
	maxTextLength  = 6000
)

// localesOf are Discord's locales for each of our languages.
var localesOf = map[string][]string{
	"fr": {string(discordgo.French)}, "en": {string(discordgo.EnglishUS), string(discordgo.EnglishGB)},
}

// localized writes words by language as Discord wants them by locale.
func localized(words map[string]string, limit int) map[string]string {
	all := map[string]string{}
	for language, locales := range localesOf {
		if w := words[language]; w != "" {
			for _, l := range locales {
				all[l] = bot.Shorten(w, limit)
			}
		}
	}
	return all
}

// wanted lists the commands that should be registered. may says whether anybody
// is allowed a command; a word of which nobody is shows to administrators alone.
func wanted(specs []bot.Spec, may func(command string) bool) []appCommand {
	var all []appCommand
	for _, s := range specs {
		c := appCommand{
			Type: int(discordgo.ChatApplicationCommand), Name: s.Name, Names: localized(s.Word, 32),
			Description: bot.Shorten(s.Help[bot.Locales[0]], maxDescription), Descriptions: localized(s.Help, maxDescription),
			Contexts:     []int{int(discordgo.InteractionContextGuild), int(discordgo.InteractionContextBotDM)},
			Integrations: []int{int(discordgo.ApplicationIntegrationGuildInstall)},
		}
		if len(s.Under) > 0 {
			c.Options = below(s)
		} else {
			c.Options = options(s)
		}
		if !anybody(s, may) {
			nobody := "0"
			c.MemberPermissions = &nobody
		}
		all = append(all, c)
	}
	return all
}

func anybody(s bot.Spec, may func(string) bool) bool {
	if len(s.Under) == 0 {
		return may(s.Name)
	}
	return slices.ContainsFunc(s.Under, func(u bot.Spec) bool { return anybody(u, may) })
}

// below makes the subcommands of a word, or the groups of them.
func below(s bot.Spec) []appOption {
	var all []appOption
	for _, u := range s.Under {
		o := appOption{
			Type: discordgo.ApplicationCommandOptionSubCommand, Name: lastWord(u.Name), Names: localized(u.Word, 32),
			Description: bot.Shorten(u.Help[bot.Locales[0]], maxDescription), Descriptions: localized(u.Help, maxDescription),
		}
		if len(u.Under) > 0 {
			o.Type, o.Options = discordgo.ApplicationCommandOptionSubCommandGroup, below(u)
		} else {
			o.Options = options(u)
		}
		all = append(all, o)
	}
	return all
}

func lastWord(name string) string { return name[strings.LastIndexByte(name, ' ')+1:] }

// options makes the options of a command. Where a form asks for what is missing,
// texts may be left out; numbers and people are picked from lists at once.
func options(s bot.Spec) []appOption {
	var all []appOption
	for _, o := range s.Options {
		a := appOption{
			Type: optionTypes[o.Type], Name: o.Name, Names: localized(o.Word, 32),
			Description: bot.Shorten(o.Help[bot.Locales[0]], maxDescription), Descriptions: localized(o.Help, maxDescription),
			Required: o.Required && (!s.Form || o.Type == bot.TypeNumber || o.Type == bot.TypeMember),
		}
		switch {
		case a.Type == discordgo.ApplicationCommandOptionInteger:
			zero, most := 0.0, float64(o.Max)
			a.MinValue = &zero
			if o.Max > 0 {
				a.MaxValue = &most
			}
			a.Autocomplete = o.Suggest != ""
		case len(o.Fixed) > 0 && len(o.Fixed) <= maxChoices:
			a.Choices = choices(o.Fixed)
		case a.Type == discordgo.ApplicationCommandOptionString:
			a.Autocomplete = o.Suggest != "" || o.Choices != ""
			a.MaxLength = textLength(o.Option)
		}
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(x, y appOption) int {
		switch {
		case x.Required == y.Required:
			return 0
		case x.Required:
			return -1
		}
		return 1
	})
	return all
}

// choices makes the choices of an option. Two that read alike are told apart by
// their values: Discord refuses a name that stands twice.
func choices(fixed []bot.ChoiceSpec) []appChoice {
	var all []appChoice
	count := map[string]int{}
	for _, c := range fixed {
		for language, label := range c.Labels {
			count[language+" "+bot.Shorten(label, maxChoice)]++
		}
	}
	for _, c := range fixed {
		labels := map[string]string{}
		for language, label := range c.Labels {
			labels[language] = label
			if count[language+" "+bot.Shorten(label, maxChoice)] > 1 {
				labels[language] = bot.Shorten(label, maxChoice/2) + " (" + bot.Shorten(c.Value, maxChoice/2-3) + ")"
			}
		}
		all = append(all, appChoice{
			Name: bot.Shorten(labels[bot.Locales[0]], maxChoice), Names: localized(labels, maxChoice), Value: c.Value,
		})
	}
	return all
}

var optionTypes = map[bot.OptionType]discordgo.ApplicationCommandOptionType{
	bot.TypeString: discordgo.ApplicationCommandOptionString, bot.TypeNumber: discordgo.ApplicationCommandOptionInteger,
	bot.TypeBool: discordgo.ApplicationCommandOptionBoolean, bot.TypeTime: discordgo.ApplicationCommandOptionString,
	bot.TypeMember: discordgo.ApplicationCommandOptionUser, bot.TypeMembers: discordgo.ApplicationCommandOptionString,
	bot.TypeList: discordgo.ApplicationCommandOptionString,
}

// textLength is the greatest length of a text; what is a little too long is better
// refused with a reason than not typed, so there is room above the option's own.
func textLength(o bot.Option) int {
	switch {
	case o.Type != bot.TypeString, o.Long:
		return maxTextLength
	case o.Max > 0:
		return min(2*o.Max, maxTextLength)
	}
	return 2 * bot.MaxLine
}

// validName reports whether a command or an option may be called so: 1 to 32 letters of
// any script without capitals, digits, -, _ and '. As a regular expression this was
// 650 kB of tables.
func validName(name string) bool {
	n := 0
	for _, r := range name {
		if n++; n > 32 || !unicode.In(r, unicode.L, unicode.N, unicode.Devanagari, unicode.Thai) && !strings.ContainsRune("-_'", r) {
			return false
		}
	}
	return n > 0 && strings.ToLower(name) == name
}

// check finds what Discord would refuse of a command, before it is sent.
func (c *appCommand) check() error {
	size := 0
	var wrong []string
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	words := func(path, name, description string, names, descriptions map[string]string) {
		for locale, n := range withDefault(names, name) {
			if !validName(n) {
				bad("%s: %q cannot be a name (%s)", path, n, locale)
			}
		}
		for locale, d := range withDefault(descriptions, description) {
			if n := utf8.RuneCountInString(d); n < 1 || n > maxDescription {
				bad("%s: description of %d characters (%s), 1 to %d fit", path, n, locale, maxDescription)
			}
		}
		size += longest(names, name) + longest(descriptions, description)
	}
	words("/"+c.Name, c.Name, c.Description, c.Names, c.Descriptions)
	var walk func(path string, options []appOption)
	walk = func(path string, options []appOption) {
		if len(options) > maxOptions {
			bad("%s: %d options, at most %d", path, len(options), maxOptions)
		}
		taken := map[string]bool{}
		optional := false
		for _, o := range options {
			at := path + " " + o.Name
			words(at, o.Name, o.Description, o.Names, o.Descriptions)
			for locale, n := range withDefault(o.Names, o.Name) {
				if taken[locale+" "+n] {
					bad("%s: another has the name %q (%s)", at, n, locale)
				}
				taken[locale+" "+n] = true
			}
			if o.Required && optional {
				bad("%s: required after one that is not", at)
			}
			optional = optional || !o.Required
			for _, choice := range o.Choices {
				size += longest(choice.Names, choice.Name) + utf8.RuneCountInString(fmt.Sprint(choice.Value))
				if value := fmt.Sprint(choice.Value); choice.Name == "" || value == "" || utf8.RuneCountInString(value) > maxChoice {
					bad("%s: choice %q cannot be offered", at, value)
				}
			}
			walk(at, o.Options)
		}
	}
	walk("/"+c.Name, c.Options)
	if size > maxCommandSize {
		bad("%d characters in all, at most %d", size, maxCommandSize)
	}
	if len(wrong) > 0 {
		return fmt.Errorf("discord: %s", strings.Join(wrong, "; "))
	}
	return nil
}

func withDefault(words map[string]string, otherwise string) map[string]string {
	all := map[string]string{"default": otherwise}
	for l, w := range words {
		all[l] = w
	}
	return all
}

// longest is what a text counts with its translations: the longest of them.
func longest(words map[string]string, otherwise string) int {
	n := utf8.RuneCountInString(otherwise)
	for _, w := range words {
		n = max(n, utf8.RuneCountInString(w))
	}
	return n
}
