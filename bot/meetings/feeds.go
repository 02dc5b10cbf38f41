package meetings

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"greffier/bot"
	"greffier/store"
)

// feedID is the id of a feed: the digest of its secret, so that looking one up
// takes the same time whatever part of it was guessed.
func feedID(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return store.K(sum[:])
}

type feedArgs struct {
	Scope string `opt:"scope,optional" choices:"calendars"`
}

// feedOf finds a member's feed of one scope.
func feedOf(c *bot.Ctx, who bot.MemberID, all bool) (feed, bool) {
	for id := range feeds.By(c.Tx, "member", store.K(uint64(who))) {
		if f, ok := feeds.Get(c.Tx, id); ok && f.All == all {
			return f, true
		}
	}
	return feed{}, false
}

// calendarFeed gives the caller the secret address of their calendar, the same
// one until they revoke it.
func calendarFeed(c *bot.Ctx, in feedArgs) (bot.Reply, error) {
	all := in.Scope == "all"
	public := c.Public()
	if public == "" {
		doc := calendarOf(c, feed{Member: c.Caller.ID, All: all})
		return bot.Reply{Text: bot.T("calendar.no-address"), Files: []bot.File{doc}}, nil
	}
	f, ok := feedOf(c, c.Caller.ID, all)
	if !ok {
		f = feed{Member: c.Caller.ID, All: all, Token: base64.RawURLEncoding.EncodeToString(c.Random(24)), Made: c.Now}
		feeds.Put(c.Tx, feedID(f.Token), f)
		c.Record(bot.Entry{Subject: memberKey(c.Caller.ID), Quiet: true})
	}
	address := strings.TrimSuffix(public, "/") + "/calendar/" + f.Token + ".ics"
	_, after, _ := strings.Cut(address, "://")
	key := "calendar.feed-mine"
	if all {
		key = "calendar.feed-all"
	}
	again := bot.T("calendar.feed-again", "feed", bot.CommandText("calendar feed"))
	return bot.Reply{
		Text: bot.Lines(bot.T(key), bot.Typed("webcal://"+after), bot.Link(address),
			bot.T("calendar.feed-secret", "revoke", bot.CommandText("calendar revoke"))),
		Again: &again, // the address is kept in no saved reply
	}, nil
}

type revokeArgs struct {
	Sure bool `opt:"sure,hidden"`
}

// calendarRevoke makes the caller's secret addresses lead nowhere.
func calendarRevoke(c *bot.Ctx, in revokeArgs) (bot.Reply, error) {
	n := 0
	for range feeds.By(c.Tx, "member", store.K(uint64(c.Caller.ID))) {
		n++
	}
	if n == 0 {
		return bot.Reply{}, bot.Refuse("calendar.revoke-none", "feed", bot.CommandText("calendar feed"))
	}
	if !in.Sure {
		return c.Ask(bot.T("calendar.revoke-ask", "count", n), "calendar.revoke-sure"), nil
	}
	dropFeeds(c, c.Caller.ID)
	c.Record(bot.Entry{Subject: memberKey(c.Caller.ID), Quiet: true})
	return bot.Say("calendar.revoked", "feed", bot.CommandText("calendar feed")), nil
}

// dropFeeds removes the feeds of a member.
func dropFeeds(c *bot.Ctx, who bot.MemberID) {
	var ids [][]byte
	for id := range feeds.By(c.Tx, "member", store.K(uint64(who))) {
		ids = append(ids, append([]byte(nil), id...))
	}
	for _, id := range ids {
		feeds.Delete(c.Tx, id)
	}
}
