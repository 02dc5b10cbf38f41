package discord

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// An event says far more than concerns us: a press brings the whole message that was
// pressed. What nobody asks for is passed over without being decoded. Whatever these
// functions do not expect is left to encoding/json, which tells what is wrong.

// cut walks through the members of a JSON object and hands over the name and the
// value of each as they stand. It is false when the object does not end, or when a
// name has something escaped.
func cut(data []byte, each func(name, value []byte)) bool {
	at := blanks(data, 0)
	if at == len(data) || data[at] != '{' {
		return false
	}
	if at = blanks(data, at+1); at < len(data) && data[at] == '}' {
		return blanks(data, at+1) == len(data)
	}
	for at < len(data) && data[at] == '"' {
		end := past(data, at)
		if end < 0 || bytes.IndexByte(data[at:end], '\\') >= 0 {
			return false
		}
		name := data[at+1 : end-1]
		if at = blanks(data, end); at == len(data) || data[at] != ':' {
			return false
		}
		from := blanks(data, at+1)
		if end = past(data, from); end < 0 {
			return false
		}
		each(name, data[from:end])
		if at = blanks(data, end); at == len(data) {
			return false
		}
		switch data[at] {
		case ',':
			at = blanks(data, at+1)
		case '}':
			return blanks(data, at+1) == len(data)
		default:
			return false
		}
	}
	return false
}

// blanks is where what is not blank goes on.
func blanks(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\n' || data[at] == '\t' || data[at] == '\r') {
		at++
	}
	return at
}

// past is where the value ends that begins there; -1 when it does not.
func past(data []byte, at int) int {
	depth := 0
	for i := at; i < len(data); i++ {
		switch data[i] {
		case '"':
			if i = quoted(data, i); i < 0 {
				return -1
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ',', ':', ' ', '\n', '\t', '\r':
			continue
		default: // a number or a word
			for i+1 < len(data) && data[i+1] > ' ' && data[i+1] != ',' && data[i+1] != '}' && data[i+1] != ']' {
				i++
			}
		}
		if depth == 0 {
			return i + 1
		}
		if depth < 0 {
			return -1
		}
	}
	return -1
}

// quoted is the closing quote of a string; -1 when it has none.
func quoted(data []byte, at int) int {
	for i := at + 1; i < len(data); i++ {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for data[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return -1
}

// readFrame reads a message of the gateway. Its data is part of raw.
func readFrame(raw []byte) (f frame, err error) {
	ok := cut(raw, func(name, value []byte) {
		switch string(name) {
		case "op":
			f.Op, err = strconv.Atoi(string(value))
		case "d":
			f.Data = value
		case "s":
			if string(value) != "null" && err == nil {
				f.Seq, err = strconv.ParseInt(string(value), 10, 64)
			}
		case "t":
			if string(value) != "null" && err == nil {
				err = json.Unmarshal(value, &f.Type)
			}
		}
	})
	if !ok || err != nil {
		f = frame{}
		err = json.Unmarshal(raw, &f)
	}
	return f, err
}

// readInteraction reads an interaction without what else it says.
func readInteraction(data []byte, in *interaction) error {
	wanted, ok := appendWanted(make([]byte, 0, 1024), data, func(b, name, value []byte) ([]byte, bool) {
		switch string(name) {
		case "id", "type", "token", "guild_id", "channel_id", "locale", "user", "data":
			return append(b, value...), true
		case "member":
			return appendMember(b, value)
		}
		return b, false
	})
	if !ok {
		return json.Unmarshal(data, in)
	}
	return json.Unmarshal(wanted, in)
}

// appendMember writes what concerns us of a member, or all of it where it is not as
// expected.
func appendMember(b, member []byte) ([]byte, bool) {
	written, ok := appendWanted(b, member, func(b, name, value []byte) ([]byte, bool) {
		switch string(name) {
		case "user", "nick", "roles", "guild_id", "pending":
			return append(b, value...), true
		}
		return b, false
	})
	if !ok {
		return append(b, member...), true
	}
	return written, true
}

// appendWanted writes the members of an object for which write writes a value. It is
// false when the object cannot be cut.
func appendWanted(b, object []byte, write func(b, name, value []byte) ([]byte, bool)) ([]byte, bool) {
	b = append(b, '{')
	begun := len(b)
	ok := cut(object, func(name, value []byte) {
		before := len(b)
		if before > begun {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), `":`...)
		var wanted bool
		if b, wanted = write(b, name, value); !wanted {
			b = b[:before]
		}
	})
	return append(b, '}'), ok
}
