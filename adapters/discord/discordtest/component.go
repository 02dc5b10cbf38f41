package discordtest

// Types of components (docs: components reference).
const (
	typeActionRow      = 1
	typeButton         = 2
	typeStringSelect   = 3
	typeTextInput      = 4
	typeUserSelect     = 5
	typeRoleSelect     = 6
	typeMentionable    = 7
	typeChannelSelect  = 8
	typeSection        = 9
	typeTextDisplay    = 10
	typeThumbnail      = 11
	typeMediaGallery   = 12
	typeFile           = 13
	typeSeparator      = 14
	typeContainer      = 17
	typeLabel          = 18
	maxRows            = 5
	maxButtons         = 5
	maxOptions         = 25
	maxComponentsV2    = 40
	buttonLink         = 5
	buttonPremium      = 6
	inputShort         = 1
	inputParagraph     = 2
	maxModalComponents = 5
)

// Component is any component of a message or a modal, with the fields of all types.
type Component struct {
	Type        int            `json:"type"`
	ID          int            `json:"id,omitempty"`
	CustomID    string         `json:"custom_id,omitempty"`
	Style       int            `json:"style,omitempty"`
	Label       string         `json:"label,omitempty"`
	Emoji       *Emoji         `json:"emoji,omitempty"`
	URL         string         `json:"url,omitempty"`
	SKU         string         `json:"sku_id,omitempty"`
	Disabled    bool           `json:"disabled,omitempty"`
	Placeholder string         `json:"placeholder,omitempty"`
	MinValues   *int           `json:"min_values,omitempty"`
	MaxValues   *int           `json:"max_values,omitempty"`
	Options     []SelectOption `json:"options,omitempty"`
	Defaults    []obj          `json:"default_values,omitempty"`
	ChannelType []int          `json:"channel_types,omitempty"`
	MinLength   *int           `json:"min_length,omitempty"`
	MaxLength   *int           `json:"max_length,omitempty"`
	Required    *bool          `json:"required,omitempty"`
	Value       string         `json:"value,omitempty"`
	Content     string         `json:"content,omitempty"`
	Description string         `json:"description,omitempty"`
	Components  []Component    `json:"components,omitempty"`
	Component   *Component     `json:"component,omitempty"`
	Accessory   *Component     `json:"accessory,omitempty"`
	Media       obj            `json:"media,omitempty"`
	Items       []obj          `json:"items,omitempty"`
	File        obj            `json:"file,omitempty"`
	AccentColor *int           `json:"accent_color,omitempty"`
	Spoiler     bool           `json:"spoiler,omitempty"`
	Divider     *bool          `json:"divider,omitempty"`
	Spacing     int            `json:"spacing,omitempty"`
}

// SelectOption is a choice of a string select.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Emoji       *Emoji `json:"emoji,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

func (c Component) isSelect() bool {
	return c.Type == typeStringSelect || c.Type >= typeUserSelect && c.Type <= typeChannelSelect
}

// required tells whether a field of a modal must be filled; it must where nothing is
// said.
func (c Component) required() bool { return c.Required == nil || *c.Required }

// walk calls f for each component of a tree, the outer ones first.
func walk(list []Component, f func(*Component)) {
	for i := range list {
		f(&list[i])
		walk(list[i].Components, f)
		for _, inner := range []*Component{list[i].Component, list[i].Accessory} {
			if inner != nil {
				f(inner)
				walk(inner.Components, f)
			}
		}
	}
}

// number gives each component without an identifier one, as Discord does.
func number(list []Component) {
	n := 0
	walk(list, func(c *Component) {
		if n++; c.ID == 0 {
			c.ID = n
		}
	})
}
