package config_test

import (
	"slices"
	"strings"
	"testing"

	"greffier/config"
)

func TestShippedCharters(t *testing.T) {
	names := config.ShippedNames()
	if want := []string{"collectif", "demo", "gadz", "publik", "teksi"}; !slices.Equal(names, want) {
		t.Fatalf("shipped: %q, want %q", names, want)
	}
	for _, name := range names {
		data, ok := config.Shipped(name)
		if !ok {
			t.Fatalf("%s is listed and not shipped", name)
		}
		c := parse(t, string(data))
		for _, command := range commands {
			if groups, ok := c.RightFor(command); !ok || len(groups) == 0 {
				t.Errorf("%s: nobody may run %s", name, command)
			}
		}
		for _, right := range c.Rights {
			if !slices.ContainsFunc(commands, func(s string) bool { return s == right.ID || strings.HasPrefix(s, right.ID+" ") }) {
				t.Errorf("%s: there is no command %q", name, right.ID)
			}
		}
		for _, k := range c.Requests.Kinds {
			if c.Group(k.Group) == nil {
				t.Errorf("%s: nobody handles the kind %s", name, k.ID)
			}
		}
	}
	if _, ok := config.Shipped("nothing"); ok {
		t.Error("what is not shipped is")
	}
}

// commands are those of the product that need a right.
var commands = strings.Split("request new,request list,request show,request edit,request search,"+
	"request support,request unsupport,request comment,request assign,request opinion,request advance,"+
	"request back,request refuse,request case,request match,request present,request block,request unblock,request hand,request call,request respond,request link,request merge,request withdraw,request history,"+
	"membership show,membership confirm,membership leave,membership list,membership keep,membership end,"+
	"mandate new,mandate list,mandate pass,mandate end,"+
	"timeline,"+
	"remind someone,remind group,remind channel,"+
	"vote new,vote questions,vote list,vote show,vote cast,vote answer,vote withdraw,vote close,vote extend,vote cancel,vote edit,"+
	"vote present,vote ballots,vote reconvene,vote secret,vote start,vote roll,vote proxy,vote revoke,register list,register show,"+
	"member introduce,member list,member announce,member match,member remove,contact volunteer,contact stop,contact list,"+
	"software add,software remove,software list,lead take,lead pass,lead drop,lead list,organisation new,organisation list,"+
	"organisation show,organisation join,organisation leave,organisation represent,organisation weight,organisation rename,"+
	"organisation close,fund open,fund list,fund show,fund pledge,fund withdraw,fund skip,fund decide,fund close,fund cancel,"+
	"fund commit,fund owed,fund turns,fund envelopes,"+
	"release new,release list,release show,release change,release drop,release move,release cancel,release follow,"+
	"release unfollow,newsletter prepare,newsletter show,newsletter edit,newsletter add,newsletter drop,newsletter send,"+
	"newsletter files,newsletter list,who,charter,figures,"+
	"meeting new,meeting poll,meeting free,meeting choose,meeting list,meeting show,meeting answer,meeting propose,"+
	"meeting order,meeting drop,meeting edit,meeting convene,meeting move,meeting cancel,meeting phase,meeting start,"+
	"meeting attend,meeting note,meeting decide,meeting round,meeting end,meeting minutes,meeting correct,meeting approve,"+
	"action new,action list,action done,action assign,calendar file,calendar feed,calendar revoke", ",")

// TestStagesCanBeUsed wants whoever a stage lets act to have the right to run
// the command for it.
func TestStagesCanBeUsed(t *testing.T) {
	for _, name := range config.ShippedNames() {
		data, _ := config.Shipped(name)
		c := parse(t, string(data))
		for _, p := range c.Requests.Paths {
			for _, s := range p.Stages {
				for command, groups := range map[string][]string{
					"request advance": s.Advance, "request back": s.Back, "request refuse": s.Refuse, "request opinion": s.Opinions,
				} {
					allowed, _ := c.RightFor(command)
					for _, g := range groups {
						if !covers(c, allowed, g) {
							t.Errorf("%s: stage %s of %s lets %s act, who may not run %s", name, s.ID, p.ID, g, command)
						}
					}
				}
			}
		}
	}
}

// covers tells whether members of group all belong to one of the groups given.
func covers(c *config.Charter, given []string, group string) bool {
	for _, g := range given {
		if g == group || g == config.Everyone {
			return true
		}
		if in := c.Group(g); in != nil && covers(c, in.Groups, group) {
			return true
		}
	}
	return false
}
