package discordtest

// checkComponents notes what is wrong with the components of a message.
func checkComponents(f *form, at string, list []Component, v2 bool) {
	ids := map[string]bool{}
	if !v2 {
		if len(list) > maxRows {
			f.fail(at, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and %d in length.", maxRows)
		}
		for i, row := range list {
			if row.Type != typeActionRow {
				f.fail(path(at, i, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
				continue
			}
			checkRow(f, path(at, i), row, ids)
		}
		return
	}
	n := 0
	walk(list, func(*Component) { n++ })
	if n > maxComponentsV2 {
		f.fail(at, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed %d", maxComponentsV2)
	}
	checkLayout(f, at, list, ids, true)
}

// checkLayout checks components of the second version.
func checkLayout(f *form, at string, list []Component, ids map[string]bool, outer bool) {
	for i, c := range list {
		here := path(at, i)
		switch c.Type {
		case typeActionRow:
			checkRow(f, here, c, ids)
		case typeTextDisplay:
			f.length(path(here, "content"), c.Content, 1, 4000)
		case typeSection:
			f.count(path(here, "components"), len(c.Components), 1, 3)
			for j, inner := range c.Components {
				if inner.Type != typeTextDisplay {
					f.choice(path(here, "components", j, "type"), inner.Type, typeTextDisplay)
				}
				f.length(path(here, "components", j, "content"), inner.Content, 1, 4000)
			}
			switch {
			case c.Accessory == nil:
				f.required(path(here, "accessory"))
			case c.Accessory.Type == typeButton:
				checkButton(f, path(here, "accessory"), *c.Accessory, ids)
			default:
				f.choice(path(here, "accessory", "type"), c.Accessory.Type, typeButton, typeThumbnail)
			}
		case typeContainer:
			if !outer {
				f.choice(path(here, "type"), c.Type, typeActionRow, typeSection, typeTextDisplay)
			}
			checkLayout(f, path(here, "components"), c.Components, ids, false)
		case typeMediaGallery:
			f.count(path(here, "items"), len(c.Items), 1, 10)
		case typeFile, typeSeparator:
		default:
			f.fail(path(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1, 9, 10, 12, 13, 14, 17).")
		}
	}
}

func checkRow(f *form, at string, row Component, ids map[string]bool) {
	inner := row.Components
	f.count(path(at, "components"), len(inner), 1, maxButtons)
	for i, c := range inner {
		here := path(at, "components", i)
		switch {
		case c.Type == typeButton:
			checkButton(f, here, c, ids)
		case c.isSelect():
			if len(inner) > 1 {
				f.fail(path(at, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
			}
			checkSelect(f, here, c, ids)
		default:
			f.fail(path(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).")
		}
	}
}

func checkCustomID(f *form, at, id string, ids map[string]bool) {
	f.length(path(at, "custom_id"), id, 1, 100)
	if id != "" && ids[id] {
		f.fail(path(at, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	ids[id] = true
}

func checkButton(f *form, at string, c Component, ids map[string]bool) {
	if !f.choice(path(at, "style"), c.Style, 1, 2, 3, 4, buttonLink, buttonPremium) {
		return
	}
	f.length(path(at, "label"), c.Label, 0, 80)
	switch c.Style {
	case buttonPremium:
		f.fail(path(at, "style"), "UNSUPPORTED", "This double has no premium buttons.")
	case buttonLink:
		if c.URL == "" {
			f.required(path(at, "url"))
		}
		if c.CustomID != "" {
			f.fail(at, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
		}
		f.length(path(at, "url"), c.URL, 0, 512)
		checkURL(f, path(at, "url"), c.URL, "http", "https", "discord")
	default:
		if c.URL != "" {
			f.fail(at, "BUTTON_COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified")
		}
		checkCustomID(f, at, c.CustomID, ids)
	}
	if c.Label == "" && c.Emoji == nil {
		f.fail(at, "BUTTON_COMPONENT_LABEL_OR_EMOJI", "A button must have a label or emoji")
	}
	checkEmoji(f, path(at, "emoji"), c.Emoji)
}

func checkEmoji(f *form, at string, e *Emoji) {
	if e == nil {
		return
	}
	if e.ID == nil && (e.Name == nil || !unicodeEmoji(*e.Name)) {
		f.fail(path(at, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
	}
}

func checkSelect(f *form, at string, c Component, ids map[string]bool) {
	checkCustomID(f, at, c.CustomID, ids)
	f.length(path(at, "placeholder"), c.Placeholder, 0, 150)
	least, most := 1, 1
	if c.MinValues != nil {
		least = *c.MinValues
	}
	if c.MaxValues != nil {
		most = *c.MaxValues
	}
	if least < 0 || least > maxOptions {
		f.fail(path(at, "min_values"), "NUMBER_TYPE_MAX", "int value should be between 0 and %d.", maxOptions)
	}
	if most < 1 || most > maxOptions {
		f.fail(path(at, "max_values"), "NUMBER_TYPE_MAX", "int value should be between 1 and %d.", maxOptions)
	}
	if least > most {
		f.fail(path(at, "min_values"), "SELECT_COMPONENT_MIN_VALUES_GREATER", "min_values is greater than max_values.")
	}
	if c.Type != typeStringSelect {
		if len(c.Options) > 0 {
			f.fail(path(at, "options"), "UNION_TYPE_CHOICES", "Only string selects have options.")
		}
		return
	}
	f.count(path(at, "options"), len(c.Options), 1, maxOptions)
	if most > len(c.Options) && len(c.Options) > 0 {
		f.fail(path(at, "max_values"), "SELECT_COMPONENT_MAX_VALUES_GREATER", "max_values is greater than the number of options.")
	}
	checkOptions(f, path(at, "options"), c.Options, most)
}

func checkOptions(f *form, at string, options []SelectOption, most int) {
	values, defaults := map[string]bool{}, 0
	for i, o := range options {
		here := path(at, i)
		f.length(path(here, "label"), o.Label, 1, 100)
		f.length(path(here, "value"), o.Value, 1, 100)
		f.length(path(here, "description"), o.Description, 0, 100)
		checkEmoji(f, path(here, "emoji"), o.Emoji)
		if values[o.Value] {
			f.fail(path(here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values[o.Value] = true
		if o.Default {
			defaults++
		}
	}
	if defaults > most {
		f.fail(at, "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More defaults than max_values.")
	}
}

// checkModal notes what is wrong with a modal.
func checkModal(f *form, at string, m Modal) {
	f.length(path(at, "custom_id"), m.CustomID, 1, 100)
	f.length(path(at, "title"), m.Title, 1, 45)
	f.count(path(at, "components"), len(m.Components), 1, maxModalComponents)
	ids := map[string]bool{}
	for i, c := range m.Components {
		here := path(at, "components", i)
		switch c.Type {
		case typeActionRow:
			f.count(path(here, "components"), len(c.Components), 1, 1)
			for j, inner := range c.Components {
				if f.choice(path(here, "components", j, "type"), inner.Type, typeTextInput) {
					f.length(path(here, "components", j, "label"), inner.Label, 1, 45)
					checkInput(f, path(here, "components", j), inner, ids)
				}
			}
		case typeLabel:
			f.length(path(here, "label"), c.Label, 1, 45)
			f.length(path(here, "description"), c.Description, 0, 100)
			switch {
			case c.Component == nil:
				f.required(path(here, "component"))
			case c.Component.Type == typeTextInput:
				if c.Component.Label != "" {
					f.fail(path(here, "component", "label"), "TEXT_INPUT_LABEL_IN_LABEL", "The label belongs to the label component.")
				}
				checkInput(f, path(here, "component"), *c.Component, ids)
			case c.Component.isSelect():
				checkSelect(f, path(here, "component"), *c.Component, ids)
			default:
				f.choice(path(here, "component", "type"), c.Component.Type, typeTextInput, typeStringSelect, typeUserSelect, typeRoleSelect, typeMentionable, typeChannelSelect)
			}
		case typeTextDisplay:
			f.length(path(here, "content"), c.Content, 1, 4000)
		default:
			f.fail(path(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1, 10, 18).")
		}
	}
}

func checkInput(f *form, at string, c Component, ids map[string]bool) {
	checkCustomID(f, at, c.CustomID, ids)
	f.choice(path(at, "style"), c.Style, inputShort, inputParagraph)
	f.length(path(at, "placeholder"), c.Placeholder, 0, 100)
	f.length(path(at, "value"), c.Value, 0, 4000)
	least, most := 0, 4000
	if c.MinLength != nil {
		least = *c.MinLength
	}
	if c.MaxLength != nil {
		most = *c.MaxLength
	}
	if least < 0 || least > 4000 || most < 1 || most > 4000 || least > most {
		f.fail(path(at, "max_length"), "NUMBER_TYPE_MAX", "int values should be 0 ≤ min_length ≤ max_length ≤ 4000.")
	}
	if c.Value != "" {
		f.length(path(at, "value"), c.Value, least, most)
	}
}
