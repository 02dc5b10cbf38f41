package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ergochat/readline"

	"greffier/bot"
)

// errAbandoned says that the person gave the form up.
var errAbandoned = errors.New("console: form abandoned")

// fillNew asks the questions of a form that was shown since before, and of the
// one that comes back while something in it is wrong.
func (c *chat) fillNew(ctx context.Context, before *bot.FormView) error {
	p := c.person(c.me)
	for p.form != nil && p.form != before {
		before = p.form
		call, err := c.fill(ctx, *before)
		if errors.Is(err, errAbandoned) {
			p.form = nil
			return c.say("console.abandoned")
		}
		if err != nil {
			return err
		}
		if err := c.send(ctx, p, bot.Event{Kind: bot.Called, Place: p.formAt, Call: &call}); err != nil {
			return err
		}
		if err := c.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fill asks each question; when some were answered wrongly, those alone.
func (c *chat) fill(ctx context.Context, form bot.FormView) (bot.Call, error) {
	wrong := false
	for _, f := range form.Fields {
		wrong = wrong || f.Error != ""
	}
	if !wrong {
		if err := c.introduce(form); err != nil {
			return bot.Call{}, err
		}
	}
	values := map[string]string{}
	for _, f := range form.Fields {
		if wrong && f.Error == "" {
			continue
		}
		value, err := c.question(ctx, f)
		if err != nil {
			return bot.Call{}, err
		}
		values[f.Name] = value
	}
	return form.Submit(values), nil
}

func (c *chat) introduce(form bot.FormView) error {
	lines := c.screen.styles.wrap([]span{{harmless(form.Title), bold}, {" " + c.word("console.form-how"), faint}}, c.screen.width())
	lines = append(lines, c.screen.markup(form.Intro, "", 0)...)
	c.print(lines...)
	return nil
}

// question asks for one field until the answer can be sent.
func (c *chat) question(ctx context.Context, f bot.FormField) (string, error) {
	problem := f.Error
	for {
		if err := c.explain(f, problem); err != nil {
			return "", err
		}
		answer, err := c.readField(ctx, f)
		if err != nil {
			return "", err
		}
		value, ok := chosen(f, answer)
		switch {
		case !ok:
			problem = c.word("console.choose", "max", len(f.Choices))
		case value == "" && f.Required:
			problem = c.word("console.required")
		default:
			return value, nil
		}
	}
}

// explain shows what is wrong, what the field is for and what may be chosen.
func (c *chat) explain(f bot.FormField, problem string) error {
	var lines []string
	if problem != "" {
		lines = append(lines, "! "+harmless(problem))
	}
	if f.Help != "" {
		lines = append(lines, c.screen.styles.paint("  "+harmless(f.Help), faint))
	}
	for i, choice := range f.Choices {
		lines = append(lines, fmt.Sprintf("  %s %s", c.screen.styles.paint(fmt.Sprintf("[%d]", i+1), bold), harmless(choice.Label)))
	}
	c.print(lines...)
	return nil
}

// readField reads an answer; one that ends with a backslash goes on in the next
// line. What the field holds already stands there to be edited.
func (c *chat) readField(ctx context.Context, f bot.FormField) (string, error) {
	label := harmless(f.Label)
	if f.Required {
		label += "*"
	}
	prompt := c.screen.styles.paint(label, bold) + strings.TrimPrefix(colon(c.locale), "\u00A0")
	if f.Value != "" && !strings.Contains(f.Value, "\n") {
		c.line.SetDefault(harmless(valueLabel(f)))
	}
	var lines []string
	for {
		text, err := c.read(ctx, prompt)
		switch {
		case errors.Is(err, readline.ErrInterrupt), errors.Is(err, io.EOF):
			return "", errAbandoned
		case err != nil:
			return "", err
		}
		more := strings.HasSuffix(text, `\`)
		lines = append(lines, strings.TrimSuffix(text, `\`))
		if !more {
			return strings.TrimSpace(strings.Join(lines, "\n")), nil
		}
		prompt = "… "
	}
}

// chosen turns the number of a choice into its value; other answers stay as
// they are, for the clerk to read. ok is false for a number beyond the choices.
func chosen(f bot.FormField, answer string) (value string, ok bool) {
	if len(f.Choices) == 0 {
		return answer, true
	}
	for _, choice := range f.Choices {
		if readable(choice.Label) == readable(answer) || choice.Value == answer {
			return choice.Value, true
		}
	}
	n, err := strconv.Atoi(answer)
	if err != nil {
		return answer, true
	}
	if n < 1 || n > len(f.Choices) {
		return "", false
	}
	return f.Choices[n-1].Value, true
}
