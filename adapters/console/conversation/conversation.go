// Package conversation runs golden conversations: what people do, line by line,
// and what everybody sees. They are a feature's tests, and its help quotes them.
//
// A conversation is a txtar archive. Its comment holds the dialogue, in the
// grammar of package console, with what is seen after each line: lines that
// begin with "bot → ", and indented ones. Comments at the beginning may set
//
//	# charter: gadz                    a shipped charter; demo by default
//	# lang: fr                         the language of everybody
//	# now: 2026-03-02T09:00:00+01:00   when it begins
//	# public: https://greffier.example.org   the clerk's address; none by default
//	# not on discord: why              where it cannot be held (RunOn)
//
// A file charter.yaml in the archive takes the place of a shipped charter. The
// test flag -update writes what is seen now into the files.
package conversation

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

var update = flag.Bool("update", false, "write what the conversations show now into their files")

// begins is when a conversation begins that does not say: a Monday morning.
const begins = "2026-03-02T09:00:00+01:00"

// Run runs each conversation that matches the glob pattern as a subtest, on a
// register of its own, with these features. A shipped charter is taken without
// the rights that concern commands of other features.
func Run(t *testing.T, pattern string, features ...bot.Feature) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no conversation matches %s (%v)", pattern, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runFile(t, name, features)
		})
	}
}

func runFile(t *testing.T, name string, features []bot.Feature) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	got, err := Play(t, archive, features)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if bytes.Equal(got, archive.Comment) {
		return
	}
	if !*update {
		t.Errorf("%s (go test -update rewrites it)\n%s", name, diff.Diff("expected", archive.Comment, "seen", got))
		return
	}
	archive.Comment = got
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Play plays a conversation and returns it with what is seen now after each
// line. At the end the register must verify.
func Play(t testing.TB, archive *txtar.Archive, features []bot.Feature) ([]byte, error) {
	h := readHeader(string(archive.Comment))
	charter, err := h.readCharter(archive, features)
	if err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339, h.now)
	if err != nil {
		return nil, err
	}
	desk, session, err := open(t, charter, at, h.public, features)
	if err != nil {
		return nil, err
	}
	session.Lang = h.lang
	var out bytes.Buffer
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimRight(line, "\r\n")
		if isOutput(line) {
			continue
		}
		out.WriteString(line + "\n")
		if err := session.Line(t.Context(), line, &out); err != nil {
			return nil, errors.Join(errors.New(line), err)
		}
	}
	v, err := desk.Verify(t.Context())
	if err != nil {
		return nil, err
	}
	for _, f := range v.Findings {
		t.Errorf("the register does not verify: %s: %s", f.Where, desk.Say("en", f.What))
	}
	return out.Bytes(), nil
}

// isOutput tells what is seen from what is done.
func isOutput(line string) bool {
	return strings.HasPrefix(line, "bot → ") || strings.HasPrefix(line, "  ")
}

// open makes a bot on a register of its own.
func open(t testing.TB, charter *config.Charter, at time.Time, public string, features []bot.Feature) (*bot.Bot, *console.Session, error) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		return nil, nil, err
	}
	t.Cleanup(func() { _ = db.Close() })
	clock, screen := bot.NewSandboxClock(at, false), console.New()
	desk, err := bot.New(context.WithoutCancel(t.Context()), bot.Options{
		Store: db, Charter: charter, Clock: clock, Sandbox: true, Random: newSeeded(), Public: public, Key: fixedKey,
		Features: append([]bot.Feature{console.Feature()}, features...),
		Adapters: map[string]bot.Adapter{console.Platform: screen},
	})
	if err != nil {
		return nil, nil, err
	}
	return desk, console.NewSession(console.Options{Console: screen, Desk: desk, Clock: clock, Run: "conversation"}), nil
}

// header is what the comments at the beginning set.
type header struct {
	charter, lang, now, public string
	// notOn says why the conversation cannot be held on a platform.
	notOn map[string]string
}

func readHeader(text string) header {
	h := header{charter: "demo", now: begins, notOn: map[string]string{}}
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(comment, ":")
		value = strings.TrimSpace(value)
		if platform, ok := strings.CutPrefix(strings.TrimSpace(key), "not on "); ok {
			h.notOn[platform] = value
		}
		switch strings.TrimSpace(key) {
		case "charter":
			h.charter = value
		case "lang":
			h.lang = value
		case "now":
			h.now = value
		case "public":
			h.public = value
		}
	}
	return h
}

func (h header) readCharter(archive *txtar.Archive, features []bot.Feature) (*config.Charter, error) {
	for _, f := range archive.Files {
		if f.Name == "charter.yaml" {
			return h.parse(f.Name, f.Data)
		}
	}
	data, ok := config.Shipped(h.charter)
	if !ok {
		return nil, errors.New("no charter is shipped as " + h.charter)
	}
	charter, err := h.parse(h.charter+".yaml", data)
	if err != nil {
		return nil, err
	}
	charter.Rights = slices.DeleteFunc(charter.Rights, func(r config.Right) bool { return !covers(r.ID, features) })
	return charter.Indexed(), nil
}

func (h header) parse(name string, data []byte) (*config.Charter, error) {
	charter, problems := config.ParseCharter(name, data)
	if len(problems) > 0 {
		return nil, problems
	}
	if h.lang != "" {
		charter.Community.Locale = h.lang
	}
	return charter, nil
}

// covers reports whether a key of the rights is a command of the features, or
// the beginning of one.
func covers(key string, features []bot.Feature) bool {
	for _, f := range features {
		for _, c := range f.Commands {
			if key == "" || c.Name == key || strings.HasPrefix(c.Name, key+" ") {
				return true
			}
		}
	}
	return false
}

// seeded gives the same random bytes in every run.
type seeded struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

// fixedKey is the key of the installation in conversations.
var fixedKey = make([]byte, 32)

func newSeeded() *seeded { return &seeded{source: rand.NewChaCha8([32]byte{})} }

func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Read(p)
}
