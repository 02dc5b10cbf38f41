package discordtest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// commandName is what names of chat commands and their options match (docs:
// Application Command Naming); letters that have a lower case must be in it.
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are those of Discord's clients (docs: Locales).
var locales = strings.Fields(`id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg
	ru uk hi th zh-CN ja zh-TW ko`)

func checkName(f *form, at, name string) {
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		f.fail(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid: %q", name)
	}
}

// checkTexts checks a name and a description with their localisations.
func checkTexts(f *form, at string, name, description string, names, descriptions map[string]string) {
	checkName(f, path(at, "name"), name)
	f.length(path(at, "description"), description, 1, 100)
	for _, locale := range slices.Sorted(maps.Keys(names)) {
		checkLocale(f, path(at, "name_localizations"), locale)
		checkName(f, path(at, "name_localizations", locale), names[locale])
	}
	for _, locale := range slices.Sorted(maps.Keys(descriptions)) {
		checkLocale(f, path(at, "description_localizations"), locale)
		f.length(path(at, "description_localizations", locale), descriptions[locale], 1, 100)
	}
}

func checkLocale(f *form, at, locale string) {
	if !slices.Contains(locales, locale) {
		f.fail(path(at, locale), "BASE_TYPE_CHOICES", "%q is no locale of Discord.", locale)
	}
}

// checkCommand notes what is wrong with a command.
func checkCommand(f *form, at string, c *Command) {
	if !f.choice(path(at, "type"), c.Type, chatCommand, userCommand, messageCommand) {
		return
	}
	if c.Type != chatCommand {
		f.length(path(at, "name"), c.Name, 1, 32)
		if c.Description != "" || len(c.Options) > 0 {
			f.fail(path(at, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", "Context menu commands cannot have description or options")
		}
		return
	}
	checkTexts(f, at, c.Name, c.Description, c.NameLocal, c.DescLocal)
	checkOptionList(f, path(at, "options"), c.Options, 0)
	if commandSize(c) > maxCommandSize {
		f.fail(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandSize)
	}
	for i, context := range c.Contexts {
		if context < 0 || context > 2 {
			f.fail(path(at, "contexts", i), "BASE_TYPE_CHOICES", "Value must be one of (0, 1, 2).")
		}
	}
	if c.Permissions != nil && strings.Trim(*c.Permissions, "0123456789") != "" {
		f.fail(path(at, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value %q is not a permission set.", *c.Permissions)
	}
}

// checkOptionList checks options at a depth: 0 of a command, 1 of a group, 2 of a
// subcommand.
func checkOptionList(f *form, at string, list []CommandOption, depth int) {
	if len(list) > maxOptions {
		f.fail(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxOptions)
	}
	nested, optionalSeen := 0, false
	for i := range list {
		o, here := &list[i], path(at, i)
		checkTexts(f, here, o.Name, o.Description, o.NameLocal, o.DescLocal)
		switch {
		case o.Type == optSubcommand && depth < 2:
			nested++
			checkOptionList(f, path(here, "options"), o.Options, 2)
		case o.Type == optGroup && depth == 0:
			nested++
			f.count(path(here, "options"), len(o.Options), 1, maxOptions)
			checkOptionList(f, path(here, "options"), o.Options, 1)
		case o.Type < optString || o.Type > optFile || depth == 1:
			f.fail(path(here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
		default:
			if o.Required && optionalSeen {
				f.fail(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
			}
			optionalSeen = optionalSeen || !o.Required
			checkOption(f, here, o)
		}
	}
	if nested > 0 && nested < len(list) {
		f.fail(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	checkUnique(f, at, list)
}

// checkUnique checks that no two options have the same name in any locale, in which
// those without a localisation have their own name.
func checkUnique(f *form, at string, list []CommandOption) {
	used := map[string]bool{"": true}
	for i := range list {
		for locale := range list[i].NameLocal {
			used[locale] = true
		}
	}
	for _, locale := range slices.Sorted(maps.Keys(used)) {
		names := map[string]bool{}
		for i := range list {
			name := localized(locale, list[i].Name, list[i].NameLocal)
			if names[name] {
				f.fail(path(at, i, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists: %q %s", name, locale)
			}
			names[name] = true
		}
	}
}

func localized(locale, name string, names map[string]string) string {
	if n := names[locale]; n != "" {
		return n
	}
	return name
}

func checkOption(f *form, at string, o *CommandOption) {
	scalar := o.Type == optString || o.Type == optInteger || o.Type == optNumber
	if len(o.Choices) > 0 && (!scalar || o.Autocomplete) {
		f.fail(path(at, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "Choices are for string, integer and number options without autocomplete")
	}
	if o.Autocomplete && !scalar {
		f.fail(path(at, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID", "Autocomplete is for string, integer and number options")
	}
	checkChoices(f, path(at, "choices"), o.Choices, o.Type)
	if o.MinLength != nil && (*o.MinLength < 0 || *o.MinLength > 6000) {
		f.fail(path(at, "min_length"), "NUMBER_TYPE_MAX", "int value should be between 0 and 6000.")
	}
	if o.MaxLength != nil && (*o.MaxLength < 1 || *o.MaxLength > 6000) {
		f.fail(path(at, "max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and 6000.")
	}
	if o.MinLength != nil && o.MaxLength != nil && *o.MinLength > *o.MaxLength {
		f.fail(path(at, "min_length"), "APPLICATION_COMMAND_OPTIONS_MIN_MAX", "min_length is greater than max_length")
	}
	if o.MinValue != nil && o.MaxValue != nil && *o.MinValue > *o.MaxValue {
		f.fail(path(at, "min_value"), "APPLICATION_COMMAND_OPTIONS_MIN_MAX", "min_value is greater than max_value")
	}
	if o.Type != optString && (o.MinLength != nil || o.MaxLength != nil) || o.Type != optInteger && o.Type != optNumber && (o.MinValue != nil || o.MaxValue != nil) {
		f.fail(at, "APPLICATION_COMMAND_OPTIONS_MIN_MAX", "Bounds are for string lengths, integers and numbers")
	}
	if len(o.ChannelTypes) > 0 && o.Type != optChannel {
		f.fail(path(at, "channel_types"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "channel_types is for channel options")
	}
}

// checkChoices checks the choices of an option, or the suggestions of autocomplete.
func checkChoices(f *form, at string, list []CommandChoice, kind int) {
	if len(list) > maxOptions {
		f.fail(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxOptions)
	}
	names := map[string]bool{}
	for i, c := range list {
		here := path(at, i)
		f.length(path(here, "name"), c.Name, 1, 100)
		for locale, name := range c.NameLocal {
			checkLocale(f, path(here, "name_localizations"), locale)
			f.length(path(here, "name_localizations", locale), name, 1, 100)
		}
		if names[c.Name] {
			f.fail(path(here, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		names[c.Name] = true
		switch v := c.Value.(type) {
		case string:
			f.length(path(here, "value"), v, 1, 100)
			if kind != optString {
				f.fail(path(here, "value"), "BASE_TYPE_CHOICES", "The value is no number.")
			}
		case float64:
			if kind == optString || kind == optInteger && v != float64(int64(v)) {
				f.fail(path(here, "value"), "BASE_TYPE_CHOICES", "The value is not of the option's type.")
			}
		default:
			f.required(path(here, "value"))
		}
	}
}

// commandSize is the combined length of names, descriptions and values, each with its
// longest localisation.
func commandSize(c *Command) int {
	return longest(c.Name, c.NameLocal) + longest(c.Description, c.DescLocal) + optionSize(c.Options)
}

func optionSize(list []CommandOption) (n int) {
	for _, o := range list {
		n += longest(o.Name, o.NameLocal) + longest(o.Description, o.DescLocal) + optionSize(o.Options)
		for _, c := range o.Choices {
			n += longest(c.Name, c.NameLocal) + utf8.RuneCountInString(fmt.Sprint(c.Value))
		}
	}
	return n
}

func longest(text string, others map[string]string) int {
	n := utf8.RuneCountInString(text)
	for _, o := range others {
		n = max(n, utf8.RuneCountInString(o))
	}
	return n
}
