package members

import "greffier/bot"

// commands declares what members can ask for.
func commands() []*bot.Command {
	return []*bot.Command{
		bot.Cmd("member introduce", introduce, bot.Asks(askIntroduction)),
		bot.Cmd("member list", listMembers, bot.Reads),
		bot.Cmd("member announce", announceSubscriber, bot.Asks(askSubscriber)),
		bot.Cmd("member match", match, bot.Owned(announcer)),
		bot.Cmd("member remove", removeSubscriber, bot.Owned(announcer)),
		bot.Cmd("contact volunteer", volunteerFor),
		bot.Cmd("contact stop", stopVolunteering),
		bot.Cmd("contact list", listContacts, bot.Reads),
		bot.Cmd("software add", addSoftware),
		bot.Cmd("software remove", removeSoftware, bot.Owned(user)),
		bot.Cmd("software list", listSoftware, bot.Reads),
		bot.Cmd("lead take", takeLead),
		bot.Cmd("lead pass", passLead, bot.Owned(leader)),
		bot.Cmd("lead drop", dropLead, bot.Owned(leader)),
		bot.Cmd("lead list", listLeads, bot.Reads),
		bot.Cmd("organisation new", newOrganisation),
		bot.Cmd("organisation list", listOrganisations, bot.Reads),
		bot.Cmd("organisation show", showOrganisation, bot.Reads, bot.Owned(representative)),
		bot.Cmd("organisation join", joinOrganisation, bot.Owned(representative)),
		bot.Cmd("organisation leave", leaveOrganisation, bot.Owned(representative)),
		bot.Cmd("organisation represent", representOrganisation, bot.Owned(representative)),
		bot.Cmd("organisation weight", weighOrganisation),
		bot.Cmd("organisation rename", renameOrganisation, bot.Owned(representative)),
		bot.Cmd("organisation close", closeOrganisation, bot.Owned(representative)),
		bot.Cmd("who", who, bot.Reads),
		bot.Cmd("charter", charter, bot.Reads),
		bot.Cmd("figures", figures, bot.Reads),
	}
}
