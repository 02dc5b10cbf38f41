package newsletter

import "greffier/bot"

// export hands over every issue.
func export(c *bot.Ctx, yield func(table string, record any)) {
	for _, i := range issues.Prefix(c.Tx, nil) {
		yield("newsletters", i)
	}
}

// personal hands over the issues that a member prepared.
func personal(c *bot.Ctx, who bot.MemberID, yield func(table string, record any)) {
	for _, i := range issues.WithNumber(c.Tx, nil, uint64(who)) {
		if i.By == who {
			yield("newsletters", i)
		}
	}
}

// linked makes one person's what was two members'.
func linked(c *bot.Ctx, l bot.Linked) error {
	issues.Change(c.Tx, nil, func(_ []byte, i *Issue) bool { return l.Move(&i.By) })
	return nil
}
