// Package bot is the clerk itself: it knows no chat platform and no database.
//
// An Adapter turns what happens on its platform into an Event and hands it to
// Bot.Handle, which takes it down the one path (dispatch.go), in one
// transaction: was this event seen before? who is calling, and in which groups?
// may they? is anything missing? then the Command's handler runs, and what it
// changed, its journal entries, its Jobs and its Posts are kept together, or
// not at all. The answer goes back to the caller alone. What everybody is to
// see waits in the outbox (outbox.go) until the platform has taken it; a live
// card (cards.go) is drawn again, from the newest state, wherever it hangs.
//
// Where to look:
//
//	adapter.go    what a platform must do, and the values that go in and out
//	command.go    how a command is declared; bind.go reads its arguments
//	tree.go       all commands by their words; parse.go reads typed lines, and
//	              mistyped.go says what was probably meant
//	dispatch.go   the one path; seen.go remembers the events that took it
//	ctx.go        what a handler may do
//	member.go     people, their accounts and their groups; organisation.go those
//	              they belong to
//	money.go      exact amounts of a currency
//	documents.go  documents that are drawn when they are handed over
//	outbox.go     what is said; lanes.go sends it, to each platform by itself;
//	              undelivered.go tells what never could be
//	journal.go    the hash chain over everything that changed
//	jobs.go       what is due later, once; notices.go gathers what members are told,
//	              quiet.go leaves them alone when they want that, digest.go sums up
//	              what waits
//	schedule.go   what recurs, declared by the charter or kept in the register:
//	              a Job with Every, from Feature.Recurring or Ctx.Schedule
//	text.go       sentences that have no language yet; catalog.go gives them one
//	check.go      what must hold before the clerk starts
//
// Each folder beside these files is a Feature (requests, votes, funding, releases, newsletter,
// meetings, members, membership, reminders, timeline, register), but for when/, which
// reads dates, picture/, which draws bars, and locale/. They know the core and not each
// other; what one tells another is a signal (signals.go, gates.go, year.go).
package bot
