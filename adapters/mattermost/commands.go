package mattermost

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// The top-level words of the product are slash commands of each team served, in
// the community's language and in English. Beside them stands the bot's own name
// ("/greffier"), under which every command can be reached: some words belong to
// Mattermost itself (/help, /me) or to another integration, and stay theirs.

// triggers is what was registered.
type triggers struct {
	tokens   map[string][]string // team → tokens of our commands
	words    map[string]bool     // those that work in every team served
	umbrella string
}

// mark is in the description of every command of ours, so that those of an
// earlier start are recognised.
const mark = "Greffier"

// syncCommands registers our commands in every team, brings those registered
// before up to date and removes those no longer wanted. What could not be
// registered still works by mention.
func (a *Adapter) syncCommands(ctx context.Context) {
	t := &triggers{tokens: map[string][]string{}, words: map[string]bool{}, umbrella: strings.ToLower(a.own().me.Username)}
	if a.callbacks() {
		count := map[string]int{}
		for _, team := range a.own().teams {
			for _, word := range a.syncTeam(ctx, team, t) {
				count[word]++
			}
		}
		for word, n := range count {
			t.words[word] = n == len(a.own().teams)
		}
	}
	a.triggers.Store(t)
}

// wanted lists the commands that a team should have.
func (a *Adapter) wanted() []*model.Command {
	locale := a.desk.Charter().Community.Locale
	var all []*model.Command
	add := func(word, hint, help string) {
		if slices.ContainsFunc(all, func(c *model.Command) bool { return c.Trigger == word }) {
			return
		}
		all = append(all, &model.Command{
			Trigger: word, Method: model.CommandMethodPost, URL: a.o.Callback + commandPath, DisplayName: mark,
			Description: cutBytes(mark+" — "+help, 128), AutoComplete: true, AutoCompleteDesc: help, AutoCompleteHint: cutBytes(hint, 1024),
		})
	}
	for _, f := range a.desk.Families() {
		for _, l := range []string{locale, bot.Locales[0]} {
			if words := f.Words[l]; len(words) > 0 {
				add(trigger1(words[0]), f.Hint[l], f.Help[l])
			}
		}
	}
	add(strings.ToLower(a.own().me.Username), "", a.plain(locale, "mattermost.umbrella"))
	return all
}

// trigger1 is a word as a trigger: newer servers take letters without accents only.
func trigger1(word string) string { return strings.ReplaceAll(bot.Fold(word), " ", "-") }

// syncTeam brings one team's commands up to date and returns the words that work.
func (a *Adapter) syncTeam(ctx context.Context, team *model.Team, t *triggers) []string {
	log := a.log.With("team", team.Name)
	have, _, err := a.api.ListCommands(ctx, team.Id, true)
	if err != nil {
		log.Error("the bot has no right to register slash commands in this team, which it serves by mention and in direct messages; "+
			"to give it the right, make the bot account a team admin, or grant its role Manage Slash Commands", "error", reason(err))
		return nil
	}
	taken := a.taken(ctx, team)
	var working []string
	kept := map[string]bool{}
	for _, want := range a.wanted() {
		want.TeamId = team.Id
		if by, ok := taken[want.Trigger]; ok {
			log.Warn("this slash command belongs to another integration, which keeps it; members reach ours under the bot's own name",
				"command", "/"+want.Trigger, "belongs to", by, "instead", "/"+t.umbrella+" "+want.Trigger)
			continue
		}
		got, err := a.syncCommand(ctx, have, want)
		if err != nil {
			log.Warn("this slash command cannot be registered; members reach it under the bot's own name",
				"command", "/"+want.Trigger, "instead", "/"+t.umbrella+" "+want.Trigger, "error", reason(err))
			continue
		}
		kept[got.Id] = true
		t.tokens[team.Id] = append(t.tokens[team.Id], got.Token)
		working = append(working, want.Trigger)
	}
	for _, c := range have {
		if a.mine(c) && !kept[c.Id] {
			if _, err := a.api.DeleteCommand(ctx, c.Id); err != nil {
				log.Warn("a slash command of an earlier version cannot be removed", "command", "/"+c.Trigger, "error", reason(err))
			}
		}
	}
	log.Info("slash commands are registered", "commands", strings.Join(working, " "))
	return working
}

// mine reports whether a command was registered by this bot account.
func (a *Adapter) mine(c *model.Command) bool {
	return c.CreatorId == a.own().me.Id && c.DisplayName == mark
}

// syncCommand registers one command, or changes the one that stands.
func (a *Adapter) syncCommand(ctx context.Context, have []*model.Command, want *model.Command) (*model.Command, error) {
	for _, c := range have {
		if c.Trigger != want.Trigger {
			continue
		}
		if !a.mine(c) {
			return nil, model.NewAppError("syncCommand", "greffier.command_taken", nil, c.DisplayName, http.StatusConflict)
		}
		want.Id, want.Token, want.CreatorId, want.CreateAt = c.Id, c.Token, c.CreatorId, c.CreateAt
		if c.URL == want.URL && c.Method == want.Method && c.Description == want.Description && c.AutoComplete == want.AutoComplete &&
			c.AutoCompleteDesc == want.AutoCompleteDesc && c.AutoCompleteHint == want.AutoCompleteHint {
			return c, nil
		}
		updated, _, err := a.api.UpdateCommand(ctx, want)
		return updated, err
	}
	made, _, err := a.api.CreateCommand(ctx, want)
	return made, err
}

// taken lists the triggers of plugins, which silently win over ours.
func (a *Adapter) taken(ctx context.Context, team *model.Team) map[string]string {
	all, _, err := a.api.ListCommands(ctx, team.Id, false)
	if err != nil {
		return nil
	}
	taken := map[string]string{}
	for _, c := range all {
		if c.PluginId != "" {
			taken[c.Trigger] = c.PluginId
		}
	}
	return taken
}

// Spell gives a command as members can type it: by its own word where that is
// registered, else under the bot's name, else by mention.
func (a *Adapter) Spell(command string) string {
	word, _, _ := strings.Cut(strings.TrimPrefix(command, "/"), " ")
	t, s := a.triggers.Load(), a.own()
	switch {
	case t == nil || s == nil:
		return command
	case t.words[trigger1(word)]:
		return "/" + trigger1(word) + strings.TrimPrefix(command, "/"+word)
	case t.words[t.umbrella]:
		return "/" + t.umbrella + " " + strings.TrimPrefix(command, "/")
	}
	return "@" + s.me.Username + " " + strings.TrimPrefix(command, "/")
}

// Uninstall removes every slash command of ours and returns how many there were.
func (a *Adapter) Uninstall(ctx context.Context) (removed int, err error) {
	defer a.polite.close()
	if err := a.learn(ctx); err != nil {
		return 0, err
	}
	for _, team := range a.own().teams {
		have, _, err := a.api.ListCommands(ctx, team.Id, true)
		if err != nil {
			return removed, err
		}
		for _, c := range have {
			if !a.mine(c) {
				continue
			}
			if _, err := a.api.DeleteCommand(ctx, c.Id); err != nil {
				return removed, err
			}
			removed++
		}
	}
	return removed, nil
}
