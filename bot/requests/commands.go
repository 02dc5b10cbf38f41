package requests

import (
	"strconv"
	"strings"

	"greffier/bot"
	"greffier/config"
)

// numbered is what a command about one request takes first.
type numbered struct {
	Number int `opt:"number"`
}

// commands declares what members can ask for. Whom a request belongs to is said
// for each command about one, so that a charter may allow it to "author".
func commands() []*bot.Command {
	own := bot.Owned(owner)
	return []*bot.Command{
		bot.Cmd("request new", newRequest, bot.Asks(askNew)),
		bot.Cmd("request list", list, bot.Reads),
		bot.Cmd("request show", show, bot.Reads, bot.Shortcut, own),
		bot.Cmd("request search", search, bot.Reads),
		bot.Cmd("request edit", edit, own, bot.Asks(askEdit)),
		bot.Cmd("request support", addSupport, own),
		bot.Cmd("request unsupport", dropSupport, own),
		bot.Cmd("request case", addCase, own),
		bot.Cmd("request match", match, own),
		bot.Cmd("request comment", addComment, own),
		bot.Cmd("request assign", assign, own),
		bot.Cmd("request opinion", giveOpinion, own),
		bot.Cmd("request advance", advance, own),
		bot.Cmd("request back", sendBack, own),
		bot.Cmd("request refuse", refuse, own),
		bot.Cmd("request present", pass, own),
		bot.Cmd("request block", block, own),
		bot.Cmd("request unblock", unblock, own),
		bot.Cmd("request hand", hand, own),
		bot.Cmd("request call", callOn, own),
		bot.Cmd("request respond", giveBack, own),
		bot.Cmd("request link", link, own),
		bot.Cmd("request merge", merge, own),
		bot.Cmd("request withdraw", withdraw, own),
		bot.Cmd("request history", history, bot.Reads, own),
	}
}

// owner is the author of the request that a call names.
func owner(c *bot.Ctx, args map[string]string) (bot.MemberID, bool) {
	r, ok := named(c, args)
	return r.Author, ok
}

// named is the request whose number stands in raw arguments.
func named(c *bot.Ctx, args map[string]string) (Request, bool) {
	digits := args["number"]
	if _, after, ok := strings.Cut(digits, "/"); ok {
		digits = after
	}
	n, err := strconv.ParseUint(strings.TrimLeft(strings.ToLower(strings.TrimSpace(digits)), "#nº°o. "), 10, 63)
	if err != nil {
		return Request{}, false
	}
	r, err := find(c, int(n)) //nolint:gosec // 63 bits at most
	if err != nil {
		return Request{}, false
	}
	return *r, true
}

// choices are the lists that options name.
func choices() map[string]bot.Completer {
	return map[string]bot.Completer{
		"kinds":       kindChoices,
		"stages":      stageChoices,
		"next-stages": nextChoices,
		"states":      stateChoices,
		"groups":      groupChoices,
		"verdicts":    verdictChoices,
		"consents":    consentChoices,
	}
}

func kindChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, k := range c.Charter.Requests.Kinds {
		all = append(all, bot.Choice{Value: k.ID, Label: kindName(c.Charter, k.ID)})
	}
	return all
}

// stageChoices lists the stages of all paths, those of the same name once.
func stageChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	seen := map[string]bool{}
	for _, p := range c.Charter.Requests.Paths {
		for _, s := range p.Stages {
			if !seen[s.ID] {
				seen[s.ID] = true
				all = append(all, bot.Choice{Value: s.ID, Label: nameOfStage(c.Charter, p.ID, s.ID)})
			}
		}
	}
	return all
}

// nextChoices lists the stages that may follow that of the request named.
func nextChoices(c *bot.Ctx, args map[string]string) []bot.Choice {
	r, ok := named(c, args)
	stage := stageOf(c, &r)
	if !ok || stage == nil {
		return stageChoices(c, args)
	}
	var all []bot.Choice
	for _, id := range stage.Next {
		all = append(all, bot.Choice{Value: id, Label: nameOfStage(c.Charter, r.Path, id)})
	}
	return all
}

// everyState is the choice that leaves no state out.
const everyState = "all"

func stateChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, s := range states {
		all = append(all, bot.Choice{Value: string(s), Label: stateText(s)})
	}
	return append(all, bot.Choice{Value: everyState, Label: bot.T("request.state-all")})
}

func stateText(s State) bot.Text { return bot.T("request.state-" + string(s)) }

func groupChoices(c *bot.Ctx, _ map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, g := range c.Charter.Groups {
		all = append(all, bot.Choice{Value: g.ID, Label: c.GroupName(g.ID)})
	}
	return all
}

func verdictChoices(*bot.Ctx, map[string]string) []bot.Choice {
	var all []bot.Choice
	for _, v := range []string{favourable, reservations, unfavourable} {
		all = append(all, bot.Choice{Value: v, Label: verdictText(v)})
	}
	return all
}

func verdictText(verdict string) bot.Text { return bot.T("request.verdict-" + verdict) }

// call makes a call about one request, for buttons.
func call(command string, number uint64, args ...string) bot.Call {
	made := bot.Call{Command: command, Args: map[string]string{"number": strconv.FormatUint(number, 10)}}
	for i := 0; i+1 < len(args); i += 2 {
		made.Args[args[i]] = args[i+1]
	}
	return made
}

// oneLine puts on one line what must be.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// shorten cuts a text at a word's end where it is longer than n characters.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n])
	if at := strings.LastIndexAny(cut, " \n"); at > len(cut)/2 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " \n,;:.") + "…"
}

// sameWord compares words as members type them.
func sameWord(a, b string) bool { return config.Fold(oneLine(a)) == config.Fold(oneLine(b)) }
