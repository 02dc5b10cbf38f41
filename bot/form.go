package bot

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
