package console

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ergochat/readline"

	"greffier/bot"
)

// Terminal is what a Chat needs to know of the terminal it runs on.
type Terminal struct {
	// Name is whom the person is at first.
	Name   string
	Styles Styles
	// Columns is the present width.
	Columns func() int
	// Dir keeps the history of what was typed; empty keeps none.
	Dir string
}

// chat is a person at a terminal.
type chat struct {
	*Session
	terminal Terminal
	screen   screen
	line     *readline.Instance
	ask      chan string
	answers  chan typedLine
	// mu guards the session while a line is read: completion looks into it.
	mu sync.Mutex
	// drawn waits to be written; the line editor is not called under mu.
	drawn strings.Builder
	// me is whom the person is now.
	me string
	// locale is their language, looked up before each line.
	locale string
	// last are the buttons that a number presses: those shown last.
	last offer
	// hinted tells that ordinary talk was explained once.
	hinted bool
}

// typedLine is what reading a line gave.
type typedLine struct {
	text string
	err  error
}

// Chat lets a person talk to the clerk until they leave or ctx ends. The sandbox
// goes on while they think: what falls due is shown above what they type.
func (s *Session) Chat(ctx context.Context, t Terminal) error {
	c := &chat{Session: s, terminal: t, me: t.Name, ask: make(chan string), answers: make(chan typedLine)}
	c.screen = screen{styles: t.Styles, columns: t.Columns, words: c.word}
	cfg := &readline.Config{AutoComplete: completer{c}, HistorySearchFold: true, InterruptPrompt: "\n", EOFPrompt: "\n", Undo: true, DisableAutoSaveHistory: true}
	if t.Dir != "" {
		cfg.HistoryFile = filepath.Join(t.Dir, "history")
	}
	line, err := readline.NewFromConfig(cfg)
	if err != nil {
		return err
	}
	c.line = line
	s.Show = c.show
	reading := make(chan struct{})
	go c.readLines(reading)
	defer func() {
		close(c.ask)
		_ = line.Close() // restores the terminal; there is nothing to do when it cannot
		<-reading
	}()
	c.refresh(ctx)
	if err := c.welcome(); err != nil {
		return err
	}
	return c.talk(ctx)
}

// readLines reads one line each time it is asked to, so that nothing is typed
// into a prompt while the clerk still answers.
func (c *chat) readLines(done chan<- struct{}) {
	defer close(done)
	for prompt := range c.ask {
		c.line.SetPrompt(prompt)
		text, err := c.line.ReadLine()
		c.answers <- typedLine{text, err}
	}
}

// read asks for a line. Meanwhile what falls due is shown.
func (c *chat) read(ctx context.Context, prompt string) (string, error) {
	if err := c.flush(); err != nil {
		return "", err
	}
	c.refresh(ctx)
	c.ask <- prompt
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			_ = c.line.Close() // wakes the reader
			<-c.answers
			return "", ctx.Err()
		case a := <-c.answers:
			return a.text, a.err
		case <-tick.C:
			if err := c.goOn(ctx); err != nil {
				_ = c.line.Close()
				<-c.answers
				return "", err
			}
		}
	}
}

// goOn shows what fell due meanwhile.
func (c *chat) goOn(ctx context.Context) error {
	c.mu.Lock()
	err := c.Settle(ctx)
	c.mu.Unlock()
	return errors.Join(err, c.flush())
}

// flush writes what was drawn, above the line that is being typed.
func (c *chat) flush() error {
	text := c.drawn.String()
	c.drawn.Reset()
	if text == "" {
		return nil
	}
	_, err := io.WriteString(c.line, text)
	return err
}

// talk reads lines until the person leaves.
func (c *chat) talk(ctx context.Context) error {
	for {
		text, err := c.read(ctx, c.prompt())
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			if text != "" {
				continue // gives up the line
			}
			err = c.say("console.how-to-leave")
		case errors.Is(err, io.EOF):
			return nil
		case err == nil && leaves(text):
			return nil
		case err == nil && strings.TrimSpace(text) != "":
			_ = c.line.SaveToHistory(text) // a history that cannot be kept is no loss
			err = c.typed(ctx, strings.TrimSpace(text))
		}
		if err != nil {
			return err
		}
	}
}

func leaves(text string) bool {
	switch bot.Fold(strings.TrimSpace(text)) {
	case "/quit", "/exit", "/quitter", "/sortir":
		return true
	}
	return false
}

// prompt says who one is, and where.
func (c *chat) prompt() string {
	p := c.person(c.me)
	where := p.place.Channel
	if p.place.Direct {
		where = directChannel
	}
	return c.terminal.Styles.paint(harmless(c.me+"@"+where)+">", bold) + " "
}

// typed does what a line says.
func (c *chat) typed(ctx context.Context, text string) error {
	word, rest := cutSpace(text)
	switch {
	case word == "/as" || word == "/comme":
		return c.become(rest)
	case strings.HasPrefix(text, "@") && !strings.EqualFold(word, mention):
		return c.move(ctx, text[1:])
	}
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return c.pressNumber(ctx, n)
	}
	if _, ok := command(text); ok {
		return c.play(ctx, Step{Verb: Says, Name: c.me, Text: text})
	}
	step, err := ParseLine(text)
	if err != nil || step.Verb == Nothing {
		if c.hinted {
			return nil
		}
		c.hinted = true
		return c.say("console.talk", "command", bot.CommandText("help"))
	}
	if step.Verb == Clicks && step.Number > 0 && strings.EqualFold(step.Name, c.me) {
		return c.pressNumber(ctx, step.Number)
	}
	if err := c.play(ctx, step); err != nil {
		return err
	}
	return c.after(step)
}

// after confirms what shows no answer of its own.
func (c *chat) after(step Step) error {
	switch step.Verb {
	case Passes:
		return c.say("console.now", "now", c.Clock.Now())
	case Is:
		return c.say("console.is", "name", step.Name, "groups", strings.Join(step.Groups, ", "))
	case Joins, Leaves, Closes, Opens, Says, Clicks, Fills, Nothing:
	}
	return nil
}

// play plays a step and, when it shows the person a form, asks its questions.
func (c *chat) play(ctx context.Context, step Step) error {
	if step.Name == "" {
		step.Name = c.me
	}
	before := c.person(c.me).form
	if err := c.Do(ctx, step); err != nil {
		return err
	}
	return c.fillNew(ctx, before)
}

// become makes the person somebody else.
func (c *chat) become(name string) error {
	id, rest := takeName(name)
	if id == "" || rest != "" {
		return c.say("console.as-whom")
	}
	c.me = id
	c.look()
	return nil
}

// look takes in the last card of the place one has come to, whose buttons
// numbers now press.
func (c *chat) look() {
	p := c.person(c.me)
	c.last = c.cards[p.place.Channel]
	if len(c.last.buttons) == 0 {
		c.last = p.buttons
	}
}

// move goes to a channel, and says the rest of the line there.
func (c *chat) move(ctx context.Context, text string) error {
	channel, rest := takeName(text)
	if channel == "" {
		return c.say("console.where-to")
	}
	c.person(c.me).place = c.place(channel)
	c.look()
	if rest = strings.TrimSpace(strings.TrimPrefix(rest, ":")); rest != "" {
		return c.typed(ctx, rest)
	}
	return nil
}

// pressNumber presses one of the buttons shown last.
func (c *chat) pressNumber(ctx context.Context, n int) error {
	p := c.person(c.me)
	switch {
	case len(c.last.buttons) == 0:
		return c.tell(ctx, p, bot.T("console.no-buttons"))
	case n > len(c.last.buttons):
		return c.tell(ctx, p, bot.T("console.no-button", "number", n, "buttons", labels(c.last.buttons)))
	}
	before := p.form
	if err := c.press(ctx, p, c.last.place, c.last.buttons[n-1]); err != nil {
		return err
	}
	if err := c.Settle(ctx); err != nil {
		return err
	}
	return c.fillNew(ctx, before)
}

// show draws a message above the prompt.
func (c *chat) show(m Shown) error {
	p := c.person(c.me)
	mine := m.To.ID == p.account.ID
	here := m.Channel != "" && m.Channel == p.place.Channel
	numbered := len(m.Buttons) > 0 && (mine || here)
	if numbered {
		at := p.place
		if m.Channel != "" {
			at = bot.Place{Platform: Platform, Channel: m.Channel}
		}
		c.last = offer{place: at, buttons: m.Buttons}
	}
	if mine && m.Form != nil {
		m.Form = nil // its questions are asked one by one
		if len(m.Text) == 0 && m.Card == nil {
			return nil
		}
	}
	c.drawn.WriteString(c.screen.draw(m, p.account.ID, numbered))
	return c.keepFiles(m.Files)
}

func (c *chat) keepFiles(files []bot.File) error {
	for _, f := range files {
		if c.Save == nil {
			continue
		}
		f.Name = fileName(f.Name)
		path, err := c.Save(f)
		if err != nil {
			return err
		}
		if err := c.say("console.saved", "file", path); err != nil {
			return err
		}
	}
	return nil
}

// refresh looks up the language of the person at the terminal.
func (c *chat) refresh(ctx context.Context) {
	c.locale = c.Desk.Locale(ctx, c.person(c.me).account)
}

// word says something of the console's own in plain words.
func (c *chat) word(key string, args ...any) string {
	return c.Desk.Say(c.locale, bot.T(key, args...)).For(bot.PlainDialect())
}

// say writes something of the console's own.
func (c *chat) say(key string, args ...any) error {
	text := c.Desk.Say(c.locale, bot.T(key, args...))
	c.print(c.screen.markup(text, "", 0)...)
	return nil
}

// print draws lines.
func (c *chat) print(lines ...string) {
	for _, line := range lines {
		c.drawn.WriteString(line + "\n")
	}
}

// elsewhere is a channel that one could go to.
func (c *chat) elsewhere() string {
	if all := c.Desk.Charter().Channels; len(all) > 0 {
		return all[len(all)-1].ID
	}
	return defaultChannel
}

// welcome tells in three lines where one is and what to try.
func (c *chat) welcome() error {
	name := c.Desk.Charter().Community.Name
	kept := c.word("console.kept-nowhere")
	if c.terminal.Dir != "" {
		kept = c.word("console.kept-in", "dir", c.terminal.Dir)
	}
	return errors.Join(
		c.say("console.welcome", "community", name, "name", c.me, "kept", kept),
		c.say("console.welcome-try", "help", bot.CommandText("help")),
		c.say("console.welcome-more", "channel", c.elsewhere()),
	)
}
