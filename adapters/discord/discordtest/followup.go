package discordtest

// webhook is the interaction whose token is in the path of a request. The world is
// locked.
func (s *Server) webhook(r *request) (*Interaction, error) {
	it := s.tokens[r.path("webhook_token")]
	switch {
	case it == nil || r.path("webhook_id") != s.AppID || it.answered == 0:
		return nil, errWebhook
	case s.clock.Now().Sub(it.made) > tokenWindow:
		return nil, errWebhookToken
	}
	return it, nil
}

// createFollowup is POST /webhooks/{webhook_id}/{webhook_token}. Right after a
// deferred answer it takes that one's place, with its being ephemeral or not.
func createFollowup(s *Server, r *request) (any, error) {
	b, err := r.messageBody()
	if err != nil {
		return nil, err
	}
	var f form
	b.check(&f, "", settableFlags|flagEphemeral)
	if err := f.failure(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	it, err := s.webhook(r)
	if err != nil {
		return nil, err
	}
	if b.empty() {
		return nil, errEmpty
	}
	if it.original != nil && it.original.loading {
		return s.editFollowup(it, it.original, b)
	}
	m := s.interactionMessage(it, b)
	m.Type = 0
	it.later = append(it.later, m)
	s.post(m)
	return s.shown(m), nil
}

// followup is the message that a request names by @original or its identifier.
func (s *Server) followup(r *request) (*Interaction, *Message, error) {
	it, err := s.webhook(r)
	if err != nil {
		return nil, nil, err
	}
	if id := r.path("message_id"); id != "" {
		m := it.channel.byID[id]
		if m == nil || m.from != it && m != it.original {
			return nil, nil, errMessage
		}
		return it, m, nil
	}
	m := it.original
	if m == nil || m.channel.byID[m.ID] == nil {
		return nil, nil, errMessage
	}
	return it, m, nil
}

func getFollowup(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, m, err := s.followup(r)
	if err != nil {
		return nil, err
	}
	return s.shown(m), nil
}

func patchFollowup(s *Server, r *request) (any, error) {
	b, err := r.messageBody()
	if err != nil {
		return nil, err
	}
	var f form
	b.check(&f, "", flagSuppressEmbeds|flagComponentsV2)
	if err := f.failure(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	it, m, err := s.followup(r)
	if err != nil {
		return nil, err
	}
	return s.editFollowup(it, m, b)
}

// editFollowup changes a message of an interaction. What was announced and now comes
// pings as a new message does.
func (s *Server) editFollowup(it *Interaction, m *Message, b *messageBody) (any, error) {
	wasLoading := m.loading
	b.Flags.V &^= flagEphemeral
	if err := s.change1(m, b); err != nil {
		return nil, err
	}
	if wasLoading {
		s.mention(m, b, s.can(s.me, it.channel))
	}
	s.edited(m)
	return s.shown(m), nil
}

func deleteFollowup(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, m, err := s.followup(r)
	if err != nil {
		return nil, err
	}
	s.erase(m)
	return nil, nil
}
