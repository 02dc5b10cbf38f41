package discordtest

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of messages (docs: resources/message).
const (
	maxContent     = 2000
	maxEmbeds      = 10
	maxEmbedSum    = 6000
	maxEmbedFields = 25
	maxFiles       = 10
	maxNonce       = 25
	maxMentions    = 100
)

// messageBody is a message as it is sent, to be made or to change one.
type messageBody struct {
	Content      optional[string]            `json:"content"`
	Nonce        json.RawMessage             `json:"nonce"`
	TTS          optional[bool]              `json:"tts"`
	Embeds       optional[[]Embed]           `json:"embeds"`
	Mentions     optional[allowedMentions]   `json:"allowed_mentions"`
	Reference    optional[messageReference]  `json:"message_reference"`
	Components   optional[[]Component]       `json:"components"`
	Attachments  optional[[]attachmentParam] `json:"attachments"`
	Flags        optional[int]               `json:"flags"`
	EnforceNonce optional[bool]              `json:"enforce_nonce"`
	Poll         json.RawMessage             `json:"poll"`
	Stickers     optional[[]string]          `json:"sticker_ids"`

	files []upload
}

type messageReference struct {
	Type    int    `json:"type"`
	Message string `json:"message_id"`
	Channel string `json:"channel_id"`
	Guild   string `json:"guild_id"`
	Strict  *bool  `json:"fail_if_not_exists"`
}

type attachmentParam struct {
	ID          json.RawMessage `json:"id"`
	Filename    string          `json:"filename"`
	Description string          `json:"description"`
}

func (a attachmentParam) id() string { return strings.Trim(string(a.ID), `"`) }

// allowedMentions says who may be pinged.
type allowedMentions struct {
	Parse       optional[[]string] `json:"parse"`
	Roles       optional[[]string] `json:"roles"`
	Users       optional[[]string] `json:"users"`
	RepliedUser bool               `json:"replied_user"`
}

func (a allowedMentions) check(f *form, at string) {
	for i, p := range a.Parse.V {
		if p != "users" && p != "roles" && p != "everyone" {
			f.fail(path(at, "parse", i), "BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').")
		}
		if p == "users" && len(a.Users.V) > 0 || p == "roles" && len(a.Roles.V) > 0 {
			f.fail(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", p, p)
		}
	}
	for name, ids := range map[string][]string{"users": a.Users.V, "roles": a.Roles.V} {
		if len(ids) > maxMentions {
			f.fail(path(at, name), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxMentions)
		}
		seen := map[string]bool{}
		for i, id := range ids {
			if !snowflake(id) {
				f.fail(path(at, name, i), "NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
			}
			if seen[id] {
				f.fail(path(at, name), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value.")
			}
			seen[id] = true
		}
	}
}

func snowflake(id string) bool {
	if id == "" || len(id) > 20 {
		return false
	}
	return strings.Trim(id, "0123456789") == ""
}

// check notes what is wrong with a message at a path of the body. settable are the
// flags that may be set here.
func (b *messageBody) check(f *form, at string, settable int) {
	f.length(path(at, "content"), strings.TrimSpace(b.Content.V), 0, maxContent)
	checkEmbeds(f, path(at, "embeds"), b.Embeds.V)
	b.Mentions.V.check(f, path(at, "allowed_mentions"))
	if b.Flags.V&^settable != 0 {
		f.fail(path(at, "flags"), "INVALID_BITWISE_PERMISSION_FLAGS", "These flags cannot be set here: %d.", b.Flags.V&^settable)
	}
	v2 := b.Flags.V&flagComponentsV2 != 0
	if v2 && (b.Content.V != "" || len(b.Embeds.V) > 0) {
		f.fail(path(at, "content"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
			"The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	}
	checkComponents(f, path(at, "components"), b.Components.V, v2)
	if len(b.Nonce) > 0 && string(b.Nonce) != "null" {
		var text string
		if json.Unmarshal(b.Nonce, &text) == nil && utf8.RuneCountInString(text) > maxNonce {
			f.fail(path(at, "nonce"), "NONCE_TYPE_TOO_LONG", "The nonce cannot be longer than %d characters.", maxNonce)
		}
	}
	if len(b.Poll) > 0 && string(b.Poll) != "null" || len(b.Stickers.V) > 0 {
		f.fail(at, "UNSUPPORTED", "This double has no polls and no stickers.")
	}
	b.checkFiles(f, at)
}

func (b *messageBody) checkFiles(f *form, at string) {
	f.count(path(at, "attachments"), max(len(b.files), len(b.Attachments.V)), 0, maxFiles)
	named := map[string]bool{}
	for i, file := range b.files {
		id, ok := strings.CutPrefix(file.key, "files[")
		if !ok || !strings.HasSuffix(id, "]") {
			f.fail(path(at, "attachments", i), "ATTACHMENT_NOT_FOUND", "A file is named %q, not files[n].", file.key)
		}
		if file.name == "" {
			f.fail(path(at, "attachments", i), "ATTACHMENT_NOT_FOUND", "A file has no name.")
		}
		named[strings.TrimSuffix(id, "]")] = true
	}
	for i, a := range b.Attachments.V {
		f.length(path(at, "attachments", i, "description"), a.Description, 0, 1024)
		if len(a.id()) < 15 && !named[a.id()] {
			f.fail(path(at, "attachments", i, "id"), "ATTACHMENT_NOT_FOUND", "Attachment data not found")
		}
	}
}

// empty tells whether nothing would be seen.
func (b *messageBody) empty() bool {
	return strings.TrimSpace(b.Content.V) == "" && len(b.Embeds.V) == 0 && len(b.files) == 0 && len(b.Components.V) == 0
}

func checkEmbeds(f *form, at string, embeds []Embed) {
	if len(embeds) > maxEmbeds {
		f.fail(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbeds)
	}
	sum := 0
	add := func(at, text string, least, most int) {
		text = strings.TrimSpace(text)
		f.length(at, text, least, most)
		sum += utf8.RuneCountInString(text)
	}
	for i, e := range embeds {
		here := path(at, i)
		add(path(here, "title"), e.Title, 0, 256)
		add(path(here, "description"), e.Description, 0, 4096)
		if len(e.Fields) > maxEmbedFields {
			f.fail(path(here, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbedFields)
		}
		for j, field := range e.Fields {
			add(path(here, "fields", j, "name"), field.Name, 1, 256)
			add(path(here, "fields", j, "value"), field.Value, 1, 1024)
		}
		if e.Footer != nil {
			add(path(here, "footer", "text"), e.Footer.Text, 1, 2048)
		}
		if e.Author != nil {
			add(path(here, "author", "name"), e.Author.Name, 1, 256)
		}
		checkEmbedRest(f, here, e)
	}
	if sum > maxEmbedSum {
		f.fail(at, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedSum)
	}
}

func checkEmbedRest(f *form, at string, e Embed) {
	if e.Title == "" && e.Description == "" && len(e.Fields) == 0 && e.Author == nil && e.Footer == nil && e.Image == nil && e.Thumbnail == nil {
		f.required(path(at, "description"))
	}
	if e.Color < 0 || e.Color > 0xFFFFFF {
		f.fail(path(at, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
	}
	if e.Timestamp != "" {
		if _, err := time.Parse(time.RFC3339, e.Timestamp); err != nil {
			f.fail(path(at, "timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", e.Timestamp)
		}
	}
	checkURL(f, path(at, "url"), e.URL, "http", "https")
	for name, media := range map[string]*EmbedMedia{"image": e.Image, "thumbnail": e.Thumbnail} {
		if media != nil {
			checkURL(f, path(at, name, "url"), media.URL, "http", "https", "attachment")
		}
	}
	for name, text := range map[string]*EmbedText{"footer": e.Footer, "author": e.Author} {
		if text != nil {
			checkURL(f, path(at, name, "icon_url"), text.IconURL, "http", "https", "attachment")
			checkURL(f, path(at, name, "url"), text.URL, "http", "https")
		}
	}
}

func checkURL(f *form, at, text string, schemes ...string) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		f.fail(at, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
		return
	}
	for _, s := range schemes {
		if u.Scheme == s {
			return
		}
	}
	f.fail(at, "URL_TYPE_INVALID_SCHEME", "Scheme %q is not supported. Scheme must be one of %s.", u.Scheme, fmt.Sprint(schemes))
}
