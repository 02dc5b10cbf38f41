package config_test

import (
	"strings"
	"testing"

	"greffier/config"
)

const small = `version: 1
community: {name: Essai, locale: fr}
channels:
  general: general
groups:
  comite: {name: {en: Committee, fr: Comité}, members: [console:alice]}
rights:
  request: everyone
  request assign: comite
requests:
  kinds:
    idee: {group: comite}
  paths:
    court:
      stages:
        recue: {advance: comite}
        decidee: {vote: simple}
        finie:
votes:
  rules:
    simple: {electorate: comite}
`

func parse(t *testing.T, text string) *config.Charter {
	t.Helper()
	c, ps := config.ParseCharter("charter.yaml", []byte(text))
	if len(ps) > 0 {
		var b strings.Builder
		if err := ps.Report(&b, "en"); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("problems:\n%s", b.String())
	}
	return c
}

func TestSmall(t *testing.T) {
	c := parse(t, small)
	t.Logf("%+v", c)
}
