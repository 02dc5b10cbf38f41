package bot

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"greffier/store"
)

// notice is something a member is to be told about a subject, waiting to be
// gathered with others.
type notice struct {
	Text Text `json:"t"`
	// Else is who is told instead when the member cannot be.
	Else *Else `json:"e,omitempty"`
	// About is the subject while Unsay may take the notice back.
	About string `json:"o,omitempty"`
}

var notices = store.NewTable("notice", byAbout(func(n notice) string { return n.About }))

// lastNotice keeps when a member was last told about a subject.
func lastNoticeKey(to MemberID, subject string) []byte {
	return store.K("noticed", uint64(to), subject)
}

// lastNoticeKeys is what all of a member's begin with.
func lastNoticeKeys(to MemberID) []byte { return store.K("noticed", uint64(to)) }

const noticeJob = "notices"

func noticeJobKey(to MemberID, subject string) string {
	return fmt.Sprintf("%s/%d/%s", noticeJob, to, subject)
}

// Tell tells a member in private about a subject that concerns them: at once
// when they heard nothing of it lately, otherwise gathered with what else
// happens to it until the charter's time has passed. The caller is not told
// what they did themselves.
func (c *Ctx) Tell(to MemberID, subject string, text Text) {
	c.tell(to, subject, notice{Text: text})
}

// TellWhile is Tell for what is true only as long as the subject stands as it does
// now: until it is delivered, Unsay(subject) takes it back.
func (c *Ctx) TellWhile(to MemberID, subject string, text Text) {
	c.tell(to, subject, notice{Text: text, About: subject})
}

// TellElse is Tell with who is told instead when the member cannot be.
func (c *Ctx) TellElse(to MemberID, subject string, text Text, otherwise Else) {
	c.tell(to, subject, notice{Text: text, Else: &otherwise})
}

func (c *Ctx) tell(to MemberID, subject string, n notice) {
	if to == 0 || to == c.Caller.ID {
		return
	}
	key := lastNoticeKey(to, subject)
	var last time.Time
	if b := c.Get(key); b != nil {
		if err := last.UnmarshalBinary(b); err != nil {
			panic(store.Fault{Err: err})
		}
	}
	until := last.Add(c.Charter.Notices.Batch.Std())
	if !c.Now.Before(until) {
		c.noticed(key)
		c.Send(Post{To: to, Text: n.Text, Else: n.Else, About: n.About})
		return
	}
	notices.Put(c.Tx, store.K(uint64(to), subject, notices.NextID(c.Tx)), n)
	c.Schedule(Job{
		Key: noticeJobKey(to, subject), Kind: noticeJob, Due: until,
		Args: map[string]string{"to": fmt.Sprint(uint64(to)), "subject": subject},
	})
}

func (c *Ctx) noticed(key []byte) {
	stamp, err := c.Now.MarshalBinary()
	if err != nil {
		panic(store.Fault{Err: err})
	}
	c.Put(key, stamp)
}

// sendNotices writes the gathered notices of one member about one subject.
func sendNotices(c *Ctx, j Job) error {
	var to uint64
	if _, err := fmt.Sscan(j.Args["to"], &to); err != nil {
		return fmt.Errorf("bot: job %s: %w", j.Key, err)
	}
	subject := j.Args["subject"]
	var told []Post // what stays true in one, what may be taken back in another
	for id, n := range notices.Prefix(c.Tx, store.K(to, subject)) {
		notices.Delete(c.Tx, bytes.Clone(id))
		i := slices.IndexFunc(told, func(p Post) bool { return p.About == n.About })
		if i < 0 {
			told = append(told, Post{To: MemberID(to), Text: n.Text, Else: n.Else, About: n.About})
			continue
		}
		told[i].Text = Lines(told[i].Text, n.Text)
		told[i].Else = told[i].Else.with(n.Else)
	}
	for _, p := range told {
		c.noticed(lastNoticeKey(MemberID(to), subject))
		c.Send(p)
	}
	return nil
}

// noticeKey reads the key of a notice: whom to tell, about what, in which order.
func noticeKey(id []byte) (to MemberID, subject string, n uint64) {
	var who uint64
	if err := store.ParseKey(id, &who, &subject, &n); err != nil {
		panic(store.Fault{Err: fmt.Errorf("%w: notice %x: %w", store.ErrDamaged, id, err)})
	}
	return MemberID(who), subject, n
}
