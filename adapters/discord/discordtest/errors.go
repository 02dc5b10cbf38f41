package discordtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// failure is an answer that is an error, in the API's own shape.
type failure struct {
	status  int
	code    int
	message string
	errors  obj
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s", f.code, f.message) }

// The errors by their JSON code (docs: JSON Error Codes).
var (
	errUnauthorized   = &failure{http.StatusUnauthorized, 0, "401: Unauthorized", nil}
	errNotFound       = &failure{http.StatusNotFound, 0, "404: Not Found", nil}
	errChannel        = &failure{http.StatusNotFound, 10003, "Unknown Channel", nil}
	errGuild          = &failure{http.StatusNotFound, 10004, "Unknown Guild", nil}
	errMember         = &failure{http.StatusNotFound, 10007, "Unknown Member", nil}
	errMessage        = &failure{http.StatusNotFound, 10008, "Unknown Message", nil}
	errRole           = &failure{http.StatusNotFound, 10011, "Unknown Role", nil}
	errUser           = &failure{http.StatusNotFound, 10013, "Unknown User", nil}
	errEmoji          = &failure{http.StatusBadRequest, 10014, "Unknown Emoji", nil}
	errWebhook        = &failure{http.StatusNotFound, 10015, "Unknown Webhook", nil}
	errInteraction    = &failure{http.StatusNotFound, 10062, "Unknown interaction", nil}
	errCommand        = &failure{http.StatusNotFound, 10063, "Unknown application command", nil}
	errScheduledEvent = &failure{http.StatusNotFound, 10070, "Unknown Guild Scheduled Event", nil}
	errManyEvents     = &failure{http.StatusBadRequest, 30038, "Maximum number of guild scheduled events reached (100)", nil}
	errManyCommands   = &failure{http.StatusBadRequest, 30032, "Maximum number of application commands reached (100)", nil}
	errManyReactions  = &failure{http.StatusBadRequest, 30010, "Maximum number of reactions reached (20)", nil}
	errAcknowledged   = &failure{http.StatusBadRequest, 40060, "Interaction has already been acknowledged.", nil}
	errHasThread      = &failure{http.StatusBadRequest, 160004, "A thread has already been created for this message", nil}
	errTagRequired    = &failure{http.StatusBadRequest, 40067, "A tag is required to create a forum post in this channel", nil}
	errAccess         = &failure{http.StatusForbidden, 50001, "Missing Access", nil}
	errNotDirect      = &failure{http.StatusForbidden, 50003, "Cannot execute action on a DM channel", nil}
	errNotAuthor      = &failure{http.StatusForbidden, 50005, "Cannot edit a message authored by another user", nil}
	errEmpty          = &failure{http.StatusBadRequest, 50006, "Cannot send an empty message", nil}
	errRefusesDirect  = &failure{http.StatusForbidden, 50007, "Cannot send messages to this user", nil}
	errNotText        = &failure{http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel", nil}
	errPermission     = &failure{http.StatusForbidden, 50013, "Missing Permissions", nil}
	errChannelType    = &failure{http.StatusBadRequest, 50024, "Cannot execute action on this channel type", nil}
	errWebhookToken   = &failure{http.StatusUnauthorized, 50027, "Invalid Webhook Token", nil}
	errArchived       = &failure{http.StatusBadRequest, 50083, "Thread is archived", nil}
	errLarge          = &failure{http.StatusRequestEntityTooLarge, 40005, "Request entity too large", nil}
	errJSON           = &failure{http.StatusBadRequest, 50109, "The request body contains invalid JSON.", nil}
)

// form gathers what is wrong with a body, by the path of the field.
type form struct {
	errors obj
	said   []string
}

// fail notes that something is wrong with a field; path is like embeds.0.title.
func (f *form) fail(path, code, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	f.said = append(f.said, path+": "+message)
	if f.errors == nil {
		f.errors = obj{}
	}
	at := f.errors
	if path != "" {
		for _, part := range strings.Split(path, ".") {
			next, ok := at[part].(obj)
			if !ok {
				next = obj{}
				at[part] = next
			}
			at = next
		}
	}
	list, _ := at["_errors"].([]obj)
	at["_errors"] = append(list, obj{"code": code, "message": message})
}

// length checks how many characters a text has.
func (f *form) length(path, text string, least, most int) {
	switch n := utf8.RuneCountInString(text); {
	case n == 0 && least > 0:
		f.required(path)
	case least > 0 && (n < least || n > most):
		f.fail(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	case n > most:
		f.fail(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	}
}

func (f *form) required(path string) {
	f.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
}

// count checks how many elements a list has.
func (f *form) count(path string, n, least, most int) {
	if n < least || n > most {
		f.fail(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

// choice checks that a number is one of those allowed.
func (f *form) choice(path string, value int, allowed ...int) bool {
	for _, a := range allowed {
		if a == value {
			return true
		}
	}
	f.fail(path, "BASE_TYPE_CHOICES", "Value must be one of %v.", allowed)
	return false
}

// failure is nil when nothing is wrong.
func (f *form) failure() error {
	if f.errors == nil {
		return nil
	}
	return &failure{http.StatusBadRequest, 50035, "Invalid Form Body", f.errors}
}

// decode reads a JSON body; a wrong type is an error of its field.
func decode(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	if wrong, ok := err.(*json.UnmarshalTypeError); ok { //nolint:errorlint // Unmarshal returns it as it is.
		var f form
		f.fail(wrong.Field, "BASE_TYPE_CHOICES", "Could not interpret %q as %s.", wrong.Value, wrong.Type)
		return f.failure()
	}
	return errJSON
}

// write answers with an error.
func (f *failure) write(w http.ResponseWriter) {
	body := obj{"message": f.message, "code": f.code}
	if f.errors != nil {
		body["errors"] = f.errors
	}
	writeJSON(w, f.status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may have gone
}

func path(parts ...any) string {
	var b strings.Builder
	for i, p := range parts {
		if p == "" {
			continue
		}
		if i > 0 && b.Len() > 0 {
			b.WriteByte('.')
		}
		fmt.Fprint(&b, p)
	}
	return b.String()
}
