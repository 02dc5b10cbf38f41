package bot

import (
	"archive/zip"
	"encoding"
	"encoding/csv"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"unicode"
)

// csv writes a zip with one CSV file for each table: UTF-8 with the mark that
// spreadsheets want, commas, a first line with the names of the columns.
func (e *exporter) csv() {
	z := zip.NewWriter(e.w)
	must(z.SetComment(string(encoded(e.head()))))
	e.each(&csvTables{e: e, zip: z}, e.register...)
	must(z.Close())
}

type csvTables struct {
	e       *exporter
	zip     *zip.Writer
	table   string
	csv     *csv.Writer
	columns []string
}

func (t *csvTables) begin(table string) { t.table, t.csv = table, nil }

func (t *csvTables) record(r any) {
	if t.csv == nil {
		file, err := t.zip.CreateHeader(&zip.FileHeader{Name: t.table + ".csv", Method: zip.Deflate, Modified: t.e.c.Now})
		must(err)
		_, err = io.WriteString(file, "\uFEFF")
		must(err)
		t.csv, t.columns = csv.NewWriter(file), columnsOf(reflect.TypeOf(r))
		must(t.csv.Write(t.columns))
	}
	must(t.csv.Write(t.row(r)))
}

func (t *csvTables) end() {
	t.csv.Flush()
	must(t.csv.Error())
}

// whole is the one column of a record that has no fields of its own.
const whole = "record"

// columnsOf lists the JSON names of a struct's fields, in order.
func columnsOf(t reflect.Type) []string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct || saysItself(t) {
		return []string{whole}
	}
	var columns []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-", !f.IsExported(), f.Anonymous && name == "":
		case name == "":
			columns = append(columns, f.Name)
		default:
			columns = append(columns, name)
		}
	}
	return columns
}

// saysItself tells whether a type has its own way of being written as JSON.
func saysItself(t reflect.Type) bool {
	for _, way := range []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()} {
		if t.Implements(way) || reflect.PointerTo(t).Implements(way) {
			return true
		}
	}
	return false
}

func (t *csvTables) row(r any) []string {
	data := encoded(r)
	if len(t.columns) == 1 && t.columns[0] == whole {
		return []string{cell(data)}
	}
	var fields map[string]json.RawMessage
	must(json.Unmarshal(data, &fields))
	row := make([]string, len(t.columns))
	for i, name := range t.columns {
		row[i] = cell(fields[name])
	}
	return row
}

// cell is what a JSON value reads as in a spreadsheet: texts as they are, the
// rest as JSON writes it.
func cell(value json.RawMessage) string {
	var text string
	switch {
	case len(value) == 0 || string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return harmless(text)
	}
	return string(value)
}

// harmless keeps a text that somebody typed from being taken for a formula by a
// spreadsheet (OWASP, "CSV Injection"): an apostrophe before it makes it a text.
func harmless(text string) string {
	bare := strings.TrimLeftFunc(text, func(r rune) bool {
		return r == '\uFEFF' || r == '\u200B' || r != '\t' && r != '\r' && r != '\n' && unicode.IsSpace(r)
	})
	if bare != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(bare)[0]) {
		return "'" + text
	}
	return text
}
