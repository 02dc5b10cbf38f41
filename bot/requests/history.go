package requests

import (
	"maps"
	"slices"
	"strings"

	"greffier/bot"
)

// historyShown is how many lines of a history are shown, the latest.
const historyShown = 40

// historyLine says one entry of the journal.
func historyLine(c *bot.Ctx, r *Request, e bot.Entry) bot.Text {
	if e.Erased {
		return bot.T("request.history-erased", "at", e.At)
	}
	who := bot.T("request.clerk")
	if e.Who != 0 {
		who = bot.T("request.member", "who", e.Who)
	}
	what := historyWhat(c, r, e)
	if e.Subject != r.key() && e.Subject != "" {
		if n, ok := numberOfKey(e.Subject); ok {
			what = bot.Words(what, bot.T("request.history-from", "number", n))
		}
	}
	if reason := e.Data["reason"] + e.Data["reasons"]; reason != "" {
		what = bot.Words(what, bot.T("request.reason", "reason", shorten(oneLine(reason), 300)))
	}
	if e.Rule == "" {
		return bot.T("request.history-line", "at", e.At, "who", who, "what", what)
	}
	return bot.T("request.history-line-rule", "at", e.At, "who", who, "what", what, "rule", e.Rule)
}

// historyWhat says what was done.
func historyWhat(c *bot.Ctx, r *Request, e bot.Entry) bot.Text {
	how := strings.TrimPrefix(e.What, "request ")
	at := func(name string) bot.Text { return nameOfStage(c.Charter, e.Data["path"], e.Data[name]) }
	switch how {
	case "new":
		return bot.T("request.history-new", "title", e.Data["title"], "kind", kindName(c.Charter, e.Data["kind"]))
	case advanced, sentBack, refused:
		key := "request.history-" + how
		if vote := strings.TrimPrefix(e.Data["vote"], "vote/"); vote != "" {
			return bot.T(key+"-vote", "from", at("from"), "to", at("to"), "vote", vote)
		}
		if funding := strings.TrimPrefix(e.Data["funding"], "funding/"); funding != "" {
			return bot.T(key+"-funding", "from", at("from"), "to", at("to"), "funding", funding)
		}
		return bot.T(key, "from", at("from"), "to", at("to"))
	case "edit":
		return historyEdit(c, r, e)
	case "opinion":
		return bot.T("request.history-opinion", "group", c.GroupName(e.Data["group"]), "verdict", verdictText(e.Data["verdict"]))
	case "assign":
		id, _ := memberOfKey(e.Data["assignee"])
		return bot.T("request.history-assign", "assignee", id)
	case "link":
		return bot.T("request.history-link", "address", bot.Link(e.Data["address"]))
	case "merge":
		n, _ := numberOfKey(e.Data["into"])
		return bot.T("request.history-merge", "into", n)
	case "hand", "call", "respond":
		return bot.T("request.history-"+how, "group", c.GroupName(e.Data["group"]))
	case "stay":
		return bot.T("request.history-stay", "vote", strings.TrimPrefix(e.Data["vote"], "vote/"))
	case "vote new": // bot/votes writes so in the history of what is voted on
		return bot.T("request.history-vote-opened", "vote", e.Data["vote"])
	case "support", "unsupport", "comment", "case", "withdraw", "vote", "present", "block", "unblock", "late":
		return bot.T("request.history-" + how)
	}
	return bot.Typed(e.What)
}

// historyEdit says each field that was changed, old and new.
func historyEdit(c *bot.Ctx, r *Request, e bot.Entry) bot.Text {
	changes := bot.Text{Sep: "; "}
	for _, name := range slices.Sorted(maps.Keys(e.Data)) {
		if !strings.HasPrefix(name, was) {
			d := difference{name, labelOf(c.Charter, r.Kind, name), e.Data[was+name], e.Data[name]}
			changes.Join = append(changes.Join, changeText(c, d))
		}
	}
	return bot.T("request.history-edit", "changes", changes)
}
