package releases

import (
	"greffier/bot"
	"greffier/store"
)

type followArgs struct {
	Topic string `opt:"topic,optional" choices:"topics"`
}

// follow has a member told privately of what happens to a topic, or to all.
func follow(c *bot.Ctx, in followArgs) (bot.Reply, error) {
	if in.Topic == "" {
		in.Topic = everyTopic
	}
	id := store.K(uint64(c.Caller.ID), in.Topic)
	if followings.Has(c.Tx, id) {
		return bot.Say("release.follows-already", "topic", topicName(c, in.Topic)), nil
	}
	followings.Put(c.Tx, id, following{c.Now})
	c.Record(bot.Entry{Quiet: true, Data: map[string]string{"topic": in.Topic}})
	return bot.Say("release.follows", "topic", topicName(c, in.Topic), "unfollow", bot.CommandText("release unfollow")), nil
}

// unfollow ends that, for one topic or for everything.
func unfollow(c *bot.Ctx, in followArgs) (bot.Reply, error) {
	gone := 0
	for _, topic := range topicsOf(c, c.Caller.ID) {
		if in.Topic == "" || in.Topic == topic {
			followings.Delete(c.Tx, store.K(uint64(c.Caller.ID), topic))
			gone++
		}
	}
	if gone == 0 {
		return bot.Reply{}, bot.Refuse("release.follows-none", "follow", bot.CommandText("release follow"))
	}
	c.Record(bot.Entry{Quiet: true, Data: map[string]string{"topic": in.Topic}})
	return bot.Say("release.unfollowed"), nil
}

// topicsOf lists the topics that a member follows.
func topicsOf(c *bot.Ctx, who bot.MemberID) []string {
	var all []string
	for id := range followings.Prefix(c.Tx, store.K(uint64(who))) {
		_, topic := followed(id)
		all = append(all, topic)
	}
	return all
}

// mine says what a member follows.
func mine(c *bot.Ctx, who bot.MemberID) []bot.Text {
	var names []bot.Text
	for _, topic := range topicsOf(c, who) {
		names = append(names, topicName(c, topic))
	}
	if len(names) == 0 {
		return nil
	}
	return []bot.Text{bot.T("release.mine", "topics", names)}
}
