package adaptertest

// faulty is the driver's other side, where the platform can fail.
func (s suite) faulty() Faulty {
	s.Helper()
	f, ok := s.Driver.(Faulty)
	if !ok {
		s.Skip("nothing of the sort can fail on this platform")
	}
	return f
}

// once checks that a text stands once among messages.
func (s suite) once(what string, messages []Message) {
	s.Helper()
	if n := times(messages, what); n != 1 {
		s.Errorf("%q is seen %d times, want once", what, n)
	}
}

// reconnect: what was said to the bot, and what it had to say, while the
// connection was lost comes once when it is back, and all works as before.
func (s suite) reconnect() {
	f := s.faulty()
	hung := s.hang()
	s.Type(s.T, "alice", "@greffier probe say before")
	s.seen("Answer 1: before", s.private("alice"))
	s.seen("said 1: before", s.public)
	mend := f.Cut(s.T)
	s.Type(s.T, "alice", "@greffier probe say meanwhile")
	s.Type(s.T, "bob", "@greffier probe press")
	mend()
	s.seen("Answer 2: meanwhile", s.private("alice"))
	s.seen("said 2: meanwhile", s.public)
	now := s.seen("Pressed 1 times.", s.public)
	if now.ID != hung.ID {
		s.Errorf("the card was redrawn as message %q, want %q", now.ID, hung.ID)
	}
	s.Click(s.T, "bob", now, "Press")
	s.seen("Pressed 2 times.", s.public)
	s.Type(s.T, "alice", "/probe say after")
	s.seen("Answer 3: after", s.private("alice"))
	s.seen("said 3: after", s.public)
	for _, text := range []string{"before", "meanwhile", "after"} {
		s.once(text, s.Private(s.T, "alice"))
		s.once(text, s.public())
	}
}

// pressed: a platform that asks to wait is waited for, and nothing is lost by it
// or said twice.
func (s suite) pressed() {
	f := s.faulty()
	hung := s.hang()
	ease := f.Press(s.T)
	s.Type(s.T, "alice", "/probe say one")
	s.Click(s.T, "bob", hung, "Press")
	s.Type(s.T, "carol", "/probe say two")
	s.seen("one", s.public)
	s.seen("two", s.public)
	s.seen("Pressed 1 times.", s.public)
	ease()
	s.once("one", s.public())
	s.once("two", s.public())
}

// missingRights: where the bot may not post its answers still come, what it
// cannot say is let go of, and what comes later is said once it may again.
func (s suite) missingRights() {
	f := s.faulty()
	s.Type(s.T, "alice", "/probe say before")
	s.seen("said 1: before", s.public)
	allow := f.Forbid(s.T)
	s.Type(s.T, "alice", "/probe say forbidden")
	s.seen("Answer 2: forbidden", s.private("alice"))
	allow()
	s.Type(s.T, "alice", "/probe say after")
	s.seen("Answer 3: after", s.private("alice"))
	s.seen("said 3: after", s.public)
}
