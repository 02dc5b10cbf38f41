package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"greffier/config"
)

const small = `version: 1
community: {name: Essai, locale: fr}
channels:
  general: general
  bureau: {mattermost: abc, discord: 123456789012345678}
  salle: {"*": commune, discord: 42}
  vide:
groups:
  comite: {name: {en: Committee, fr: Comité}, members: [console:alice, discord:99]}
rights:
  request: everyone
  request assign: comite
  vote cast: []
requests:
  kinds:
    idee: {group: comite, fields: {ou: , details-longs: {type: text}, quand: {type: date}}}
  paths:
    court:
      stages:
        recue: {advance: comite}
        decidee: {vote: simple}
        finie:
votes:
  rules:
    simple: {electorate: comite}
    autre: {electorate: comite, quorum: {at-least: 1/3}, majority: {at-least: 2/3}}
`

func parse(t *testing.T, text string) *config.Charter {
	t.Helper()
	c, ps := config.ParseCharter("charter.yaml", []byte(text))
	if len(ps) > 0 {
		t.Fatalf("problems:\n%s", report(t, ps, "en"))
	}
	return c
}

func TestDefaults(t *testing.T) {
	c := parse(t, small)
	idea, path := c.Kind("idee"), c.Path("court")
	simple, other := c.Rule("simple"), c.Rule("autre")
	for what, pair := range map[string][2]any{
		"zone":           {c.Community.Zone, "UTC"},
		"batch":          {c.Notices.Batch.Std(), 10 * time.Minute},
		"path of a kind": {idea.Path, "court"},
		"type":           {idea.Fields[0].Type, "line"},
		"max of a line":  {idea.Fields[0].Max, 100},
		"max of a text":  {idea.Fields[1].Max, 4000},
		"max of a date":  {idea.Fields[2].Max, 0},
		"next":           {strings.Join(path.Stages[0].Next, " "), "decidee"},
		"last is final":  {path.Stages[2].Final, true},
		"default rule":   {c.Votes.Default, "simple"},
		"method":         {simple.Method, "yes-no"},
		"roll":           {simple.Roll, "frozen"},
		"results":        {simple.Results, "at-close"},
		"lasts":          {simple.Lasts.Std(), 7 * 24 * time.Hour},
		"passed":         {simple.Passed, "advance"},
		"failed":         {simple.Failed, "stay"},
		"majority":       {*simple.Majority, config.Share{Of: "expressed", Over: config.NewRatio(1, 2)}},
		"own majority":   {*other.Majority, config.Share{Of: "expressed", AtLeast: config.NewRatio(2, 3)}},
		"own quorum":     {*other.Quorum, config.Share{Of: "entitled", AtLeast: config.NewRatio(1, 3)}},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
		}
	}
	if simple.Quorum != nil {
		t.Errorf("a rule without quorum has %+v", simple.Quorum)
	}
	bare := parse(t, "version: 1\ncommunity: {name: Essai}\n")
	if bare.Community.Locale != "en" || bare.Notices.Batch.Std() != 10*time.Minute || bare.Location() != time.UTC {
		t.Errorf("a bare charter has %+v, %+v", bare.Community, bare.Notices)
	}
}

func TestLookups(t *testing.T) {
	c := parse(t, small)
	for _, hand := range []bool{false, true} {
		if hand { // a charter nobody indexed answers the same
			c = &config.Charter{
				Community: c.Community, Channels: c.Channels, Groups: c.Groups,
				Rights: c.Rights, Requests: c.Requests, Votes: c.Votes,
			}
		}
		if c.Group("comite") != &c.Groups[0] || c.Rule("autre") != &c.Votes.Rules[1] ||
			c.Kind("idee") != &c.Requests.Kinds[0] || c.Path("court") != &c.Requests.Paths[0] ||
			c.Stage("court", "finie") != &c.Requests.Paths[0].Stages[2] || c.Channel("vide") != &c.Channels[3] {
			t.Error("a lookup does not point into the charter")
		}
		if c.Group("x") != nil || c.Group(config.Everyone) != nil || c.Rule("x") != nil || c.Kind("x") != nil ||
			c.Path("x") != nil || c.Stage("x", "finie") != nil || c.Stage("court", "x") != nil || c.Channel("x") != nil {
			t.Error("a lookup finds what is not there")
		}
	}
}

func TestRightFor(t *testing.T) {
	c := parse(t, small)
	for command, want := range map[string]string{
		"request new": "[everyone] true", "request": "[everyone] true", "request assign": "[comite] true",
		"request assign more": "[comite] true", "vote cast": "[] true", "vote new": "[] false",
		"requests": "[] false", "": "[] false",
	} {
		groups, ok := c.RightFor(command)
		if got := fmt.Sprint(groups, ok); got != want {
			t.Errorf("%q may be run by %s, want %s", command, got, want)
		}
	}
	all := parse(t, "version: 1\ncommunity: {name: Essai}\nrights: {\"\": everyone, vote: []}\n")
	if groups, ok := all.RightFor("request new"); !ok || !slices.Equal(groups, []string{"everyone"}) {
		t.Errorf("the empty key covers nothing: %v, %v", groups, ok)
	}
	if groups, ok := all.RightFor("vote new"); !ok || len(groups) > 0 {
		t.Errorf("an empty list lets in %v, %v", groups, ok)
	}
}

func TestPlace(t *testing.T) {
	c := parse(t, small)
	for at, want := range map[[2]string]string{
		{"general", "console"}:   "general",
		{"general", "discord"}:   "general",
		{"bureau", "mattermost"}: "abc",
		{"bureau", "discord"}:    "123456789012345678",
		{"bureau", "console"}:    "bureau",
		{"salle", "discord"}:     "42",
		{"salle", "mattermost"}:  "commune",
		{"vide", "console"}:      "vide",
		{"vide", "discord"}:      "",
		{"inconnu", "console"}:   "",
	} {
		if got, ok := c.Place(at[0], at[1]); got != want || ok != (want != "") {
			t.Errorf("%v is %q, %v; want %q", at, got, ok, want)
		}
	}
}

func TestAtAndProblem(t *testing.T) {
	c := parse(t, small)
	for path, want := range map[string]config.Pos{
		"version":                    {1, 1},
		"community locale":           {2, 26},
		"groups comite members":      {9, 47},
		"groups comite members 1":    {9, 72},
		"groups comite members 1 2":  {9, 72},
		"groups comite roles":        {9, 3},
		"requests paths court":       {18, 5},
		"votes rules autre majority": {26, 58},
		"nothing at all":             {1, 1},
	} {
		if got := c.At(strings.Fields(path)...); got != want {
			t.Errorf("%s is at %v, want %v", path, got, want)
		}
	}
	p := c.Problem([]string{"rights", "request assign"}, "no command %q; there are %s", "pas de commande « %s » ; il y a %s",
		"a\nb", []string{"x", "y"})
	p.Suggestion = "request new"
	var b strings.Builder
	if err := (config.Problems{p}).Report(&b, "fr"); err != nil {
		t.Fatal(err)
	}
	want := `charter.yaml:12:3: pas de commande « a·b » ; il y a x, y ; vouliez-vous écrire « request new » ?
      request assign: comite
      ^
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if got := p.Error(); got != `charter.yaml:12:3: no command "a·b"; there are x, y; did you mean "request new"?` {
		t.Error(got)
	}
	if got := (&config.Charter{}).Problem(nil, "lost", "perdu").Error(); got != "charter: lost" {
		t.Error(got)
	}
	if got := (&config.Charter{}).At("version"); got != (config.Pos{}) {
		t.Errorf("a charter from nowhere has %v", got)
	}
}

// TestLimits wants hostile files refused. What took a time that grows with the
// square of the file would not end before the tests are given up.
func TestLimits(t *testing.T) {
	head := "version: 1\ncommunity: {name: Club}\ngroups:\n"
	for what, text := range map[string]string{
		"larger than 1024 KiB":         "# " + strings.Repeat("x", 1<<20),
		"more than 100000 values, al":  head + "  g: {members: [" + strings.Repeat("a,", 100_001) + "]}\n",
		"more than 100000 values, ali": head + manyAliases(),
		"more than 50 levels":          head + "  g: {autre: " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "}\n",
		"not one of":                   head + "requests: {kinds: {k: {require: [" + strings.Repeat("usecase,", 90_000) + "]}}}\n",
		"no group is named":            head + manyUnknown(),
	} {
		_, ps := config.ParseCharter("x.yaml", []byte(text))
		if len(ps) == 0 || !slices.ContainsFunc(ps, func(p config.Problem) bool { return strings.Contains(p.Text("en"), what) }) {
			t.Errorf("no problem says %s", what)
		}
	}
}

// manyAliases is small to write and large to read.
func manyAliases() string {
	var b strings.Builder
	b.WriteString("  g: {members: &m [")
	for i := range 1000 {
		fmt.Fprintf(&b, "console:a%d,", i)
	}
	b.WriteString("]}\n")
	for i := range 200 {
		fmt.Fprintf(&b, "  g%d: {members: *m}\n", i)
	}
	return b.String()
}

func manyUnknown() string {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "  groupe-%d: {groups: goupe-%d}\n", i, i)
	}
	return b.String()
}
