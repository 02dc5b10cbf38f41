package main

import "fmt"

// newMeeting is a meeting called two weeks ahead, held, and its minutes approved.
func (f *federation) newMeeting(int) error {
	host := f.somebody(boardSize)
	n, err := f.made(host, "meeting new", "title", f.sentence(3), "kind", "working", "when", f.on(14), "where", "Town hall")
	if err != nil || n == 0 {
		return err
	}
	number := fmt.Sprint(n)
	items := 3 + f.pick(4)
	for range items {
		if _, err := f.say(f.somebody(delegates), "meeting propose", "number", number, "title", f.sentence(4)); err != nil {
			return err
		}
	}
	first := f.pick(delegates)
	coming := make([]int, 20+f.pick(20))
	for i := range coming {
		coming[i] = (first + i) % min(delegates, f.present)
		if _, err := f.say(coming[i], "meeting answer", "number", number, "answer", []string{"yes", "yes", "maybe", "no"}[f.pick(4)]); err != nil {
			return err
		}
	}
	f.note("meeting held", n)
	f.in(14, func() error { return f.hold(host, number, items, coming) })
	f.in(21, func() error {
		return f.play(script{{host, []string{"meeting approve", "number", number, "sure", "yes"}}})
	})
	return nil
}

func (f *federation) hold(host int, number string, items int, coming []int) error {
	calls := script{
		{host, []string{"meeting start", "number", number, "secretary", at(coming[0]), "sure", "yes"}},
		{host, []string{"meeting attend", "number", number, "members", names(coming[:10])}},
	}
	for i := range items {
		calls = append(calls, struct {
			who  int
			call []string
		}{host, []string{"meeting note", "number", number, "item", fmt.Sprint(i + 1), "text", f.sentence(30)}})
	}
	if err := f.play(calls); err != nil {
		return err
	}
	if _, err := f.say(host, "meeting decide", "number", number, "text", f.sentence(8), "item", "1", "sure", "yes"); err != nil {
		return err
	}
	for range 3 {
		action, err := f.made(host, "action new", "number", number, "title", f.sentence(4), "owner", at(coming[f.pick(len(coming))]), "due", f.on(10+f.pick(30)), "item", "1")
		if err != nil {
			return err
		}
		if f.pick(4) == 0 {
			f.note("action", action)
			continue
		}
		f.in(8+f.pick(12), func() error { return f.play(script{{host, []string{"action done", "number", fmt.Sprint(action)}}}) })
	}
	for i := range 4 {
		if _, err := f.say(coming[i], "meeting round", "number", number, "text", f.sentence(8)); err != nil {
			return err
		}
	}
	return f.play(script{{host, []string{"meeting end", "number", number, "sure", "yes"}}})
}
