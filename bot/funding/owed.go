package funding

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"greffier/bot"
)

type owedArgs struct {
	Number int `opt:"number,optional"`
}

// shownOwed is from how many lines on no other funding is listed in words: all of them
// are in the table.
const shownOwed = 60

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
	left := 0 // how many amounts the table alone has
	names := map[uint64]string{}
	for _, f := range all {
		shown := len(lines) < shownOwed
		if shown {
			lines = append(lines, bot.T("fund.owed", "number", f.Number, "title", f.Title, "target", f.Target))
		}
		for _, o := range owed(c, f) {
			if _, known := names[o.organisation]; !known {
				names[o.organisation] = said.Plain(nameOf(c, o.organisation))
			}
			if shown {
				lines = append(lines, bot.T("fund.owed-line", "organisation", names[o.organisation], "amount", o.amount))
			} else {
				left++
			}
			rows = append(rows, []string{
				strconv.FormatUint(f.Number, 10), cell(f.Title), cell(names[o.organisation]), number(o.amount, c.Locale()), o.amount.Code(),
				f.Settled.In(c.Charter.Location()).Format(time.DateOnly),
			})
		}
	}
	if left > 0 {
		lines = append(lines, bot.T("fund.owed-more", "count", left))
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
