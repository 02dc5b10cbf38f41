package discord_test

import (
	"strconv"
	"testing"

	"greffier/adapters/discord"
	"greffier/adapters/discord/discordtest"
	"greffier/bot"
)

// Where the bot may not attach files, what it says comes without them.
func TestPostsWithoutTheirFiles(t *testing.T) {
	r := serve(t, discordtest.Options{})
	r.until("served", func() bool {
		_, err := r.alice.Slash(r.channel, "club who", nil)
		return err == nil
	})
	for _, c := range []struct {
		deny  discordtest.Permissions
		files int
	}{{0, 1}, {discordtest.AttachFiles, 0}} {
		channel := r.s.Guild().AddChannel("votes-" + strconv.Itoa(c.files))
		channel.Overwrite(r.s.Guild().ID, 0, c.deny)
		_, err := r.adapter.Deliver(t.Context(), bot.Delivery{
			Key: "result", Place: bot.Place{Platform: discord.Platform, Channel: channel.ID},
			Message: bot.Message{Text: "Adopted.", Files: []bot.File{{Name: "vote-1.txt", Type: "text/plain", Data: []byte("1: yes\n")}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		posts := r.alice.Messages(channel.ID)
		if len(posts) != 1 || posts[0].Content != "Adopted." || len(posts[0].Attachments) != c.files {
			t.Errorf("with %v denied: %+v", c.deny, posts)
		}
	}
}
