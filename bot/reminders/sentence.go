package reminders

import (
	"regexp"
	"strings"

	"greffier/bot"
	"greffier/bot/when"
	"greffier/config"
)

// link is what joins a reminder to the words before it: "remind me to …".
var link = regexp.MustCompile(`(?i)^(?:to|that|about|of|de|d['’]|que|qu['’]|pour|:|,|-)\s*`)

// sentence reads whom to remind, of what and when, in whatever order. A text in
// quotes is what; without one, what is left once the rest is found.
func sentence(ch *config.Charter, command, rest string) bot.Call {
	rest = strings.TrimSpace(rest)
	args := map[string]string{}
	to := strings.TrimPrefix(command, "remind ")
	if to != "" && to != "me" {
		args[to], rest = whom(rest)
		args[to] = strings.TrimLeft(args[to], "#")
	}
	what, left, quoted := bot.Quoted(rest)
	if command == "" {
		to, args, left = addressee(ch, left, quoted)
	}
	from, until, found := when.Find(left)
	switch {
	case found:
		args["when"] = left[from:until]
		left = strings.TrimSpace(left[:from]) + " " + strings.TrimSpace(left[until:])
	case quoted:
		args["when"], left = left, ""
	}
	left = strings.Trim(strings.TrimSpace(left), ",")
	if quoted {
		if left = link.ReplaceAllString(left, ""); found && strings.TrimSpace(left) != "" {
			args["when"] = strings.TrimSpace(left + " " + args["when"]) // not understood, and said so
		}
		args["what"] = what
	} else {
		args["what"] = strings.TrimSpace(link.ReplaceAllString(strings.TrimSpace(left), ""))
	}
	for name, value := range args {
		if strings.TrimSpace(value) == "" {
			delete(args, name)
		}
	}
	if args["someone"] != "" {
		args["who"] = args["someone"]
		delete(args, "someone")
	}
	return bot.Call{Command: "remind " + to, Args: args}
}

// whom takes the first word of a line, or the first text in quotes when another
// one follows.
func whom(line string) (who, rest string) {
	if strings.HasPrefix(line, `"`) || strings.HasPrefix(line, "«") || strings.HasPrefix(line, "“") {
		if first, after, ok := bot.Quoted(line); ok {
			return first, after
		}
	}
	who, rest, _ = strings.Cut(line, " ")
	return who, strings.TrimSpace(rest)
}

// addressee finds whom a line without a command is for: @someone, #channel, the
// name of a group, or else whoever types it.
func addressee(ch *config.Charter, line string, quoted bool) (to string, args map[string]string, rest string) {
	words := strings.Fields(line)
	for i, word := range words {
		if i > 0 && !quoted {
			break
		}
		without := strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), " ")
		switch {
		case strings.HasPrefix(word, "<#"), strings.HasPrefix(word, "#") && len(word) > 1:
			return "channel", map[string]string{"channel": strings.TrimLeft(word, "#")}, without
		case strings.HasPrefix(word, "<@"), strings.HasPrefix(word, "@") && len(word) > 1:
			return "someone", map[string]string{"someone": word}, without
		}
		for _, g := range ch.Groups {
			if bot.Fold(word) == bot.Fold(g.ID) {
				return "group", map[string]string{"group": g.ID}, without
			}
		}
	}
	from, until, found := when.Find(line)
	if quoted && found {
		if name := strings.TrimSpace(line[:from] + " " + line[until:]); name != "" && !strings.Contains(name, " ") && !link.MatchString(name+" ") {
			return "someone", map[string]string{"someone": name}, line[from:until]
		}
	}
	return "me", map[string]string{}, line
}
