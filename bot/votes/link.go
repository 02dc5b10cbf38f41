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
			v.redraw(c)
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

// oneSeat leaves one line of the two numbers on a roll, and has the one that stays
// hold and cast what the other did. Nobody holds a proxy of their own.
func oneSeat(c *bot.Ctx, v *Vote, l bot.Linked) {
	roll.Change(c.Tx, voteID(v.Number), func(id []byte, r *rollEntry) bool {
		holder, by := l.Move(&r.Holder), l.Move(&r.By)
		if of := voiceIn(id).member(); r.Holder == l.Kept && (of == l.Kept || of == l.Gone) {
			r.Holder, holder = 0, true
		}
		return holder || by
	})
	gone, there := roll.Get(c.Tx, rollID(v.Number, voiceOf(l.Gone)))
	if !there {
		return
	}
	kept, known := roll.Get(c.Tx, rollID(v.Number, voiceOf(l.Kept)))
	if kept.Entitled && gone.Entitled && !v.class(gone.Class).Advisory {
		t, _ := turnouts.Get(c.Tx, voteID(v.Number))
		t.Entitled--
		turnouts.Put(c.Tx, voteID(v.Number), t)
	}
	roll.Delete(c.Tx, rollID(v.Number, voiceOf(l.Gone)))
	_, voted := ballotOf(c, v, voiceOf(l.Kept))
	one := gone
	if known && kept.Entitled {
		one = kept
	}
	one.Entitled, one.Present, one.Voted = kept.Entitled || gone.Entitled, kept.Present || gone.Present, v.Rule.Secret && voted
	roll.Put(c.Tx, rollID(v.Number, voiceOf(l.Kept)), one)
}
