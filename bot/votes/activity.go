package votes

import "greffier/bot"

// activity counts the closed votes in which members took part; what they voted is
// no matter.
func activity(c *bot.Ctx, a *bot.ActivityAsked) error {
	for id := range votes.ByDown(c.Tx, "state", stateKey(Closed)) {
		v, ok := votes.Get(c.Tx, id)
		if !ok || !a.In(v.Closes) {
			continue
		}
		took := map[voice]bool{}
		for by := range rollOf(c, &v) {
			took[by] = hasVoted(c, &v, by)
		}
		if !v.Rule.Secret {
			for id := range ballots.Prefix(c.Tx, voteID(v.Number)) {
				took[voiceIn(id)] = true
			}
		}
		for by, voted := range took {
			if who := by.member(); voted && who != 0 {
				a.Did(who, "vote.activity")
			}
		}
	}
	return nil
}
