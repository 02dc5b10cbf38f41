package bot

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"greffier/store"
)

// ExportFormats are the formats Export writes.
var ExportFormats = []string{"json", "csv", "markdown"}

// ErrFormat says that Export knows no such format.
var ErrFormat = errors.New("bot: unknown export format")

// Export writes the register to w: all of it but who cast which secret ballot,
// what was erased, and the clerk's own machinery (jobs, outbox, saved replies).
//
//   - "json": one document, which ReadExport checks;
//   - "csv": a zip with one file for each table, for tables have different
//     columns, and one file can be written to w and handed over;
//   - "markdown": the decisions, requests and votes as a document to read, in
//     the community's language.
//
// It reads one snapshot and keeps a record at a time in memory. The snapshot
// lasts as long as w takes, and the data file cannot reuse space meanwhile: w
// should be a file. The error is w's, the store's, or wraps ErrFormat.
func (b *Bot) Export(ctx context.Context, format string, w io.Writer) error {
	write, ok := map[string]func(*exporter){
		"json":     func(e *exporter) { e.json(e.register...) },
		"csv":      (*exporter).csv,
		"markdown": (*exporter).markdown,
	}[format]
	if !ok {
		return fmt.Errorf("%w: %q", ErrFormat, format)
	}
	return b.store.View(ctx, func(tx store.Tx) error {
		e := newExporter(b.context(tx, Event{}, b.clock.Now()), w)
		write(e)
		e.flush()
		return nil
	})
}

// records hands over the records of some tables. It may be run several times.
type records func(yield func(table string, record any))

// exporter writes an export. Its methods panic with a store.Fault when w fails,
// which View turns into an error.
type exporter struct {
	c *Ctx
	w *bufio.Writer
	// register is everything there is to export.
	register []records
	tables   map[string]bool
}

func newExporter(c *Ctx, w io.Writer) *exporter {
	e := &exporter{c: c, w: bufio.NewWriterSize(w, 64<<10), tables: map[string]bool{}}
	e.register = []records{c.exportMembers, c.exportAccounts, c.exportOrganisations, func(y func(string, any)) { c.exportEnrolments(0, y) }, c.exportDecisions, c.exportTalk, c.exportJournal}
	for _, f := range c.bot.features {
		if f.Export != nil {
			e.register = append(e.register, func(yield func(string, any)) { f.Export(c, yield) })
		}
	}
	return e
}

func must(err error) {
	if err != nil {
		panic(store.Fault{Err: fmt.Errorf("bot: export: %w", err)})
	}
}

func (e *exporter) write(s string) {
	_, err := e.w.WriteString(s)
	must(err)
}

func (e *exporter) flush() { must(e.w.Flush()) }

// sink takes the records of one table.
type sink interface {
	begin(table string)
	record(r any)
	end()
}

// each gives every table of some sources to a sink, one table after the other,
// though a source may hand over several at once: it is run once for each. Two
// sources with the same table are a mistake of the program.
func (e *exporter) each(out sink, sources ...records) {
	for _, source := range sources {
		done := map[string]bool{}
		for more := true; more; {
			more = false
			at := ""
			source(func(table string, record any) {
				switch {
				case at == "" && !done[table]:
					if e.tables[table] {
						panic(fmt.Sprintf("bot: two features export a table %q", table))
					}
					at, done[table], e.tables[table] = table, true, true
					out.begin(table)
					out.record(record)
				case at == table:
					out.record(record)
				case !done[table]:
					more = true
				}
			})
			if at != "" {
				out.end()
			}
		}
	}
}

// What an export says it is.
const (
	exportFormat  = "greffier-export"
	exportVersion = 1
)

// exportHead is how a JSON export begins; the tables follow.
type exportHead struct {
	Format    string    `json:"format"`
	Version   int       `json:"version"`
	Community string    `json:"community"`
	Locale    string    `json:"locale"`
	Zone      string    `json:"zone"`
	Exported  time.Time `json:"exported"`
	// Journal is the digest of the journal's end.
	Journal string `json:"journal"`
}

func (e *exporter) head() exportHead {
	community := e.c.Charter.Community
	return exportHead{
		exportFormat, exportVersion, community.Name, community.Locale, e.c.Charter.Location().String(), e.c.Now, e.c.Digest(),
	}
}

// json writes the tables of the sources as one document: the head's fields, and
// "tables" with an array of records for each.
func (e *exporter) json(sources ...records) {
	head := bytes.TrimSuffix(encoded(e.head()), []byte("}"))
	e.write(string(head) + `,"tables":{`)
	e.each(&jsonTables{e: e}, sources...)
	e.write("\n}}\n")
}

type jsonTables struct {
	e           *exporter
	tables, row int
}

func (j *jsonTables) begin(table string) {
	if j.tables++; j.tables > 1 {
		j.e.write(",")
	}
	j.row = 0
	j.e.write("\n" + string(encoded(table)) + ":[")
}

func (j *jsonTables) record(r any) {
	if j.row++; j.row > 1 {
		j.e.write(",")
	}
	j.e.write("\n" + string(encoded(r)))
}

func (j *jsonTables) end() { j.e.write("\n]") }

// encoded is JSON for people: < and & stay as they are.
func encoded(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	must(enc.Encode(v))
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (c *Ctx) exportMembers(yield func(string, any)) {
	for _, m := range members.Prefix(c.Tx, nil) {
		yield("members", m.exported())
	}
}

func (c *Ctx) exportAccounts(yield func(string, any)) {
	for id, r := range accounts.Prefix(c.Tx, nil) {
		yield("accounts", exportAccount(id, r))
	}
}

func (c *Ctx) exportDecisions(yield func(string, any)) {
	for _, d := range Decisions.Prefix(c.Tx, nil) {
		yield("decisions", c.exportDecision(d))
	}
}

func (c *Ctx) exportJournal(yield func(string, any)) {
	for key, r := range journal.Prefix(c.Tx, nil) {
		var seq uint64
		must(store.ParseKey(key, &seq))
		yield("journal", exportEntry(seq, r))
	}
}

// exportedDecision is a decision in the community's language, and as the
// register keeps it, which is what the journal sealed.
type exportedDecision struct {
	Number   uint64          `json:"number"`
	At       time.Time       `json:"at"`
	Title    string          `json:"title"`
	Outcome  string          `json:"outcome"`
	Why      string          `json:"why,omitempty"`
	Adopted  bool            `json:"adopted"`
	Advisory bool            `json:"advisory,omitempty"`
	Subject  string          `json:"subject,omitempty"`
	By       string          `json:"by,omitempty"`
	Group    string          `json:"group,omitempty"`
	Rule     string          `json:"rule,omitempty"`
	Author   MemberID        `json:"author,omitempty"`
	Sealed   json.RawMessage `json:"sealed"`
}

func (c *Ctx) exportDecision(d Decision) exportedDecision {
	s := c.Speaker(c.Charter.Community.Locale)
	return exportedDecision{
		d.Number, d.At, d.Title, s.Plain(d.Outcome), s.Plain(d.Why), d.Adopted, d.Advisory,
		d.Subject, d.By, d.Group, d.Rule, d.Author, mustJSON(d),
	}
}

// exportedEntry is a journal entry with what it takes to check the chain: its
// salt, or the commitment that is left of it, and its link.
type exportedEntry struct {
	Number     uint64            `json:"number"`
	At         time.Time         `json:"at"`
	Who        MemberID          `json:"who,omitempty"`
	What       string            `json:"what,omitempty"`
	Subject    string            `json:"subject,omitempty"`
	Rule       string            `json:"rule,omitempty"`
	Data       map[string]string `json:"data,omitempty"`
	Erased     bool              `json:"erased,omitempty"`
	Salt       string            `json:"salt,omitempty"`
	Commitment string            `json:"commitment,omitempty"`
	// Payload is what was committed to, where the fields above do not give it
	// again byte for byte.
	Payload string `json:"payload,omitempty"`
	Link    string `json:"link"`
}

func exportEntry(seq uint64, r journalRecord) exportedEntry {
	x := exportedEntry{Number: seq, At: time.Unix(0, r.at).UTC(), Erased: r.erased, Link: hex.EncodeToString(r.link[:])}
	if r.erased {
		x.Commitment = hex.EncodeToString(r.promise[:])
		return x
	}
	e := r.entry(seq)
	x.Who, x.What, x.Subject, x.Rule, x.Data = e.Who, e.What, e.Subject, e.Rule, e.Data
	x.Salt = hex.EncodeToString(r.salt[:])
	if !bytes.Equal(mustJSON(x.entry()), r.payload) {
		x.Payload = string(r.payload)
	}
	return x
}

func (x exportedEntry) entry() Entry {
	return Entry{Who: x.Who, What: x.What, Subject: x.Subject, Rule: x.Rule, Data: x.Data}
}
