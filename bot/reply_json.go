package bot

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// A reply is saved at every event that changes something, while others wait for
// the commit: writing its JSON by reflection was a quarter of that time. What is
// written here is read by encoding/json, and a test holds the two together.

// jsonObject writes the members of a JSON object one after the other.
type jsonObject struct {
	b     []byte
	first bool
}

func openObject(b []byte) jsonObject { return jsonObject{append(b, '{'), true} }

func (o *jsonObject) key(name string) {
	if !o.first {
		o.b = append(o.b, ',')
	}
	o.first = false
	o.b = append(append(append(o.b, '"'), name...), '"', ':')
}

func (o *jsonObject) text(name, value string) {
	if value != "" {
		o.key(name)
		o.b = appendJSONString(o.b, value)
	}
}

func (o *jsonObject) flag(name string, value bool) {
	if value {
		o.key(name)
		o.b = append(o.b, "true"...)
	}
}

func (o *jsonObject) close() []byte { return append(o.b, '}') }

// appendList writes a list of a name, if there is anything in it.
func appendList[T any](o *jsonObject, name string, list []T, write func([]byte, T) []byte) {
	if len(list) == 0 {
		return
	}
	o.key(name)
	for i, v := range list {
		o.b = write(append(o.b, "[,"[min(i, 1)]), v)
	}
	o.b = append(o.b, ']')
}

// appendJSONString writes a string; what needs escaping is left to the library.
func appendJSONString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return append(b, mustJSON(s)...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func (t Text) appendJSON(b []byte) []byte {
	o := openObject(b)
	o.text("k", t.Key)
	appendList(&o, "a", t.Args, func(b []byte, a Arg) []byte { return a.appendJSON(b) })
	o.text("l", t.Lit)
	if !t.Word.IsZero() {
		o.key("w")
		o.b = append(o.b, mustJSON(t.Word)...)
	}
	appendList(&o, "j", t.Join, func(b []byte, t Text) []byte { return t.appendJSON(b) })
	o.text("s", t.Sep)
	o.text("u", t.URL)
	return o.close()
}

func (a Arg) appendJSON(b []byte) []byte {
	o := openObject(b)
	o.key("n")
	o.b = appendJSONString(o.b, a.Name)
	o.text("l", a.Lit)
	if a.Num != nil {
		o.key("i")
		o.b = strconv.AppendInt(o.b, *a.Num, 10)
	}
	if a.Who != 0 {
		o.key("m")
		o.b = strconv.AppendUint(o.b, uint64(a.Who), 10)
	}
	if a.When != nil {
		o.key("t")
		o.b = append(a.When.AppendFormat(append(o.b, '"'), time.RFC3339Nano), '"')
	}
	o.flag("d", a.Date)
	if a.Text != nil {
		o.key("x")
		o.b = a.Text.appendJSON(o.b)
	}
	return o.close()
}

func (u Button) appendJSON(b []byte) []byte {
	o := openObject(b)
	o.key("l")
	o.b = u.Label.appendJSON(o.b)
	o.key("c")
	o.b = u.Call.appendJSON(o.b)
	o.text("s", u.Style)
	o.flag("o", u.Aside)
	return o.close()
}

func (c Call) appendJSON(b []byte) []byte {
	o := openObject(b)
	o.key("c")
	o.b = appendJSONString(o.b, c.Command)
	if len(c.Args) > 0 {
		o.key("a")
		args := openObject(o.b)
		for _, name := range slices.Sorted(maps.Keys(c.Args)) {
			if !args.first {
				args.b = append(args.b, ',')
			}
			args.first = false
			args.b = append(appendJSONString(args.b, name), ':')
			args.b = appendJSONString(args.b, c.Args[name])
		}
		o.b = args.close()
	}
	o.flag("f", c.Form)
	return o.close()
}

func (r Reply) appendJSON(b []byte) []byte {
	o := openObject(b)
	if !r.Text.IsZero() {
		o.key("t")
		o.b = r.Text.appendJSON(o.b)
	}
	if r.Card != nil {
		o.key("c")
		o.b = append(o.b, mustJSON(r.Card)...)
	}
	appendList(&o, "b", r.Buttons, func(b []byte, u Button) []byte { return u.appendJSON(b) })
	if r.Form != nil {
		o.key("f")
		o.b = append(o.b, mustJSON(r.Form)...)
	}
	return o.close()
}

func (s savedReply) appendJSON(b []byte) []byte {
	o := openObject(b)
	o.key("w")
	o.b = strconv.AppendUint(o.b, uint64(s.Who), 10)
	o.key("e")
	o.b = appendJSONString(o.b, s.Event)
	o.key("r")
	o.b = s.Reply.appendJSON(o.b)
	return o.close()
}
