package discordtest

import (
	"bytes"
	"encoding/json"
	"time"
)

// obj is a JSON object that has no type of its own here.
type obj = map[string]any

// optional is a field that may be absent, null or there.
type optional[T any] struct {
	Set, Null bool
	V         T
}

// UnmarshalJSON notes that the field was there.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if bytes.Equal(b, []byte("null")) {
		o.Null = true
		return nil
	}
	return json.Unmarshal(b, &o.V)
}

// User is a user as the API shows one.
type User struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	Discriminator string  `json:"discriminator"`
	GlobalName    *string `json:"global_name"`
	Avatar        *string `json:"avatar"`
	Banner        *string `json:"banner"`
	AccentColor   *int    `json:"accent_color"`
	PrimaryGuild  any     `json:"primary_guild"`
	Bot           bool    `json:"bot,omitempty"`
	PublicFlags   int     `json:"public_flags"`
	Flags         int     `json:"flags"`
}

// MemberObject is a guild member as the API shows one.
type MemberObject struct {
	User          *User    `json:"user,omitempty"`
	Nick          *string  `json:"nick"`
	Avatar        *string  `json:"avatar"`
	Banner        *string  `json:"banner"`
	Roles         []string `json:"roles"`
	JoinedAt      string   `json:"joined_at"`
	PremiumSince  *string  `json:"premium_since"`
	Deaf          bool     `json:"deaf"`
	Mute          bool     `json:"mute"`
	Flags         int      `json:"flags"`
	Pending       bool     `json:"pending"`
	Permissions   string   `json:"permissions,omitempty"`
	DisabledUntil *string  `json:"communication_disabled_until"`
	GuildID       string   `json:"guild_id,omitempty"` // in gateway events alone
}

// Role is a role of a guild as the API shows one. Permissions are a decimal number.
type Role struct {
	ID           string  `json:"id"`
	Name         string  `json:"name"`
	Color        int     `json:"color"`
	Colors       obj     `json:"colors"`
	Hoist        bool    `json:"hoist"`
	Icon         *string `json:"icon"`
	UnicodeEmoji *string `json:"unicode_emoji"`
	Position     int     `json:"position"`
	Permissions  string  `json:"permissions"`
	Managed      bool    `json:"managed"`
	Mentionable  bool    `json:"mentionable"`
	Flags        int     `json:"flags"`
	Tags         obj     `json:"tags,omitempty"`

	perms Permissions
}

// stamp writes a moment as the API does.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000000+00:00") }

// Emoji is a partial emoji.
type Emoji struct {
	ID       *string `json:"id"`
	Name     *string `json:"name"`
	Animated bool    `json:"animated,omitempty"`
}

// Message is a message as the API shows one.
type Message struct {
	ID                  string       `json:"id"`
	ChannelID           string       `json:"channel_id"`
	GuildID             string       `json:"guild_id,omitempty"` // in gateway events alone
	Type                int          `json:"type"`
	Author              User         `json:"author"`
	Content             string       `json:"content"`
	Timestamp           string       `json:"timestamp"`
	EditedTimestamp     *string      `json:"edited_timestamp"`
	TTS                 bool         `json:"tts"`
	MentionEveryone     bool         `json:"mention_everyone"`
	Mentions            []User       `json:"mentions"`
	MentionRoles        []string     `json:"mention_roles"`
	Attachments         []Attachment `json:"attachments"`
	Embeds              []Embed      `json:"embeds"`
	Components          []Component  `json:"components"`
	Reactions           []Reaction   `json:"reactions,omitempty"`
	Nonce               any          `json:"nonce,omitempty"`
	Pinned              bool         `json:"pinned"`
	Flags               int          `json:"flags"`
	ApplicationID       string       `json:"application_id,omitempty"`
	WebhookID           string       `json:"webhook_id,omitempty"`
	InteractionMetadata obj          `json:"interaction_metadata,omitempty"`
	MessageReference    obj          `json:"message_reference,omitempty"`
	ReferencedMessage   *Message     `json:"referenced_message,omitempty"`
	Thread              *channelJSON `json:"thread,omitempty"`

	// Pinged lists the names of those whose attention was really called when the
	// message was made, and "everyone" or "here"; a role's members are named each.
	Pinged []string `json:"-"`

	only    string // the user who alone sees it; empty for all
	loading bool   // "… is thinking"
	author  string
	from    *Interaction // the interaction whose token can change it
	channel *Channel
	reacted map[string][]string // users by emoji, in the order of arrival
	emojis  []string            // in the order of the first reaction
}

// Ephemeral tells whether only one member sees the message.
func (m *Message) Ephemeral() bool { return m.Flags&flagEphemeral != 0 }

// Loading tells whether members see that the application is thinking.
func (m *Message) Loading() bool { return m.loading }

// Flags of messages (docs: Message Flags).
const (
	flagSuppressEmbeds        = 1 << 2
	flagHasThread             = 1 << 5
	flagEphemeral             = 1 << 6
	flagLoading               = 1 << 7
	flagSuppressNotifications = 1 << 12
	flagComponentsV2          = 1 << 15
)

// Reaction counts who reacted to a message with an emoji.
type Reaction struct {
	Emoji        Emoji    `json:"emoji"`
	Count        int      `json:"count"`
	CountDetails obj      `json:"count_details"`
	BurstColors  []string `json:"burst_colors"`
	MeBurst      bool     `json:"me_burst"`
	Me           bool     `json:"me"`
}

// Attachment is a file of a message; Data is what was uploaded.
type Attachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Size        int    `json:"size"`
	URL         string `json:"url"`
	ProxyURL    string `json:"proxy_url"`
	Ephemeral   bool   `json:"ephemeral,omitempty"`

	Data []byte `json:"-"`
}

// Embed is an embed of a message.
type Embed struct {
	Type        string       `json:"type,omitempty"`
	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	URL         string       `json:"url,omitempty"`
	Timestamp   string       `json:"timestamp,omitempty"`
	Color       int          `json:"color,omitempty"`
	Footer      *EmbedText   `json:"footer,omitempty"`
	Image       *EmbedMedia  `json:"image,omitempty"`
	Thumbnail   *EmbedMedia  `json:"thumbnail,omitempty"`
	Author      *EmbedText   `json:"author,omitempty"`
	Fields      []EmbedField `json:"fields,omitempty"`
}

// EmbedText is the footer of an embed, which has a text, or its author, which has a
// name.
type EmbedText struct {
	Text    string `json:"text,omitempty"`
	Name    string `json:"name,omitempty"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedMedia is an image of an embed.
type EmbedMedia struct {
	URL string `json:"url"`
}

// EmbedField is a field of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}
