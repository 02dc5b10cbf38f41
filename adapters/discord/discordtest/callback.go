package discordtest

import (
	"bytes"
	"encoding/json"
	"slices"
)

func contains(text, part []byte) bool { return bytes.Contains(text, part) }

// callback is POST /interactions/{interaction_id}/{interaction_token}/callback.
func callback(s *Server, r *request) (any, error) {
	var in struct {
		Type *int            `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := decode(r.body, &in); err != nil {
		return nil, err
	}
	var f form
	if in.Type == nil {
		f.required("type")
		return nil, f.failure()
	}
	a := answer{kind: *in.Type, body: messageBody{files: r.files}}
	if err := a.read(&f, in.Data); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	it := s.interactions[r.path("interaction_id")]
	switch {
	case it == nil || it.token != r.path("interaction_token") || it.expired():
		return nil, errInteraction
	case it.answered != 0:
		return nil, errAcknowledged
	}
	a.suits(&f, it)
	if err := f.failure(); err != nil {
		return nil, err
	}
	if a.kind == replyMessage && a.body.empty() {
		return nil, errEmpty
	}
	if err := s.respond(it, &a); err != nil {
		return nil, err
	}
	s.change()
	if r.URL.Query().Get("with_response") != "true" {
		return nil, nil
	}
	return it.callbackObject(), nil
}

// answer is the first answer to an interaction.
type answer struct {
	kind    int
	body    messageBody
	modal   Modal
	choices []CommandChoice
}

// read reads what comes with the type of answer.
func (a *answer) read(f *form, data json.RawMessage) error {
	f.choice("type", a.kind, replyMessage, replyDeferred, replyLater, replyUpdate, replyChoices, replyModal)
	needed := a.kind == replyMessage || a.kind == replyChoices || a.kind == replyModal
	if len(data) == 0 || string(data) == "null" {
		if needed && len(a.body.files) == 0 {
			f.required("data")
		}
		return f.failure()
	}
	switch a.kind {
	case replyModal:
		if err := decode(data, &a.modal); err != nil {
			return err
		}
		checkModal(f, "data", a.modal)
	case replyChoices:
		var in struct {
			Choices *[]CommandChoice `json:"choices"`
		}
		if err := decode(data, &in); err != nil {
			return err
		}
		if in.Choices == nil {
			f.required("data.choices")
			break
		}
		a.choices = *in.Choices
	default:
		if err := decode(data, &a.body); err != nil {
			return err
		}
		settable := settableFlags | flagEphemeral
		if a.kind == replyDeferred {
			settable = flagEphemeral
		}
		a.body.check(f, "data", settable)
	}
	return f.failure()
}

// suits checks that the type of answer fits the interaction.
func (a *answer) suits(f *form, it *Interaction) {
	fits := map[int][]int{
		kindCommand:      {replyMessage, replyDeferred, replyModal},
		kindComponent:    {replyMessage, replyDeferred, replyLater, replyUpdate, replyModal},
		kindAutocomplete: {replyChoices},
		kindModal:        {replyMessage, replyDeferred},
	}[it.kind]
	if it.kind == kindModal && it.source != nil {
		fits = append(fits, replyLater, replyUpdate)
	}
	if !slices.Contains(fits, a.kind) {
		f.fail("type", "INTERACTION_CALLBACK_TYPE_INVALID", "An answer of type %d is not for an interaction of type %d.", a.kind, it.kind)
	}
	if a.kind == replyChoices {
		checkChoices(f, "data.choices", a.choices, it.option)
	}
}

// respond does what the answer says. The world is locked.
func (s *Server) respond(it *Interaction, a *answer) error {
	switch a.kind {
	case replyMessage, replyDeferred:
		m := s.interactionMessage(it, &a.body)
		m.loading = a.kind == replyDeferred
		if m.loading {
			m.Flags |= flagLoading
		}
		it.original = m
		s.post(m)
	case replyUpdate:
		if err := s.change1(it.source, &a.body); err != nil {
			return err
		}
		it.original = it.source
		s.edited(it.source)
	case replyLater:
		it.original = it.source
	case replyChoices:
		it.choices = a.choices
	case replyModal:
		a.modal.from = it
		it.modal = &a.modal
		it.member.shown(&a.modal)
	}
	it.answered = a.kind
	close(it.acknowledged)
	if a.kind != replyDeferred {
		close(it.settled)
	}
	return nil
}

// interactionMessage makes a message that answers an interaction.
func (s *Server) interactionMessage(it *Interaction, b *messageBody) *Message {
	only := ""
	if b.Flags.V&flagEphemeral != 0 {
		only = it.member.ID
	}
	m := s.newMessage(it.channel, s.me, b, s.can(s.me, it.channel), only)
	m.from = it
	m.ApplicationID, m.WebhookID, m.InteractionMetadata = s.AppID, s.AppID, it.metadata()
	switch {
	case it.kind == kindCommand:
		m.Type = 20
	case it.source != nil:
		m.MessageReference = obj{"type": 0, "message_id": it.source.ID, "channel_id": it.source.ChannelID}
		if g := it.channel.guild; g != nil {
			m.MessageReference["guild_id"] = g.ID
		}
	}
	return m
}

func (it *Interaction) callbackObject() obj {
	o := obj{"id": it.ID, "type": it.kind, "channel_id": it.channel.ID}
	resource := obj{"type": it.answered}
	if g := it.channel.guild; g != nil {
		o["guild_id"] = g.ID
	}
	if m := it.original; m != nil {
		o["response_message_id"] = m.ID
		o["response_message_loading"] = m.loading
		o["response_message_ephemeral"] = m.only != ""
		if it.answered == replyMessage || it.answered == replyUpdate {
			resource["message"] = it.s.shown(m)
		}
	}
	return obj{"interaction": o, "resource": resource}
}
