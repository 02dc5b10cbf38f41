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
	lines := bufio.NewReader(in)
	for n := 1; ; n++ {
		line, readErr := lines.ReadString('\n')
		if readErr != nil && !errors.Is(readErr, io.EOF) {
			return fmt.Errorf("console: line %d: %w", n, readErr)
		}
		line = strings.TrimPrefix(strings.TrimRight(line, "\r\n"), "\uFEFF")
		if err := s.Line(ctx, line, w); err != nil {
			var bad *SyntaxError
			if errors.As(err, &bad) {
				err = &LineError{n, line, bad}
			}
			return errors.Join(err, w.Flush())
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if readErr != nil {
			return nil
		}
	}
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
