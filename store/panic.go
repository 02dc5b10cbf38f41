package store

import "fmt"

// PanicError is what View and Update return when the function they ran panicked
// with anything but a [Fault]. Nothing that function wrote is kept.
type PanicError struct {
	Value any    // what was passed to panic
	Stack []byte // where, as runtime/debug.Stack prints it
}

// Error says what was panicked with; the stack is left to whoever logs it.
func (e *PanicError) Error() string {
	return fmt.Sprintf("store: panic in a transaction: %v", e.Value)
}

// Unwrap gives the error that was panicked with, if it was one.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
