package main

import (
	"greffier/adapters/console"
	"greffier/bot"
)

// features lists everything the clerk can do, in one place.
func features() []bot.Feature {
	return []bot.Feature{
		console.Feature(),
	}
}
