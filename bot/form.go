package bot

import "strings"

// missing lists the required options and fields that a call lacks.
func (c *Ctx) missing(cmd *Command, args map[string]string) bool {
	for _, o := range cmd.Options {
		if o.Required && strings.TrimSpace(Clean(args[o.Name])) == "" {
			return true
		}
	}
	if cmd.Asks == nil {
		return false
	}
	for _, f := range cmd.Asks(c, args) {
		if f.Required && Clean(args[f.Name]) == "" {
			return true
		}
	}
	return false
}

// form makes the form of a command: what the call lacks, with the mistakes
// found in what it has.
func (c *Ctx) form(cmd *Command, call Call, wrong argErrors) *Form {
	errs := map[string]Text{}
	for _, w := range wrong {
		errs[w.option] = w.text
	}
	form := &Form{Title: commandHelp(cmd.Name), Call: Call{Command: cmd.Name, Args: map[string]string{}}}
	add := func(f Field, given string) {
		f.Value, f.Error = given, errs[f.Name]
		if given != "" && f.Error.IsZero() && !call.Form {
			form.Call.Args[f.Name] = given
			return
		}
		form.Asks = append(form.Asks, f)
	}
	needed := map[string]bool{}
	var extra []Field
	if cmd.Asks != nil {
		for _, f := range cmd.Asks(c, call.Args) {
			if _, own := cmd.option(f.Name); own {
				needed[f.Name] = f.Required
			} else {
				extra = append(extra, f)
			}
		}
	}
	for _, o := range cmd.Options {
		switch {
		case o.Type == TypeExtra:
			for _, f := range extra {
				add(f, call.Args[f.Name])
			}
		case o.Hidden:
			if v, ok := call.Args[o.Name]; ok {
				form.Call.Args[o.Name] = v
			}
		default:
			f := c.field(cmd, o, call.Args)
			f.Required = f.Required || needed[o.Name]
			add(f, call.Args[o.Name])
		}
	}
	return form
}

// Form is the form of the present command with what its options hold now, for
// changing some of them. What the call gave already is not asked again.
func (c *Ctx) Form(now map[string]string) *Form {
	call := c.Call
	call.Form = false
	form := c.form(c.bot.tree.commands[call.Command], call, nil)
	for i, f := range form.Asks {
		if f.Value == "" {
			form.Asks[i].Value = now[f.Name]
		}
	}
	return form
}

// field is the form field of an option.
func (c *Ctx) field(cmd *Command, o Option, args map[string]string) Field {
	f := Field{
		Name: o.Name, Label: optionText(cmd.Name, o.Name), Help: optionHelp(cmd.Name, o.Name),
		Long: o.Long, Required: o.Required, Max: o.maxLength(),
	}
	if o.Choices != "" {
		f.Choices = c.bot.choices[o.Choices](c, args)
	}
	if o.Type == TypeBool {
		f.Choices = []Choice{{"yes", T("yes")}, {"no", T("no")}}
	}
	return f
}

// form draws a form's words.
func (s *Speaker) form(f Form) *FormView {
	view := &FormView{Title: s.Plain(f.Title), Intro: s.Say(f.Intro), Call: f.Call}
	for _, ask := range f.Asks {
		field := FormField{
			Name: ask.Name, Label: s.Plain(ask.Label), Help: s.Plain(ask.Help), Value: ask.Value,
			Long: ask.Long, Required: ask.Required, Max: ask.Max, Error: s.Plain(ask.Error),
		}
		for _, locale := range Locales {
			if locale != s.locale {
				other := *s
				other.locale = locale
				field.Also = append(field.Also, other.Plain(ask.Label))
			}
		}
		for _, choice := range ask.Choices {
			field.Choices = append(field.Choices, ChoiceView{choice.Value, s.Plain(choice.label())})
		}
		view.Fields = append(view.Fields, field)
	}
	return view
}

// Submit is the call that sending the form with these values makes.
func (f FormView) Submit(values map[string]string) Call {
	call := f.Call
	for _, field := range f.Fields {
		if v, ok := values[field.Name]; ok {
			call = call.With(field.Name, v)
		} else if field.Value != "" {
			call = call.With(field.Name, field.Value)
		}
	}
	call.Form = true
	return call
}
