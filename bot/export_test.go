package bot_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"greffier/bot"
	"greffier/config"
	"greffier/store"
	"greffier/store/bolt"
)

// rulings is a feature that decides at once and exports two tables, mingled.
func rulings() bot.Feature {
	words := &fstest.MapFile{Data: []byte(`
commands:
  rule: {word: rule, help: "Rulings & such"}
  rule new: {word: new, help: Rule, options: {title: {word: title, help: Title}}}
messages:
  rule.done: "Ruled by {{.who}}"
`)}
	return bot.Feature{
		Name:   "rule",
		Locale: fstest.MapFS{"locale/en.yaml": words, "locale/fr.yaml": words},
		Commands: []*bot.Command{bot.Cmd("rule new", func(c *bot.Ctx, in struct {
			Title string `opt:"title,rest"`
		},
		) (bot.Reply, error) {
			c.Record(bot.Entry{Subject: "rule/1", Data: map[string]string{"title": in.Title}})
			n := c.Decide(bot.Decision{Title: in.Title, Outcome: bot.T("rule.done", "who", c.Caller.ID), Author: c.Caller.ID, Adopted: true, Group: "pinners"})
			return bot.Say("rule.done", "who", bot.MemberID(n)), nil
		}, bot.Free)},
		Cards: map[string]bot.CardFunc{"rule": func(c *bot.Ctx, key string) (bot.Card, bool) {
			for _, d := range bot.Decisions.Prefix(c.Tx, nil) {
				if key == fmt.Sprintf("rule/%d", d.Number) {
					return bot.Card{Title: bot.Typed(d.Title), Body: d.Outcome, Fields: []bot.CardField{{Label: bot.T("yes"), Value: bot.Lines(bot.Typed("a*b"), bot.Typed("c"))}, {Label: bot.T("no")}}}, true
				}
			}
			return bot.Card{}, false
		}},
		Keys: func(c *bot.Ctx, yield func(string)) {
			for _, d := range bot.Decisions.Prefix(c.Tx, nil) {
				yield(fmt.Sprintf("rule/%d", d.Number))
			}
		},
		Export: func(c *bot.Ctx, yield func(string, any)) {
			for _, d := range bot.Decisions.Prefix(c.Tx, nil) {
				yield("rulings", ruling{Number: d.Number, wording: wording{Title: d.Title}, Tags: []string{"=x"}, Hidden: "hidden"})
				yield("tags", map[string]string{"of": d.Title})
			}
		},
	}
}

type ruling struct {
	Number uint64 `json:"number"`
	wording
	Tags   []string `json:"tags"`
	Hidden string   `json:"-"`
}

type wording struct {
	Title string  `json:"title"`
	Note  *string `json:"note,omitempty"`
}

// exportDesk is a register with decisions, one of whose authors was erased.
func exportDesk(t testing.TB) desk {
	t.Helper()
	d := rulingDesk(t)
	for i, line := range []string{"/rule new =1+1", `/rule new "<b>bold</b> & @channel"`, "/note pin «café», \"twice\""} {
		if a := d.says("alice", fmt.Sprint("a", i), line); a.Refused {
			t.Fatalf("%s: %s", line, a.Text)
		}
	}
	d.says("zoe", "z1", "/rule new secret garden")
	d.says("zoe", "z2", "/forget")
	return d
}

// rulingDesk is an empty register on which members rule, and are forgotten.
func rulingDesk(t testing.TB) desk {
	t.Helper()
	s, err := bolt.Open(filepath.Join(t.TempDir(), "register.db"), bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ch, problems := config.ParseCharter("charter.yaml", []byte(noteCharter))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w, clock := &wall{}, bot.NewSandboxClock(time.Date(2026, 3, 2, 9, 0, 0, 123, time.UTC), false)
	forgetting := bot.Feature{
		Name: "forget",
		Locale: fstest.MapFS{
			"locale/en.yaml": {Data: []byte("commands: {forget: {word: forget, help: Forget}}")},
			"locale/fr.yaml": {Data: []byte("commands: {forget: {word: forget, help: Forget}}")},
		},
		Commands: []*bot.Command{bot.Cmd("forget", func(c *bot.Ctx, _ struct{}) (bot.Reply, error) {
			c.Erase(c.Caller.ID)
			return bot.Reply{}, nil
		}, bot.Free)},
	}
	b, err := bot.New(context.Background(), bot.Options{
		Store: s, Charter: ch, Features: []bot.Feature{noteFeature(), rulings(), forgetting}, Adapters: map[string]bot.Adapter{"console": w}, Clock: clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	return desk{b, w, clock, s}
}

func exportOf(t testing.TB, d desk, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.Export(context.Background(), format, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExportJSONIsReadBack(t *testing.T) {
	d := exportDesk(t)
	out := exportOf(t, d, "json")
	if !json.Valid(out) || bytes.Contains(out, []byte("zoe")) || bytes.Contains(out, []byte("hidden")) || !bytes.Contains(out, []byte("<b>")) {
		t.Errorf("the export reads\n%s", out)
	}
	x, err := bot.ReadExport(bytes.NewReader(out))
	if err != nil || len(x.Verification.Findings) > 0 {
		t.Fatalf("read back: %v, %v", err, d.SayFindings(x.Verification, "en"))
	}
	v, err := d.Verify(t.Context())
	if err != nil || len(v.Findings) > 0 || v.Digest != x.Verification.Digest || v.Entries != x.Verification.Entries || v.Erased != x.Verification.Erased || v.Erased != 1 {
		t.Errorf("the export verifies as %+v, the register as %+v (%v)", x.Verification, v, err)
	}
	want := map[string]int{"members": 3, "accounts": 2, "decisions": 3, "journal": 7, "rulings": 3, "tags": 3}
	if fmt.Sprint(x.Records) != fmt.Sprint(want) || x.Community != "Testers" || !x.At.Equal(d.clock.Now()) {
		t.Errorf("read back %+v, want records %v", x, want)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, out, "", "  "); err != nil {
		t.Fatal(err)
	}
	if x, err := bot.ReadExport(&pretty); err != nil || len(x.Verification.Findings) > 0 {
		t.Errorf("indented, the export is no longer sound: %v, %v", err, x.Verification.Findings)
	}
}

// An export of version 1, as it was written once, stays readable and sound.
func TestExportOfVersion1IsRead(t *testing.T) {
	data, err := os.ReadFile("testdata/export-1.json")
	if err != nil {
		t.Fatal(err)
	}
	x, err := bot.ReadExport(bytes.NewReader(data))
	if err != nil || len(x.Verification.Findings) > 0 || x.Verification.Entries != 3 || x.Verification.Erased != 1 || x.Records["decisions"] != 1 {
		t.Errorf("it is read as %+v, %v", x, err)
	}
}

func TestReadExportFindsWhatWasChanged(t *testing.T) {
	d := exportDesk(t)
	out := string(exportOf(t, d, "json"))
	for name, change := range map[string][2]string{
		"a word in the journal":    {`"data":{"title":"=1+1"}`, `"data":{"title":"=1+2"}`},
		"a decision's sealed form": {`"sealed":{"number":1,"at":"2026-03-02T09:00:00.000000123Z","title":"=1+1"`, `"sealed":{"number":1,"at":"2026-03-02T09:00:00.000000123Z","title":"=1+2"`},
		"a decision's title":       {`{"number":2,"at":"2026-03-02T09:00:00.000000123Z","title":"<b>`, `{"number":2,"at":"2026-03-02T09:00:00.000000123Z","title":"<i>`},
		"the digest":               {`"journal":"7-`, `"journal":"8-`},
		"an entry's number":        {`{"number":2,"at":"2026-03-02T09:00:00.000000123Z","who":1,"what":"decision"`, `{"number":9,"at":"2026-03-02T09:00:00.000000123Z","who":1,"what":"decision"`},
		"a moment":                 {`{"number":3,"at":"2026-03-02T09:00:00.000000123Z","who":1,"what":"rule new"`, `{"number":3,"at":"2026-03-02T09:00:00.000000124Z","who":1,"what":"rule new"`},
	} {
		changed := strings.Replace(out, change[0], change[1], 1)
		if changed == out {
			t.Errorf("%s: %s is not in\n%s", name, change[0], out)
			continue
		}
		x, err := bot.ReadExport(strings.NewReader(changed))
		if err != nil || len(x.Verification.Findings) == 0 {
			t.Errorf("%s was changed: %v, %v", name, err, x.Verification.Findings)
		}
	}
	lines := strings.SplitAfter(out, "\n")
	for i, line := range lines {
		if strings.Contains(line, `"title":"<b>`) && strings.Contains(line, `"sealed"`) {
			x, err := bot.ReadExport(strings.NewReader(strings.Join(lines[:i], "") + strings.Join(lines[i+1:], "")))
			if err != nil || len(x.Verification.Findings) != 1 || x.Verification.Findings[0].What.Key != "verify.decision-gone" {
				t.Errorf("a decision was taken out: %v, %v", err, x.Verification.Findings)
			}
		}
	}
	for _, bad := range []string{
		"", "{}", "[]", "null", `{"tables":{}}`, out[:len(out)/2], out + "{}", strings.Replace(out, `"format"`, `"fromat"`, 1),
		strings.Replace(out, `"version":1`, `"version":2`, 1), strings.Replace(out, `"rulings":`, `"tags":`, 1),
		strings.Replace(out, `"link":"`, `"link":"x`, 1), strings.Replace(out, `"zone"`, `"journal"`, 1),
	} {
		if x, err := bot.ReadExport(strings.NewReader(bad)); !errors.Is(err, bot.ErrNoExport) {
			t.Errorf("%.60q was read as %+v, %v", bad, x, err)
		}
	}
	broken := errors.New("the disk fell out")
	if _, err := bot.ReadExport(io.MultiReader(strings.NewReader(out[:500]), iotest.ErrReader(broken))); !errors.Is(err, broken) || errors.Is(err, bot.ErrNoExport) {
		t.Errorf("a reader that fails gives %v", err)
	}
}

func TestExportCSVHoldsNoFormula(t *testing.T) {
	out := exportOf(t, exportDesk(t), "csv")
	z, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string][][]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		tables[f.Name] = rows
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("%s: the cell %q is a formula", f.Name, cell)
				}
			}
		}
	}
	if got := fmt.Sprint(tables["rulings.csv"][:2]); got != `[[number title note tags] [1 '=1+1  ["=x"]]]` {
		t.Errorf("rulings.csv begins with %s", got)
	}
	if len(tables["tags.csv"]) != 4 || len(tables["journal.csv"]) != 8 || len(tables["members.csv"]) != 4 {
		t.Errorf("the tables are %v", tables)
	}
}

func TestExportMarkdown(t *testing.T) {
	got := string(exportOf(t, exportDesk(t), "markdown"))
	want := `# Registre de Testers

Tel qu'il était le lundi 2 mars 2026 à 10h00. Empreinte du journal : `
	if !strings.HasPrefix(got, want) {
		t.Errorf("the document begins with %q", got[:min(len(got), 200)])
	}
	_, body, _ := strings.Cut(got, "\n## ")
	if want := `Rulings & such

### \=1+1

Ruled by alice

- **oui :** a\*b  
  c

### \<b\>bold\</b\> & \@channel

Ruled by alice

- **oui :** a\*b  
  c

### secret garden

Ruled by ancien membre

- **oui :** a\*b  
  c
`; body != want {
		t.Errorf("the document reads\n%s\nwant\n%s", body, want)
	}
}

func TestExportErrors(t *testing.T) {
	d := exportDesk(t)
	if err := d.Export(t.Context(), "xml", io.Discard); !errors.Is(err, bot.ErrFormat) {
		t.Errorf("an unknown format gives %v", err)
	}
	broken := errors.New("the pipe is broken")
	for _, format := range bot.ExportFormats {
		if err := d.Export(t.Context(), format, failing{broken}); !errors.Is(err, broken) {
			t.Errorf("%s: a writer that fails gives %v", format, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestVerifyFindsDecisions(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(store.Tx)
		want  string
	}{
		"changed": {func(tx store.Tx) {
			dec, _ := bot.Decisions.Get(tx, store.K(2))
			dec.Adopted = false
			bot.Decisions.Put(tx, store.K(2), dec)
		}, "verify.decision-changed"},
		"removed":            {func(tx store.Tx) { bot.Decisions.Delete(tx, store.K(2)) }, "verify.decision-gone"},
		"removed at the end": {func(tx store.Tx) { bot.Decisions.Delete(tx, store.K(3)) }, "verify.decision-gone"},
		"added": {func(tx store.Tx) {
			bot.Decisions.Put(tx, store.K(4), bot.Decision{Number: 4, Title: "forged", Entry: 99})
		}, "verify.decision-unsealed"},
		"sealed by another": {func(tx store.Tx) {
			dec, _ := bot.Decisions.Get(tx, store.K(2))
			dec.Number = 4
			bot.Decisions.Put(tx, store.K(4), dec)
		}, "verify.decision-changed"},
	} {
		t.Run(name, func(t *testing.T) {
			d := exportDesk(t)
			err := d.store.Update(t.Context(), func(tx store.Tx) error { c.spoil(tx); return nil })
			if err != nil {
				t.Fatal(err)
			}
			v, err := d.Verify(t.Context())
			if err != nil || len(v.Findings) != 1 || v.Findings[0].What.Key != c.want {
				t.Errorf("found %v, %v", d.SayFindings(v, "en"), err)
			}
		})
	}
}

func TestSayFindings(t *testing.T) {
	d := exportDesk(t)
	v, err := d.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v.Counted = 2
	v.Findings = append(v.Findings, bot.Finding{Where: "vote/1", What: bot.T("verify.gap", "entry", 4)})
	got := strings.Join(d.SayFindings(v, "fr"), "\n")
	want := `vote/1 : l'entrée 4 du journal manque
Le journal compte 7 entrées (effacées : 1) et finit sur l'empreinte ` + v.Digest + `.
2 votes clos ont été recomptés.
1 chose ne concorde pas. Gardez ce fichier tel quel, et comparez-le à la dernière sauvegarde.`
	if got != want {
		t.Errorf("said\n%s\nwant\n%s", got, want)
	}
}

// FuzzExport reads files that may come from anybody: ReadExport must end, with
// the error it documents or with what it found, and what it takes for sound must
// be sound when it is read again.
func FuzzExport(f *testing.F) {
	out, err := os.ReadFile("testdata/export-1.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out)
	f.Add(bytes.Replace(out, []byte(`"data":{`), []byte(`"payload":"{}","data":{`), 1))
	f.Add([]byte(`{"format":"greffier-export","version":1,"journal":"0-000000000000","tables":{}}`))
	f.Add([]byte(`{"format":"greffier-export","version":1,"tables":{"decisions":[{"sealed":{"outcome":{"j":[{"w":{"fr":"x"}}]}}}],"x":[[[]]]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := bot.ReadExport(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, bot.ErrNoExport) {
				t.Fatalf("undocumented error %v", err)
			}
			return
		}
		again, err := bot.ReadExport(iotest.OneByteReader(bytes.NewReader(data)))
		if err != nil || len(again.Verification.Findings) != len(x.Verification.Findings) || again.Verification.Digest != x.Verification.Digest {
			t.Fatalf("read again it is %+v (%v), first it was %+v", again, err, x)
		}
	})
}
