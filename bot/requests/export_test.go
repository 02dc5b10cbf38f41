package requests

import (
	"context"
	"time"

	"greffier/bot"
	"greffier/store"
)

// Snapshot reads every request and its supporters.
func Snapshot(tx store.Tx, all map[uint64]Request, supporters map[uint64][]bot.MemberID) {
	for id, r := range requests.Prefix(tx, nil) {
		all[numberOf(id)] = r
	}
	for id := range supports.IDs(tx) {
		n, who := pair(id)
		supporters[n] = append(supporters[n], bot.MemberID(who))
	}
}

// Fill puts n requests into a register, in a few large transactions.
func Fill(ctx context.Context, s store.Store, n int, say func(int) (title, useCase string, author bot.MemberID)) error {
	const together = 5000
	for first := 1; first <= n; first += together {
		err := s.Update(ctx, func(tx store.Tx) error {
			c := &bot.Ctx{Tx: tx}
			for i := first; i < first+together && i <= n; i++ {
				title, useCase, author := say(i)
				r := &Request{
					Number: requests.NextID(tx), At: time.Unix(int64(i), 0), Author: author, Title: title, UseCase: useCase,
					Kind: "idea", Path: "long", Stage: []string{"asked", "small", "big", "voted", "done"}[i%5], State: Open,
				}
				if r.Stage == "done" {
					r.State = Done
				}
				save(c, nil, r)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Harm breaks one thing about request 1, behind the back of everything else.
func Harm(tx store.Tx, what string) {
	r, _ := requests.Get(tx, store.K(1))
	switch what {
	case "support":
		supports.Delete(tx, store.K(1, 2))
	case "comment":
		comments.Delete(tx, store.K(1, 1))
	case "set":
		flip(tx, "kind idea", 5, true)
	default:
		old := r.clone()
		switch what {
		case "stage":
			r.Stage = "nowhere"
		case "into":
			r.State, r.Into = Merged, 99
		case "state":
			r.State = "lost"
		}
		requests.Put(tx, store.K(1), r)
		keepSets(tx, &old, &r)
	}
}
