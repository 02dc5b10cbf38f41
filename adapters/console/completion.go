package console

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"greffier/bot"
)

// completer is a chat as the line editor knows it.
type completer struct{ chat *chat }

// Do completes the word before the cursor, for the line editor: it returns what
// may be added to it, and how long it is.
func (e completer) Do(line []rune, pos int) (added [][]rune, length int) {
	c := e.chat
	c.mu.Lock()
	defer c.mu.Unlock()
	before := string(line[:pos])
	for _, word := range c.candidates(before) {
		if tail, n, ok := rest(before, word); ok {
			added, length = append(added, tail), n
		}
	}
	return added, length
}

// candidates are the words that may end a line.
func (c *chat) candidates(before string) []string {
	var words []string
	space := strings.ContainsFunc(before, unicode.IsSpace)
	switch {
	case strings.HasPrefix(before, "/"):
		p := c.person(c.me)
		for _, v := range c.Desk.Complete(context.Background(), bot.Event{Caller: p.account, Place: p.place, Line: before}) {
			words = append(words, v.Value)
		}
		if !space {
			words = append(words, "/as", "/quit")
		} else if name, ok := strings.CutPrefix(before, "/as "); ok && !strings.Contains(name, " ") {
			words = c.names()
		}
	case strings.HasPrefix(before, "@") && !space:
		for _, ch := range c.Desk.Charter().Channels {
			words = append(words, "@"+ch.ID)
		}
	case !space:
		words = c.names()
	default:
		words = c.afterName(before)
	}
	return words
}

// afterName completes a line of the grammar.
func (c *chat) afterName(before string) []string {
	parts := strings.Fields(before)
	if len(parts) > 1 && parts[1] == "is" {
		var groups []string
		for _, g := range c.Desk.Charter().Groups {
			groups = append(groups, g.ID)
		}
		return groups
	}
	if len(parts) == 1 || len(parts) == 2 && !strings.HasSuffix(before, " ") {
		return []string{"is", "joins", "leaves", "clicks", "fills", "closes", "opens"}
	}
	return nil
}

func (c *chat) names() []string {
	var names []string
	for _, p := range c.people {
		names = append(names, p.account.Name)
	}
	slices.Sort(names)
	return names
}

// rest is what a word adds to the unfinished one at the end of a line.
func rest(before, word string) (tail []rune, length int, ok bool) {
	from, quoted := 0, false
	for i, r := range before {
		if r == '"' {
			quoted = !quoted
		}
		if unicode.IsSpace(r) && !quoted {
			from = i + len(string(r))
		}
	}
	typed := []rune(before[from:])
	if len(typed) == 0 || typed[0] != '@' {
		word = strings.TrimPrefix(word, "@")
	}
	full := []rune(word)
	if len(full) < len(typed) || bot.Fold(string(full[:len(typed)])) != bot.Fold(string(typed)) {
		return nil, 0, false
	}
	tail = append(tail, full[len(typed):]...)
	if !strings.HasSuffix(word, ":") {
		tail = append(tail, ' ')
	}
	return tail, len(typed), true
}
