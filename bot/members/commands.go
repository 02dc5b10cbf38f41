package members

import "greffier/bot"

// commands declares what members can ask for.
func commands() []*bot.Command {
	return []*bot.Command{
		bot.Cmd("contact volunteer", volunteerFor),
		bot.Cmd("contact stop", stopVolunteering),
		bot.Cmd("contact list", listContacts, bot.Reads),
	}
}
