package console

import (
	"context"
	"errors"
	"io"
	"testing"
)

// Waiting for a line that never comes does not keep a process from being stopped.
func TestScriptStops(t *testing.T) {
	in, _ := io.Pipe()
	defer in.Close()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := NewSession(Options{}).Script(ctx, in, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("a script that was stopped ended with %v", err)
	}
}
