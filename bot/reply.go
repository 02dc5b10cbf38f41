package bot

import "time"

// Reply is what a handler returns: a value, not an action. It is said to the
// caller alone; what everybody is to see goes through Ctx.Post and Ctx.Hang.
type Reply struct {
	Text    Text     `json:"t,omitzero"`
	Card    *Card    `json:"c,omitempty"`
	Buttons []Button `json:"b,omitempty"`
	Form    *Form    `json:"f,omitempty"`
	Files   []File   `json:"-"`
	// Again, when set, is what is saved in place of Text to answer a repeated
	// delivery of the same event: a secret ballot must not be kept in a reply.
	Again *Text `json:"g,omitempty"`
}

// Say is a Reply of one sentence of the catalogue.
func Say(key string, args ...any) Reply { return Reply{Text: T(key, args...)} }

// Card is a block with a title, such as a request or a vote, drawn anew
// wherever it hangs each time what it shows changes.
type Card struct {
	Key     string      `json:"k,omitempty"`
	Title   Text        `json:"t,omitzero"`
	Body    Text        `json:"b,omitzero"`
	Fields  []CardField `json:"f,omitempty"`
	Buttons []Button    `json:"u,omitempty"`
	Tone    Tone        `json:"o,omitempty"`
	// Appointment is set when what the card shows happens at a time.
	Appointment *Appointment `json:"-"`
	// Thread is what the discussion is called that the card opens on platforms
	// that have them, or zero for none; Tags are words to file the card under.
	// They count where the card hangs, and are not kept with a reply.
	Thread Text   `json:"-"`
	Tags   []Text `json:"-"`
}

// Appointment is when and where something happens that a live card shows. An
// adapter whose platform has a calendar of its own may keep an entry there in
// step with the card: it is handed the appointment each time the card is drawn
// (docs/adr/0006). What members do to the entry are the calls below.
type Appointment struct {
	Starts, Ends time.Time
	// Where is a place in words, or an address that can be followed.
	Where     string
	Cancelled bool
	// Coming and NotComing are the calls of a member who says so on the entry.
	Coming, NotComing Call
}

// CardField is one labelled line of a card.
type CardField struct {
	Label Text `json:"l"`
	Value Text `json:"v"`
}

// Tone is a hint for how a card looks; words always say the same.
type Tone string

// The tones of cards.
const (
	Neutral  Tone = ""
	Open     Tone = "open"
	Positive Tone = "positive"
	Negative Tone = "negative"
	Done     Tone = "done"
)

// Button offers a call under a label.
type Button struct {
	Label Text   `json:"l"`
	Call  Call   `json:"c"`
	Style string `json:"s,omitempty"`
	// Aside marks what may be done next but need not be: where a button would take
	// a message of its own, the line to type stands instead.
	Aside bool `json:"o,omitempty"`
}

// Form asks for what a call lacks. Command forms are made by the core from the
// declaration; a handler returns one only to ask for something else.
type Form struct {
	Title Text    `json:"t,omitzero"`
	Intro Text    `json:"i,omitzero"`
	Call  Call    `json:"c"`
	Asks  []Field `json:"a"`
}

// Field is one question: an option of a command, or a field that the charter
// declares.
type Field struct {
	Name     string             `json:"n"`
	Label    Text               `json:"l"`
	Help     Text               `json:"h,omitzero"`
	Value    string             `json:"v,omitempty"`
	Long     bool               `json:"g,omitempty"`
	Required bool               `json:"r,omitempty"`
	Max      int                `json:"m,omitempty"`
	Choices  []Choice           `json:"c,omitempty"`
	Error    Text               `json:"e,omitzero"`
	Check    func(string) error `json:"-"`
}

// Choice is one value of a closed list and how it reads.
type Choice struct {
	Value string `json:"v"`
	Label Text   `json:"l,omitzero"`
}
