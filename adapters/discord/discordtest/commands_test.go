package discordtest_test

import (
	"strconv"
	"strings"
	"testing"

	"greffier/adapters/discord/discordtest"
)

func option(kind int, name string, more obj) obj {
	o := obj{"type": kind, "name": name, "description": "D"}
	for k, v := range more {
		o[k] = v
	}
	return o
}

func options(n int) (list []obj) {
	for i := range n {
		list = append(list, option(3, "o"+strconv.Itoa(i), nil))
	}
	return list
}

// Commands that break a rule are refused with the field that does.
func TestCommandRules(t *testing.T) {
	s := quiet(t, discordtest.Options{Unlimited: true, PerSecond: -1})
	to := "/applications/" + s.AppID + "/commands"
	with := func(k string, v any) obj {
		c := obj{"name": "c", "description": "D"}
		c[k] = v
		return c
	}
	choices := func(n int) (list []obj) {
		for i := range n {
			list = append(list, obj{"name": "n" + strconv.Itoa(i), "value": "v"})
		}
		return list
	}
	long := strings.Repeat("é", 100)
	for _, c := range []struct {
		name  string
		body  obj
		wrong string
	}{
		{"name", with("name", "demande-élue_2"), ""},
		{"capitals", with("name", "Vote"), "name"},
		{"space", with("name", "two words"), "name"},
		{"long", with("name", strings.Repeat("x", 33)), "name"},
		{"no description", with("description", ""), "description"},
		{"locale", with("name_localizations", obj{"fr": "vôte", "en-GB": "vote"}), ""},
		{"locale", with("name_localizations", obj{"fr": "Vôte"}), "name_localizations.fr"},
		{"unknown locale", with("name_localizations", obj{"fr-FR": "x"}), "name_localizations.fr-FR"},
		{"options", with("options", options(25)), ""},
		{"options", with("options", options(26)), "options"},
		{"required last", with("options", []obj{option(3, "a", nil), option(3, "b", obj{"required": true})}), "options.1"},
		{"same name", with("options", []obj{option(3, "a", nil), option(3, "a", nil)}), "options.1.name"},
		{"same name in French", with("options", []obj{option(3, "a", obj{"name_localizations": obj{"fr": "b"}}), option(3, "b", nil)}), "options.1.name"},
		{"choices", with("options", []obj{option(3, "a", obj{"choices": choices(25)})}), ""},
		{"choices", with("options", []obj{option(3, "a", obj{"choices": choices(26)})}), "options.0.choices"},
		{"choice type", with("options", []obj{option(4, "a", obj{"choices": choices(1)})}), "options.0.choices.0.value"},
		{"autocomplete and choices", with("options", []obj{option(3, "a", obj{"autocomplete": true, "choices": choices(1)})}), "options.0.choices"},
		{"mixed", with("options", []obj{option(1, "a", nil), option(3, "b", nil)}), "options"},
		{"group in a group", with("options", []obj{option(2, "a", obj{"options": []obj{option(2, "b", nil)}})}), "options.0.options.0.type"},
		{"size", with("options", []obj{
			option(1, "a", obj{"options": []obj{option(3, "c", obj{"choices": repeat(obj{"name": "x", "value": long}, 1), "description_localizations": obj{"fr": long}})}}),
		}), ""},
		{"type", with("type", 9), "type"},
	} {
		got := ask(t, s, "POST", to, c.body)
		switch {
		case c.wrong == "" && got.status != 201 && got.status != 200:
			t.Errorf("%s: refused: %v", c.name, got)
		case c.wrong != "" && (got.code() != 50035 || got.wrong() != c.wrong):
			t.Errorf("%s: %v: %q is wrong, want %q", c.name, got, got.wrong(), c.wrong)
		}
	}

	var big []obj
	for i := range 25 {
		o := option(3, "o"+strconv.Itoa(i), obj{"description_localizations": obj{"fr": long}})
		o["choices"] = []obj{{"name": long, "value": long}, {"name": long + "", "value": "v"}}[:1]
		big = append(big, o)
	}
	body := obj{"name": "big", "description": "D", "options": big}
	if got := ask(t, s, "POST", to, body); got.status != 201 {
		t.Errorf("7,600 characters: %v", got)
	}
	body["options"].([]obj)[0]["choices"] = []obj{{"name": long, "value": long}, {"name": long[2:], "value": long}, {"name": long[4:], "value": long}, {"name": long[6:], "value": long}}
	if got := ask(t, s, "POST", to, body); got.code() != 50035 {
		t.Errorf("8,100 characters: %v", got)
	}
}

// Commands are made, read, replaced and deleted; names keep their identifiers.
func TestCommands(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true, PerSecond: -1})
	to := "/applications/" + s.AppID + "/guilds/" + s.Guild().ID + "/commands"
	vote := obj{"name": "vote", "description": "D", "name_localizations": obj{"fr": "voter"}}
	made := ask(t, s, "POST", to, vote)
	if again := ask(t, s, "POST", to, vote); made.status != 201 || again.status != 200 || again.id() != made.id() {
		t.Errorf("made %v, then %v", made, again)
	}
	list := ask(t, s, "PUT", to, []obj{{"name": "request", "description": "D"}, vote}).list
	if len(list) != 2 || list[1].(obj)["id"] != made.id() {
		t.Errorf("replaced: %v", list)
	}
	if got := ask(t, s, "GET", to, nil).list; got[1].(obj)["name_localizations"] != nil {
		t.Errorf("listed: %v", got)
	}
	if got := ask(t, s, "GET", to+"?with_localizations=true", nil).list; got[1].(obj)["name_localizations"].(obj)["fr"] != "voter" {
		t.Errorf("listed with localisations: %v", got)
	}
	if got := ask(t, s, "PATCH", to+"/"+made.id(), obj{"description": "E"}); got.body["description"] != "E" || got.body["version"] == made.body["version"] {
		t.Errorf("changed: %v", got)
	}
	if got := ask(t, s, "DELETE", to+"/"+made.id(), nil); got.status != 204 {
		t.Errorf("deleted: %v", got)
	}
	if got := ask(t, s, "GET", to+"/"+made.id(), nil); got.code() != 10063 {
		t.Errorf("a deleted command: %v", got)
	}
}

// A hundred commands are the most.
func TestTooManyCommands(t *testing.T) {
	s := quiet(t, discordtest.Options{})
	var list []obj
	for i := range 101 {
		list = append(list, obj{"name": "c" + strconv.Itoa(i), "description": "D"})
	}
	to := "/applications/" + s.AppID + "/commands"
	if got := ask(t, s, "PUT", to, list); got.code() != 30032 {
		t.Errorf("101 commands: %v", got.body)
	}
	if got := ask(t, s, "PUT", to, list[:100]); len(got.list) != 100 {
		t.Errorf("100 commands: %v", got.body)
	}
	for i := range list[:100] {
		list[i]["name"] = "d" + strconv.Itoa(i)
	}
	ask(t, s, "PUT", to, list[:100])
	if got := ask(t, s, "POST", to, obj{"name": "new", "description": "D"}); got.status != 400 {
		t.Errorf("the 201st of the day: %v", got)
	}
}
