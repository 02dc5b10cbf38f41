package bot

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"greffier/config"
)

// Completer lists the values an option may take, best first, given what was
// filled in so far.
type Completer func(c *Ctx, args map[string]string) []Choice

// bind reads the raw arguments of a call into the command's struct, gathering
// every mistake. Required options are known to be there.
func (c *Ctx) bind(cmd *Command, args map[string]string, into reflect.Value) error {
	var wrong argErrors
	for _, o := range cmd.Options {
		if o.Type == TypeExtra {
			extra, errs := c.bindExtra(cmd, args)
			wrong = append(wrong, errs...)
			into.FieldByIndex(o.index).Set(reflect.ValueOf(extra))
			continue
		}
		raw, ok := args[o.Name]
		if !ok || strings.TrimSpace(raw) == "" {
			continue
		}
		value, problem := c.value(o, raw, args)
		if !problem.IsZero() {
			wrong = append(wrong, &argError{o.Name, problem})
			continue
		}
		into.FieldByIndex(o.index).Set(reflect.ValueOf(value))
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

// bindExtra reads the fields that the charter adds to the command.
func (c *Ctx) bindExtra(cmd *Command, args map[string]string) (map[string]string, argErrors) {
	extra := map[string]string{}
	var wrong argErrors
	if cmd.Asks == nil {
		return extra, nil
	}
	for _, f := range cmd.Asks(c, args) {
		raw := Clean(args[f.Name])
		if _, own := cmd.option(f.Name); own || raw == "" {
			continue
		}
		if problem := tooLong(raw, f.Max); !problem.IsZero() {
			wrong = append(wrong, &argError{f.Name, problem})
			continue
		}
		if len(f.Choices) > 0 {
			value, problem := c.choose(f.Choices, raw)
			if !problem.IsZero() {
				wrong = append(wrong, &argError{f.Name, problem})
				continue
			}
			raw = value
		}
		if f.Check != nil {
			if text, bad := refused(f.Check(raw)); bad {
				wrong = append(wrong, &argError{f.Name, text})
				continue
			}
		}
		extra[f.Name] = raw
	}
	return extra, wrong
}

// value reads one raw value; a non-zero Text says what is wrong with it.
func (c *Ctx) value(o Option, raw string, args map[string]string) (any, Text) {
	raw = Clean(raw)
	if problem := tooLong(raw, o.maxLength()); !problem.IsZero() {
		return nil, problem
	}
	switch o.Type {
	case TypeNumber:
		return c.number(o, raw)
	case TypeBool:
		return yesNo(raw)
	case TypeTime:
		if o.Past {
			return c.anyMoment(raw, o.Begins)
		}
		return c.moment(raw, o.Begins)
	case TypeMember:
		return c.findMember(raw)
	case TypeMembers:
		return c.memberList(raw)
	case TypeList:
		return list(raw), Text{}
	}
	if !o.Long && !o.Rest {
		raw = oneLine(raw)
	}
	if o.Choices != "" {
		return c.choose(c.bot.choices[o.Choices](c, args), raw)
	}
	return raw, Text{}
}

func tooLong(s string, limit int) Text {
	if limit > 0 && len(s) > limit {
		if n := utf8.RuneCountInString(s); n > limit {
			return T("bind.too-long", "length", n, "max", limit)
		}
	}
	return Text{}
}

// number reads a number as people write the number of a record: 12, #12, n°12,
// request/12.
func (c *Ctx) number(o Option, raw string) (any, Text) {
	digits := raw
	if _, after, ok := strings.Cut(raw, "/"); ok {
		digits = after
	}
	digits = strings.TrimLeft(strings.ToLower(strings.TrimSpace(digits)), "#nº°o. ")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return nil, T("bind.number", "text", raw)
	}
	if o.Max > 0 && n > o.Max {
		return nil, T("bind.number-max", "text", raw, "max", o.Max)
	}
	return n, Text{}
}

func yesNo(raw string) (any, Text) {
	switch config.Fold(raw) {
	case "yes", "y", "oui", "o", "true", "vrai", "1":
		return true, Text{}
	case "no", "n", "non", "false", "faux", "0":
		return false, Text{}
	}
	return nil, T("bind.yes-no", "text", raw)
}

// list cuts a text into its parts at commas, semicolons or line ends.
func list(raw string) []string {
	parts := strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '|' })
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		if p = strings.Trim(oneLine(p), `"“”«» `); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func (c *Ctx) memberList(raw string) (any, Text) {
	var ids []MemberID
	for _, name := range strings.FieldsFunc(raw, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' }) {
		if andWord(name) {
			continue
		}
		id, problem := c.findMember(name)
		if !problem.IsZero() {
			return nil, problem
		}
		ids = append(ids, id)
	}
	return ids, Text{}
}

// agrees tells a French word from its feminine and its plurals: représentée.
func agrees(typed, word string) bool {
	ending, ok := strings.CutPrefix(typed, word)
	return ok && len(word) > 3 && (ending == "e" || ending == "s" || ending == "es")
}

// choose finds the choice that was typed: by value or label in any language,
// whole, by a beginning that only one has, by one of its words, or by yes or no where
// those are the values.
func (c *Ctx) choose(choices []Choice, raw string) (string, Text) {
	typed := spaced(raw)
	var words []string
	owner := map[string]string{}
	begins, within := map[string]bool{}, map[string]bool{}
	for _, choice := range choices {
		for _, word := range append(c.readings(choice.Label), choice.Value) {
			folded := spaced(word)
			if folded == typed || agrees(typed, folded) {
				return choice.Value, Text{}
			}
			if strings.HasPrefix(folded, typed) {
				begins[choice.Value] = true
			}
			if len(typed) >= 3 && strings.Contains(folded, " "+typed) {
				within[choice.Value] = true
			}
			words = append(words, word)
			owner[word] = choice.Value
		}
	}
	if len(begins) == 0 {
		begins = within // "réserves" for "avec réserves"
	}
	if len(begins) == 1 {
		for value := range begins {
			return value, Text{}
		}
	}
	if value, ok := chosenByYesNo(choices, raw); ok {
		return value, Text{}
	}
	labels := make([]Text, 0, len(choices))
	for i, choice := range choices {
		if i == 12 {
			labels = append(labels, Typed("…"))
			break
		}
		labels = append(labels, choice.label())
	}
	if near := config.Nearest(raw, words); near != "" {
		return "", T("bind.choice-near", "text", raw, "near", near, "choices", labels)
	}
	return "", T("bind.choice", "text", raw, "choices", labels)
}

// chosenByYesNo finds what yes or no chooses where those are the values: "oui" for
// "accordé".
func chosenByYesNo(choices []Choice, raw string) (value string, ok bool) {
	switch yes, _ := yesNo(raw); yes {
	case true:
		value = "yes"
	case false:
		value = "no"
	default:
		return "", false
	}
	return value, slices.ContainsFunc(choices, func(choice Choice) bool { return choice.Value == value })
}

// spaced folds a word and takes hyphens as spaces: "with-reservations" is typed
// for "with reservations", which would be two words.
func spaced(s string) string { return strings.ReplaceAll(config.Fold(s), "-", " ") }

// label is how a choice reads; its value where nothing else is said.
func (ch Choice) label() Text {
	if ch.Label.IsZero() {
		return Typed(ch.Value)
	}
	return ch.Label
}

// readings is a label in every language.
func (c *Ctx) readings(label Text) []string {
	if label.IsZero() {
		return nil
	}
	var words []string
	for _, locale := range Locales {
		words = append(words, c.Speaker(locale).Plain(label))
	}
	return words
}

// Choose finds which value of a list of choices was typed, as options do.
func (c *Ctx) Choose(list, raw string, args map[string]string) (value string, ok bool) {
	value, problem := c.choose(c.bot.choices[list](c, args), oneLine(raw))
	return value, problem.IsZero() && value != ""
}
