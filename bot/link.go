package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"greffier/store"
)

// A person who has accounts on two platforms is two members until they say
// otherwise: /link shows a code to one account, and the other types it. Whoever
// has both is one person from then on, with the older member's number; the other
// number stays, and stands for the same person in what was recorded before.

// Linked says that two members were found to be one person: Gone's records are to
// become Kept's.
type Linked struct{ Kept, Gone MemberID }

// Move makes a record's member the one who stays, and reports whether it was the
// other.
func (l Linked) Move(who *MemberID) bool {
	if *who != l.Gone {
		return false
	}
	*who = l.Kept
	return true
}

// MoveIn does so in a list, in which nobody then stands twice.
func (l Linked) MoveIn(list []MemberID) ([]MemberID, bool) {
	at := slices.Index(list, l.Gone)
	if at < 0 {
		return list, false
	}
	list = slices.Clone(list)
	if slices.Contains(list, l.Kept) {
		return slices.Delete(list, at, at+1), true
	}
	list[at] = l.Kept
	return list, true
}

// linkCode is a code that was shown to an account and not used yet.
type linkCode struct {
	Member  MemberID  `json:"m"`
	Account string    `json:"a"` // platform:identifier
	Expires time.Time `json:"t"`
}

var (
	linkCodes = store.NewTable[linkCode]("link-code")
	// linkedTo holds for the number that went the one that stayed.
	linkedTo = store.NewTable[uint64]("linked")
)

const (
	// linkLasts is how long a code is good.
	linkLasts = 10 * time.Minute
	// codeSigns are those that nobody takes for others; eight of them make a code.
	codeSigns  = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeLength = 8
)

type linkArgs struct {
	Code string `opt:"code,optional" max:"20"`
	Sure bool   `opt:"sure,hidden"`
}

// link shows a code, or joins the caller with whoever was shown the one given.
func link(c *Ctx, in linkArgs) (Reply, error) {
	mine := c.account.Platform + ":" + c.account.ID
	if in.Code == "" {
		return Say("link.code", "code", c.newLinkCode(mine), "command", commandText("link"), "expires", c.Now.Add(linkLasts)), nil
	}
	code := strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(in.Code, "-", ""), " ", ""))
	shown, ok := linkCodes.Get(c.Tx, store.K(code))
	if !ok || c.Now.After(shown.Expires) {
		return Reply{}, Refuse("link.unknown", "command", commandText("link"))
	}
	other, _ := c.Member(shown.Member)
	switch {
	case shown.Account == mine:
		return Reply{}, Refuse("link.same-side")
	case other.ID == c.Caller.ID:
		return Reply{}, Refuse("link.already")
	case !other.here():
		return Reply{}, Refuse("link.unknown", "command", commandText("link"))
	}
	who := Typed(other.Name)
	if platform, _, _ := strings.Cut(shown.Account, ":"); platform != c.account.Platform {
		who = T("link.elsewhere", "name", other.Name, "platform", capital(platform))
	}
	if !in.Sure {
		return c.Ask(T("link.ask", "who", who), "link.sure"), nil
	}
	linkCodes.Delete(c.Tx, store.K(code))
	kept, gone := other, c.Caller
	if gone.ID < kept.ID {
		kept, gone = gone, kept
	}
	if err := c.join(kept, gone); err != nil {
		return Reply{}, err
	}
	return Say("link.done", "who", who, "command", commandText("me")), nil
}

// newLinkCode makes a code for an account, in place of the one it had.
func (c *Ctx) newLinkCode(account string) string {
	for _, id := range collect2(linkCodes.Prefix(c.Tx, nil)) {
		if old, _ := linkCodes.Get(c.Tx, id); old.Account == account || c.Now.After(old.Expires) {
			linkCodes.Delete(c.Tx, id)
		}
	}
	signs := c.Random(codeLength)
	for i, b := range signs {
		signs[i] = codeSigns[int(b)%len(codeSigns)]
	}
	linkCodes.Put(c.Tx, store.K(string(signs)), linkCode{c.Caller.ID, account, c.Now.Add(linkLasts)})
	return string(signs[:codeLength/2]) + "-" + string(signs[codeLength/2:])
}

// join makes one person of two members.
func (c *Ctx) join(kept, gone Member) error {
	for _, id := range collect(accounts.By(c.Tx, "member", store.K(uint64(gone.ID)))) {
		r, _ := accounts.Get(c.Tx, id)
		r.Member = kept.ID
		accounts.Put(c.Tx, id, r)
	}
	kept.Accounts = append(kept.Accounts, gone.Accounts...)
	if kept.Locale == "" {
		kept.Locale = gone.Locale
	}
	if gone.Joined.Before(kept.Joined) {
		kept.Joined = gone.Joined
	}
	c.PutMember(kept)
	c.PutMember(Member{ID: gone.ID, Erased: true})
	for _, id := range collect2(linkedTo.Prefix(c.Tx, nil)) {
		if to, _ := linkedTo.Get(c.Tx, id); to == uint64(gone.ID) {
			linkedTo.Put(c.Tx, id, uint64(kept.ID))
		}
	}
	linkedTo.Put(c.Tx, store.K(uint64(gone.ID)), uint64(kept.ID))
	c.moveMessages(kept.ID, gone.ID)
	c.moveOrganisations(Linked{kept.ID, gone.ID})
	c.moveEnrolments(Linked{kept.ID, gone.ID})
	c.Caller = kept
	c.groups = c.bot.groupsOf(c.Tx, c.Charter, kept, c.account)
	c.Record(Entry{
		What: "link", Subject: fmt.Sprintf("member/%d", kept.ID), Data: map[string]string{"with": fmt.Sprintf("member/%d", gone.ID)}, Quiet: true,
	})
	return c.Signal(Linked{kept.ID, gone.ID})
}

// moveMessages has what was still to be told to one number told to the other.
func (c *Ctx) moveMessages(kept, gone MemberID) {
	posts := map[string]Post{}
	for id, p := range outbox.WithNumber(c.Tx, nil, uint64(gone)) {
		if p.To == gone {
			p.To = kept
			posts[string(id)] = p
		}
	}
	for id, p := range posts {
		outbox.Put(c.Tx, []byte(id), p)
	}
	for _, id := range collect2(notices.Prefix(c.Tx, store.K(uint64(gone)))) {
		n, _ := notices.Get(c.Tx, id)
		_, subject, _ := noticeKey(id)
		notices.Delete(c.Tx, id)
		c.Cancel(noticeJobKey(gone, subject))
		c.Write(kept, n.Text)
	}
	for _, key := range collect2(c.Scan(store.Prefix(lastNoticeKeys(gone)))) {
		c.Delete(key)
	}
	quiets.Move(c.Tx, store.K(uint64(gone)), store.K(uint64(kept)))
	c.release(gone)
}

// memberOf finds a member by any of the numbers that stand for them.
func memberOf(tx store.Tx, id MemberID) (Member, bool) {
	m, ok := members.Get(tx, store.K(uint64(id)))
	if m.Erased {
		if to, linked := linkedTo.Get(tx, store.K(uint64(id))); linked {
			return members.Get(tx, store.K(to))
		}
	}
	return m, ok
}

// numbersOf lists the numbers that stand for a member, their own first.
func (c *Ctx) numbersOf(who MemberID) []MemberID {
	all := []MemberID{who}
	for id, to := range linkedTo.Prefix(c.Tx, nil) {
		if to == uint64(who) {
			var n uint64
			if err := store.ParseKey(id, &n); err != nil {
				panic(store.Fault{Err: err})
			}
			all = append(all, MemberID(n))
		}
	}
	return all
}
