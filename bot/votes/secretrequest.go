package votes

import (
	"fmt"

	"greffier/bot"
)

type secretArgs struct {
	Number int  `opt:"number" suggest:"votes-open"`
	Named  bool `opt:"named"`
}

// askSecret makes a vote to come secret because one of those who vote asks for it.
// Who that is is kept nowhere, unless they want it said.
func askSecret(c *bot.Ctx, in secretArgs) (bot.Reply, error) {
	v, err := find(c, in.Number)
	if err != nil {
		return bot.Reply{}, err
	}
	switch {
	case v.State == Open && !v.Rule.Secret:
		return bot.Reply{}, bot.Refuse("vote.secret-late", "number", v.Number, "title", v.Title, "cancel", bot.CommandText("vote cancel"), "new", bot.CommandText("vote new"))
	case v.State == Closed || v.State == Cancelled:
		return bot.Reply{}, over(&v)
	case v.Rule.Secret:
		return bot.Reply{}, bot.Refuse("vote.secret-already", "number", v.Number, "title", v.Title)
	case v.Rule.SecretOnRequest == 0:
		return bot.Reply{}, bot.Refuse("vote.secret-rule", "number", v.Number, "title", v.Title, "rule", ruleName(v.Rule))
	}
	if err := mayVote(c, &v); err != nil {
		return bot.Reply{}, err
	}
	if v.Paper != nil {
		return askSecretPaper(c, &v, in.Named)
	}
	v.Rule.Secret = true
	put(c, v)
	said := bot.T("vote.secret-post", "number", v.Number, "title", v.Title)
	note := func() error {
		c.Record(bot.Entry{What: "vote secret", Subject: v.key(), Rule: v.Rule.ID})
		return nil
	}
	if in.Named {
		said = bot.T("vote.secret-post-named", "number", v.Number, "title", v.Title, "who", c.Caller.ID)
		err = note()
	} else {
		err = c.Itself(note)
	}
	for _, place := range places(c, &v) {
		c.Post(place, said)
	}
	v.redraw(c)
	reply := bot.T("vote.secret-asked", "number", v.Number, "title", v.Title)
	if !in.Named {
		reply = bot.Lines(reply, bot.T("vote.secret-unnamed"))
	}
	return bot.Reply{Text: reply}, err
}

// mayBeSecret tells that those who vote may still have a vote be secret.
func (v *Vote) mayBeSecret() bool {
	return v.State == Waiting && v.Rule.SecretOnRequest > 0 && !v.Rule.Secret
}

func secretButtons(v *Vote) []bot.Button {
	if !v.mayBeSecret() {
		return nil
	}
	return []bot.Button{{Label: bot.T("vote.button-secret"), Call: bot.Call{Command: "vote secret", Args: map[string]string{"number": fmt.Sprint(v.Number)}}}}
}

// leaveTime puts the opening of a vote off for as long as its rule leaves members
// to ask that it be secret.
func (v *Vote) leaveTime(c *bot.Ctx) {
	if v.Rule.SecretOnRequest == 0 || v.Rule.Secret || v.Opens.After(c.Now) {
		return
	}
	v.Opens = c.Now.Add(v.Rule.SecretOnRequest.Std())
	v.Closes = v.Closes.Add(v.Rule.SecretOnRequest.Std())
}
