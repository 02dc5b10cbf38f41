package votes

import (
	"slices"

	"greffier/bot"
)

// linked makes one voter of two members who are one person. Of two ballots in a
// vote that is still open the one cast first stays, and the person is told; closed
// votes stay as they were counted.
func linked(c *bot.Ctx, l bot.Linked) error {
	for _, state := range []State{Open, Waiting} {
		for _, id := range slices.Collect(votes.By(c.Tx, "state", stateKey(state))) {
			v, _ := votes.Get(c.Tx, id)
			if v.Author == l.Gone {
				v.Author = l.Kept
				votes.Put(c.Tx, id, v)
			}
			if v.State != Open {
				continue
			}
			oneBallot(c, &v, l)
			oneSeat(c, &v, l)
			c.Redraw(v.key())
			t, _ := turnouts.Get(c.Tx, voteID(v.Number))
			if v.Rule.CloseEarly && everyoneVoted(c, &v, t) {
				if err := closeVote(c, &v, ByTurnout); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// oneBallot leaves one ballot of the two numbers, under the one that stays.
func oneBallot(c *bot.Ctx, v *Vote, l bot.Linked) {
	kept, gone := placeOf(c, v, voiceOf(l.Kept)), placeOf(c, v, voiceOf(l.Gone))
	first, had := kept.ballot(c)
	second, also := gone.ballot(c)
	if !also {
		return
	}
	putBallot(c, v, gone, &second, nil)
	switch {
	case !had:
		putBallot(c, v, kept, nil, &second)
		return
	case castFirst(c, v, l) == l.Gone:
		putBallot(c, v, kept, &first, &second)
		first = second
	}
	said := bot.T("vote.linked-secret", "number", v.Number, "title", v.Title, "command", bot.CommandText("vote show"))
	if !v.Rule.Secret {
		said = bot.T("vote.linked", "number", v.Number, "title", v.Title, "choice", first.say(v), "command", bot.CommandText("vote show"))
	}
	c.Write(l.Kept, said)
}

// castFirst tells which of the two cast the ballot they have before the other, as
// the journal has it.
func castFirst(c *bot.Ctx, v *Vote, l bot.Linked) bot.MemberID {
	since := map[bot.MemberID]uint64{}
	for e := range c.Entries {
		if e.Subject != v.key() || e.Who != l.Kept && e.Who != l.Gone {
			continue
		}
		switch _, voted := since[e.Who]; {
		case e.What == "vote withdraw":
			delete(since, e.Who)
		case e.What == "vote cast" && !voted:
			since[e.Who] = e.Seq
		}
	}
	if gone, ok := since[l.Gone]; ok && gone < since[l.Kept] {
		return l.Gone
	}
	return l.Kept
}

// oneSeat leaves one line of the two numbers on a roll.
func oneSeat(c *bot.Ctx, v *Vote, l bot.Linked) {
	gone, there := roll.Get(c.Tx, rollID(v.Number, voiceOf(l.Gone)))
	if !there {
		return
	}
	kept, _ := roll.Get(c.Tx, rollID(v.Number, voiceOf(l.Kept)))
	if kept.Entitled && gone.Entitled {
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		t.Entitled--
		turnouts.Put(c.Tx, voteID(v.Number), t)
	}
	roll.Delete(c.Tx, rollID(v.Number, voiceOf(l.Gone)))
	_, voted := ballotOf(c, v, voiceOf(l.Kept))
	roll.Put(c.Tx, rollID(v.Number, voiceOf(l.Kept)), rollEntry{
		Entitled: kept.Entitled || gone.Entitled, Present: kept.Present || gone.Present, Voted: v.Rule.Secret && voted,
	})
}
