package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"greffier/bot"
)

// LineError is a line outside the grammar and its number, counted from 1.
type LineError struct {
	Line   int
	Text   string
	Reason *SyntaxError
}

// Error names the line, in English; Says is for people.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Reason) }

// Unwrap gives the *SyntaxError.
func (e *LineError) Unwrap() error { return e.Reason }

// Says is the sentence to tell, and what was expected.
func (e *LineError) Says() bot.Text {
	text := []rune(harmless(e.Text))
	if len(text) > 80 {
		text = append(text[:79], '…')
	}
	return bot.Lines(bot.T("console.outside", "line", e.Line, "text", string(text)), e.Reason.Expected)
}

// Script plays lines of the grammar to the end and writes what everybody sees.
// At a line outside the grammar it stops with a *LineError; what came before was
// played.
func (s *Session) Script(ctx context.Context, in io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lines := readLines(ctx, in)
	for n := 1; ; n++ {
		var line inputLine
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), w.Flush())
		case line = <-lines:
		}
		if line.err != nil && !errors.Is(line.err, io.EOF) {
			return fmt.Errorf("console: line %d: %w", n, line.err)
		}
		if err := s.Line(ctx, line.text, w); err != nil {
			var bad *SyntaxError
			if errors.As(err, &bad) {
				err = &LineError{n, line.text, bad}
			}
			return errors.Join(err, w.Flush())
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if line.err != nil {
			return nil
		}
	}
}

// inputLine is a line, without its end, and what came after it.
type inputLine struct {
	text string
	err  error
}

// readLines reads lines until ctx ends, so that waiting for one does not keep a
// process from being stopped.
func readLines(ctx context.Context, in io.Reader) <-chan inputLine {
	lines := make(chan inputLine)
	go func() {
		reader := bufio.NewReader(in)
		for {
			text, err := reader.ReadString('\n')
			text = strings.TrimPrefix(strings.TrimRight(text, "\r\n"), "\uFEFF")
			select {
			case <-ctx.Done():
				return
			case lines <- inputLine{text, err}:
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// Line plays one line and writes what everybody sees. The error is a
// *SyntaxError when the line is outside the grammar.
func (s *Session) Line(ctx context.Context, line string, out io.Writer) error {
	step, err := ParseLine(line)
	if err != nil {
		return err
	}
	s.Show = s.transcript(out)
	return s.Do(ctx, step)
}

// Sent delivers what waits in the outbox, without running what is due, and writes
// what everybody sees of it.
func (s *Session) Sent(ctx context.Context, out io.Writer) error {
	s.Show = s.transcript(out)
	return s.flush(ctx)
}

// transcript writes messages as they come.
func (s *Session) transcript(w io.Writer) func(Shown) error {
	return func(m Shown) error {
		if err := writePlain(w, m); err != nil {
			return err
		}
		return s.save(m.Files)
	}
}

func (s *Session) save(files []bot.File) error {
	if s.Save == nil {
		return nil
	}
	for _, f := range files {
		f.Name = fileName(f.Name)
		if _, err := s.Save(f); err != nil {
			return err
		}
	}
	return nil
}
