package bot

import (
	"errors"
	"fmt"
)

// Refusal is an answer that says no and what to do about it, in the caller's
// language. It is an error so that a handler can return it from any depth; the
// transaction is then dropped.
type Refusal struct{ Text Text }

// Error gives the key, for logs and tests.
func (r *Refusal) Error() string { return "refused: " + r.Text.Key }

// Refuse makes a Refusal out of a sentence of the catalogue.
func Refuse(key string, args ...any) error { return &Refusal{T(key, args...)} }

// argError is a mistake in one option of a call.
type argError struct {
	option string
	text   Text
}

func (e *argError) Error() string { return fmt.Sprintf("option %s: %s", e.option, e.text.Key) }

// argErrors gathers every mistake of a call.
type argErrors []*argError

func (e argErrors) Error() string { return e[0].Error() }

// BadOption says that the value of an option cannot be used; beside a form the
// sentence is shown at the option's field.
func BadOption(option, key string, args ...any) error {
	return BadOptionText(option, T(key, args...))
}

// BadOptionText is BadOption for what is wrong said already.
func BadOptionText(option string, text Text) error { return argErrors{{option, text}} }

// Plainly makes a refusal of what another feature found wrong with options that the
// caller's command does not have.
func Plainly(err error) error {
	if text, ok := refused(err); ok {
		return &Refusal{text}
	}
	return err
}

// refused turns what a handler returned into what to tell, if it is a refusal.
func refused(err error) (Text, bool) {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Text, true
	}
	var args argErrors
	if errors.As(err, &args) {
		texts := make([]Text, len(args))
		for i, a := range args {
			texts[i] = a.text
		}
		return Lines(texts...), true
	}
	return Text{}, false
}
