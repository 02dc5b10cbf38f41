package votes

import (
	"strings"

	"greffier/bot"
	"greffier/store"
)

// A receipt is a random code that comes with a secret ballot and stays with it when
// the voter changes it. Until the close the voter can read it again; at the close
// it is published beside the ballot, and nothing says any more whose it was.

const (
	// receiptAlphabet is Douglas Crockford's base 32: no I, L, O and U, which are
	// read as 1, 1, 0 and V.
	receiptAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	receiptLength   = 12 // 60 bits: nobody guesses one, and no two are the same
	receiptGroup    = 4
)

// receipt is where the ballot of a closed vote lies that has a code.
type receipt struct {
	Vote  uint64 `json:"v"`
	Place uint64 `json:"p"`
}

var receipts = store.NewTable[receipt]("receipt")

// newReceipt is the code of a ballot: that of the one before, or a new one.
func newReceipt(c *bot.Ctx, before *ballot) string {
	if before != nil && before.Receipt != "" {
		return before.Receipt
	}
	code := c.Random(receiptLength)
	for i := range code {
		code[i] = receiptAlphabet[code[i]%32]
	}
	return string(code)
}

// receiptText writes a code in groups.
func receiptText(code string) string {
	var groups []string
	for len(code) > receiptGroup {
		groups, code = append(groups, code[:receiptGroup]), code[receiptGroup:]
	}
	return strings.Join(append(groups, code), "-")
}

// readReceipt reads a code as somebody copied it; empty when it is none.
func readReceipt(typed string) string {
	var code strings.Builder
	for _, r := range strings.NewReplacer("O", "0", "I", "1", "L", "1", "U", "V").Replace(strings.ToUpper(typed)) {
		switch {
		case strings.ContainsRune(" -–—_.`'\"«»\u00a0\u202f", r):
		case r < 0x80 && strings.IndexByte(receiptAlphabet, byte(r)) >= 0:
			code.WriteRune(r)
		default:
			return ""
		}
	}
	if code.Len() != receiptLength {
		return ""
	}
	return code.String()
}

type receiptArgs struct {
	Code string `opt:"code,rest" max:"60"`
}

// showReceipt finds the ballot of a closed vote by its code, for whoever has it.
func showReceipt(c *bot.Ctx, in receiptArgs) (bot.Reply, error) {
	code := readReceipt(in.Code)
	if code == "" {
		return bot.Reply{}, bot.BadOption("code", "vote.receipt-form", "code", in.Code)
	}
	at, ok := receipts.Get(c.Tx, store.K(code))
	if !ok {
		return bot.Reply{}, bot.Refuse("vote.receipt-unknown", "code", receiptText(code), "command", bot.CommandText("vote show"))
	}
	v, _ := votes.Get(c.Tx, voteID(at.Vote))
	b, ok := secretBallots.Get(c.Tx, store.K(at.Vote, at.Place))
	if !ok {
		return bot.Reply{}, bot.Refuse("vote.receipt-unknown", "code", receiptText(code), "command", bot.CommandText("vote show"))
	}
	return bot.Say("vote.receipt-found", "code", receiptText(code), "number", v.Number, "title", v.Title, "choice", b.say(&v), "ended", v.Ended), nil
}

// receiptNote tells a voter the code of the ballot that they have just cast.
func receiptNote(b ballot) bot.Text {
	if b.Receipt == "" {
		return bot.Text{}
	}
	return bot.T("vote.receipt", "code", receiptText(b.Receipt), "command", bot.CommandText("vote receipt"))
}
