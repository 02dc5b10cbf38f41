package bot

import (
	"bytes"
	"fmt"
	"time"

	"greffier/store"
)

// notice is something a member is to be told about a subject, waiting to be
// gathered with others.
type notice struct {
	Text Text `json:"t"`
	// Else is who is told instead when the member cannot be.
	Else *Else `json:"e,omitempty"`
}

var notices = store.NewTable[notice]("notice")

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
func (c *Ctx) Tell(to MemberID, subject string, text Text) { c.tell(to, subject, text, nil) }

// TellElse is Tell with who is told instead when the member cannot be.
func (c *Ctx) TellElse(to MemberID, subject string, text Text, otherwise Else) {
	c.tell(to, subject, text, &otherwise)
}

func (c *Ctx) tell(to MemberID, subject string, text Text, otherwise *Else) {
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
		c.Send(Post{To: to, Text: text, Else: otherwise})
		return
	}
	notices.Put(c.Tx, store.K(uint64(to), subject, notices.NextID(c.Tx)), notice{text, otherwise})
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
	var texts []Text
	var otherwise *Else
	for id, n := range notices.Prefix(c.Tx, store.K(to, subject)) {
		texts = append(texts, n.Text)
		otherwise = otherwise.with(n.Else)
		notices.Delete(c.Tx, bytes.Clone(id))
	}
	if len(texts) == 0 {
		return nil
	}
	c.noticed(lastNoticeKey(MemberID(to), subject))
	c.Send(Post{To: MemberID(to), Text: Lines(texts...), Else: otherwise})
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
