package meetings

import "greffier/bot"

// activity counts the meetings that members came to.
func activity(c *bot.Ctx, a *bot.ActivityAsked) error {
	for id, came := range attendance.Prefix(c.Tx, nil) {
		if _, who := pair(id); came.present() && a.In(came.Arrived) {
			a.Did(bot.MemberID(who), "meeting.activity")
		}
	}
	return nil
}
