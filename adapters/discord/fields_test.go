package discord

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// TestFrames reads messages of the gateway as encoding/json does, also those of which
// something is unusual or missing.
func TestFrames(t *testing.T) {
	for _, raw := range []string{
		`{"op":0,"s":4,"t":"MESSAGE_CREATE","d":{"content":"} \" \\","n":[1,{"a":[]}]}}`,
		`{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250,"_trace":["[\"gateway\",{}]"]}}`,
		" { \"op\" : 11 , \"d\" : null }\n",
		`{"op":9,"d":false}`,
		`{"op":9,"d":true}`,
		`{"op":1,"d":251}`,
		`{"op":0,"t":"caf\u00e9","d":-1.5e3}`,
		`{"op":0,"d":"\\","s":1}`,
		`{"\u006fp":7}`,
		`{"op":1,"op":2}`,
		`{}`,
		`null`,
		``, `{`, `{"op"`, `{"op":`, `{"op":0`, `{"op":0,`, `{"op":0,}`, `{"op":0}}`, `{"op":0]`, `{"op":"a"}`, `{"op":0 "s":1}`, `[]`, `{"d":"`, `{"d":"\"}`,
		`{"op":0,"d":[1,2}`, `{"op":1.5}`, `{"s":"4"}`, `{"t":4}`,
	} {
		var want frame
		wantErr := json.Unmarshal([]byte(raw), &want)
		got, err := readFrame([]byte(raw))
		if (err == nil) != (wantErr == nil) || err == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v, %v", raw, got, err, want, wantErr)
		}
	}
}

// TestInteractionFields reads of an interaction what encoding/json reads, whatever else
// stands there.
func TestInteractionFields(t *testing.T) {
	text := rapid.StringN(0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		all := map[string]any{}
		var value func(depth int) any
		value = func(depth int) any {
			switch rapid.IntRange(0, 5-min(depth, 1)*(depth/3)).Draw(t, "kind") {
			case 0:
				return text.Draw(t, "text")
			case 1:
				return rapid.Float64Range(-1e6, 1e6).Draw(t, "number")
			case 2:
				return nil
			case 3:
				return rapid.Bool().Draw(t, "flag")
			case 4:
				list := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
				for i := range list {
					list[i] = value(depth + 1)
				}
				return list
			default:
				object := map[string]any{}
				for range rapid.IntRange(0, 3).Draw(t, "members") {
					object[text.Draw(t, "name")] = value(depth + 1)
				}
				return object
			}
		}
		for _, name := range []string{"message", "guild", "channel", "x" + text.Draw(t, "other")} {
			all[name] = value(0)
		}
		all["id"], all["type"], all["token"] = text.Draw(t, "id"), rapid.IntRange(1, 5).Draw(t, "type"), text.Draw(t, "token")
		all["member"] = map[string]any{"user": map[string]any{"id": text.Draw(t, "user"), "x": value(0)}, "roles": []string{text.Draw(t, "role")}, "x" + text.Draw(t, "field"): value(0)}
		if rapid.Bool().Draw(t, "named") {
			all["member"].(map[string]any)["nick"], all["member"].(map[string]any)["pending"] = text.Draw(t, "nick"), true
		}
		if rapid.IntRange(0, 9).Draw(t, "whose") == 0 {
			all["member"], all["user"] = nil, map[string]any{"id": text.Draw(t, "user"), "global_name": nil}
		}
		all["data"] = map[string]any{"custom_id": text.Draw(t, "custom"), "component_type": 2}
		data, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		var want, got interaction
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		if err := readInteraction(data, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %+v, %v; want %+v", data, got, err, want)
		}
		if err := readInteraction(data[:len(data)-1], &got); err == nil {
			t.Fatal("an interaction without its end is read")
		}
	})
}
