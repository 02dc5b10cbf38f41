package main

import (
	"greffier/adapters/console"
	"greffier/bot"
	"greffier/bot/register"
	"greffier/bot/requests"
	"greffier/bot/votes"
)

// features lists everything the clerk can do, in one place.
func features() []bot.Feature {
	return []bot.Feature{
		requests.Feature(),
		votes.Feature(),
		register.Feature(),
		console.Feature(),
	}
}
