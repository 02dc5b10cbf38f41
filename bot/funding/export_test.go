package funding

import (
	"greffier/bot"
	"greffier/store"
)

// Snapshot reads every funding, and what each organisation owes or would owe.
func Snapshot(tx store.Tx) (all []Funding, owes map[uint64][]bot.Money) {
	c := &bot.Ctx{Tx: tx}
	owes = map[uint64][]bot.Money{}
	for _, f := range fundings.Prefix(tx, nil) {
		all = append(all, f)
		for _, o := range owed(c, &f) {
			owes[f.Number] = append(owes[f.Number], o.amount)
		}
	}
	return all, owes
}

// Harm breaks one thing about funding 1, behind the back of everything else.
func Harm(tx store.Tx, what string) {
	f, _ := fundings.Get(tx, store.K(1))
	switch what {
	case "sum":
		f.Firm = f.Target
	case "state":
		f.State = "odd"
	case "lost":
		pledges.Put(tx, store.K(99, 1), pledge{Firm: true})
	}
	fundings.Put(tx, store.K(1), f)
}
