package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

// crowded is a feature whose one word has subcommands of these names.
func crowded(names []string) bot.Feature {
	var words strings.Builder
	words.WriteString("commands:\n  shelf: {word: shelf, help: Shelf}\n")
	groups := map[string]bool{}
	f := bot.Feature{Name: "shelf"}
	for _, name := range names {
		if group, _, ok := strings.Cut(name, " "); ok && !groups[group] {
			groups[group] = true
			fmt.Fprintf(&words, "  shelf %s: {word: %s, help: Several}\n", group, group)
		}
		fmt.Fprintf(&words, "  shelf %s: {word: %s, help: One}\n", name, name[strings.LastIndex(name, " ")+1:])
		f.Commands = append(f.Commands, bot.Cmd("shelf "+name, func(*bot.Ctx, struct{}) (bot.Reply, error) { return bot.Reply{}, nil }, bot.Reads))
	}
	file := &fstest.MapFile{Data: []byte(words.String())}
	f.Locale = fstest.MapFS{"locale/en.yaml": file, "locale/fr.yaml": file}
	return f
}

// A command has 25 subcommands at most, as Discord has it; /request has them all.
// The next one is refused at the start with what to do, and a word that several
// have in common takes the room of one.
func TestSubcommandsFit(t *testing.T) {
	var names []string
	for i := range 26 {
		names = append(names, fmt.Sprintf("sub%d", i))
	}
	start := func(names []string) error {
		db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		ch, problems := config.ParseCharter("charter.yaml", []byte("version: 1\ncommunity: {name: Shelf}\nrights: {shelf: everyone}\n"))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		_, err = bot.New(context.WithoutCancel(t.Context()), bot.Options{Store: db, Charter: ch, Features: []bot.Feature{crowded(names)}, Adapters: map[string]bot.Adapter{}})
		return err
	}
	if err := start(names[:25]); err != nil {
		t.Errorf("25 subcommands do not fit: %v", err)
	}
	if err := start(names); err == nil || !strings.Contains(err.Error(), `command "shelf": 26 subcommands, and Discord has room for 25`) || !strings.Contains(err.Error(), "a word in common") {
		t.Errorf("26 subcommands: %v", err)
	}
	if err := start(append(names[:24:24], "team sub24", "team sub25")); err != nil {
		t.Errorf("two of 26 below one word do not fit: %v", err)
	}
}
