package funding

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"greffier/bot"
)

type owedArgs struct {
	Number int `opt:"number,optional"`
}

// showOwed lists what each organisation is to pay, with a table for invoices.
func showOwed(c *bot.Ctx, in owedArgs) (bot.Reply, error) {
	all := reachedFundings(c)
	name := "fundings"
	if in.Number != 0 {
		f, err := find(c, in.Number)
		switch {
		case err != nil:
			return bot.Reply{}, err
		case f.Way.Share == "pot":
			return bot.Reply{}, bot.Refuse("fund.owed-pot", "number", f.Number, "envelope", envelopeName(c.Charter, f.Way.Envelope))
		case f.State != Reached:
			return bot.Reply{}, bot.Refuse("fund.owed-not-yet", "number", f.Number, "title", f.Title)
		}
		all, name = []*Funding{f}, fmt.Sprintf("funding-%d", f.Number)
	}
	if len(all) == 0 {
		return bot.Reply{}, bot.Refuse("fund.owed-none")
	}
	said := c.Speaker(c.Locale())
	head := []string{}
	for _, column := range []string{"funding", "title", "organisation", "amount", "currency", "since"} {
		head = append(head, said.Plain(bot.T("fund.column-"+column)))
	}
	rows := [][]string{head}
	var lines []bot.Text
	for _, f := range all {
		lines = append(lines, bot.T("fund.owed", "number", f.Number, "title", f.Title, "target", f.Target))
		for _, o := range owed(c, f) {
			lines = append(lines, bot.T("fund.owed-line", "organisation", nameOf(c, o.organisation), "amount", o.amount))
			rows = append(rows, []string{
				fmt.Sprint(f.Number), cell(f.Title), cell(said.Plain(nameOf(c, o.organisation))), number(o.amount, c.Locale()), o.amount.Code(),
				f.Settled.In(c.Charter.Location()).Format(time.DateOnly),
			})
		}
	}
	return bot.Reply{Text: bot.Lines(lines...), Files: []bot.File{table(name, c.Locale(), rows)}}, nil
}

// table writes rows as a spreadsheet of the reader's language opens them.
func table(name, locale string, rows [][]string) bot.File {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	if locale == "fr" {
		w.Comma = ';'
	}
	_ = w.WriteAll(rows) // a buffer takes everything
	return bot.File{Name: name + ".csv", Type: "text/csv; charset=utf-8", Data: b.Bytes()}
}

// number writes an amount as spreadsheets read it.
func number(m bot.Money, locale string) string {
	if locale == "fr" {
		return strings.Replace(m.Number(), ".", ",", 1)
	}
	return m.Number()
}

// cell keeps a spreadsheet from taking what somebody wrote for a formula.
func cell(s string) string {
	if strings.ContainsAny(s[:min(1, len(s))], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
