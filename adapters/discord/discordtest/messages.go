package discordtest

import (
	"encoding/json"
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// settableFlags are the flags of messages that a bot may set when it makes one.
const settableFlags = flagSuppressEmbeds | flagSuppressNotifications | flagComponentsV2

// nonced is a message made with a nonce that is enforced.
type nonced struct {
	message *Message
	at      time.Time
}

// nonceWindow is how long a nonce is unique ("the past few minutes").
const nonceWindow = 5 * time.Minute

// seenChannel is the channel of a request, if the bot sees it and may do what is
// needed. The world is locked.
func (s *Server) seenChannel(r *request, need Permissions) (*Channel, error) {
	c := s.channels[r.path("channel_id")]
	if c == nil {
		return nil, errChannel
	}
	p := s.can(s.me, c)
	switch {
	case !p.has(ViewChannel):
		return nil, errAccess
	case !p.has(need):
		return nil, errPermission
	}
	return c, nil
}

// body reads the message of a request.
func (r *request) messageBody() (*messageBody, error) {
	b := &messageBody{files: r.files}
	if len(r.body) == 0 && len(r.files) > 0 {
		return b, nil
	}
	return b, decode(r.body, b)
}

// createMessage is POST /channels/{channel_id}/messages.
func createMessage(s *Server, r *request) (any, error) {
	b, err := r.messageBody()
	if err != nil {
		return nil, err
	}
	var f form
	b.check(&f, "", settableFlags)
	if err := f.failure(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	if earlier := s.earlier(c, b); earlier != nil {
		return s.shown(earlier), nil
	}
	if err := s.maySend(c, b); err != nil {
		return nil, err
	}
	m := s.newMessage(c, s.me, b, s.can(s.me, c), "")
	if b.EnforceNonce.V && m.Nonce != nil {
		s.nonces[nonceKey(c, m.Nonce)] = nonced{m, s.clock.Now()}
	}
	if ref := b.Reference.V; ref.Message != "" && ref.Type == 0 {
		s.reply(m, b, c.byID[ref.Message])
	}
	s.post(m)
	return s.shown(m), nil
}

func nonceKey(c *Channel, nonce any) string {
	text, _ := json.Marshal(nonce)
	return c.ID + " " + strings.Trim(string(text), `"`)
}

// earlier is the message that was made with the same nonce, if that is enforced.
func (s *Server) earlier(c *Channel, b *messageBody) *Message {
	if !b.EnforceNonce.V || len(b.Nonce) == 0 {
		return nil
	}
	known, ok := s.nonces[nonceKey(c, b.Nonce)]
	if !ok || s.clock.Now().Sub(known.at) > nonceWindow {
		return nil
	}
	return known.message
}

// maySend tells whether the bot may post a message in a channel.
func (s *Server) maySend(c *Channel, b *messageBody) error {
	p := s.can(s.me, c)
	need := SendMessages
	if c.thread != nil {
		need = SendInThreads
	}
	if len(b.files) > 0 {
		need |= AttachFiles
	}
	if len(b.Embeds.V) > 0 {
		need |= EmbedLinks
	}
	switch {
	case c.Type == ForumChannel || c.Type == 4:
		return errNotText
	case c.guild == nil && !s.reaches(c.recipient):
		return errRefusesDirect
	case b.empty():
		return errEmpty
	case !p.has(need):
		return errPermission
	case c.thread != nil && c.thread.locked && !p.has(ManageThreads):
		return errArchived
	}
	if ref := b.Reference.V; ref.Message != "" {
		switch {
		case ref.Type != 0:
			return &failure{http.StatusBadRequest, 50035, "This double has no forwards.", nil}
		case !p.has(ReadHistory):
			return &failure{http.StatusBadRequest, 160002, "Cannot reply without permission to read message history", nil}
		case c.byID[ref.Message] == nil || c.byID[ref.Message].only != "":
			if ref.Strict != nil && !*ref.Strict {
				b.Reference.V.Message = ""
				return nil
			}
			var f form
			f.fail("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
			return f.failure()
		}
	}
	return nil
}

// newMessage makes a message that is in no channel yet; only is who alone sees it,
// empty for all.
func (s *Server) newMessage(c *Channel, author *account, b *messageBody, may Permissions, only string) *Message {
	m := &Message{
		ID: s.newID(), ChannelID: c.ID, Author: author.user, author: author.user.ID, Timestamp: stamp(s.clock.Now()), channel: c,
		Mentions: []User{}, MentionRoles: []string{}, Attachments: []Attachment{}, Embeds: []Embed{}, Components: []Component{},
		TTS: b.TTS.V, Flags: b.Flags.V, only: only,
	}
	if len(b.Nonce) > 0 {
		_ = json.Unmarshal(b.Nonce, &m.Nonce) // it was checked
	}
	s.fill(m, b)
	s.mention(m, b, may)
	return m
}

// fill takes over what the body sets.
func (s *Server) fill(m *Message, b *messageBody) {
	if b.Content.Set {
		m.Content = strings.TrimSpace(b.Content.V)
	}
	if b.Embeds.Set {
		m.Embeds = slices.Clone(b.Embeds.V)
		for i := range m.Embeds {
			m.Embeds[i].Type = "rich"
		}
		if m.Embeds == nil {
			m.Embeds = []Embed{}
		}
	}
	if b.Components.Set {
		m.Components = b.Components.V
		if m.Components == nil {
			m.Components = []Component{}
		}
		completeComponents(m.Components)
	}
	if b.Attachments.Set {
		kept := []Attachment{}
		for _, a := range m.Attachments {
			if slices.ContainsFunc(b.Attachments.V, func(p attachmentParam) bool { return p.id() == a.ID }) {
				kept = append(kept, a)
			}
		}
		m.Attachments = kept
	}
	for _, file := range b.files {
		m.Attachments = append(m.Attachments, s.attach(m, b, file))
	}
	if m.only != "" {
		m.Flags |= flagEphemeral
	}
}

// completeComponents sets what the API adds: numbers, and how many values a menu
// takes.
func completeComponents(list []Component) {
	number(list)
	walk(list, func(c *Component) {
		one := 1
		if c.isSelect() && c.MinValues == nil {
			c.MinValues = &one
		}
		if c.isSelect() && c.MaxValues == nil {
			c.MaxValues = &one
		}
	})
}

func (s *Server) attach(m *Message, b *messageBody, file upload) Attachment {
	a := Attachment{
		ID: s.newID(), Filename: filepath.Base(file.name), Size: len(file.data), Data: file.data,
		ContentType: mime.TypeByExtension(filepath.Ext(file.name)), Ephemeral: m.only != "",
	}
	for _, p := range b.Attachments.V {
		if "files["+p.id()+"]" == file.key {
			a.Description = p.Description
			if p.Filename != "" {
				a.Filename = p.Filename
			}
		}
	}
	a.URL = strings.TrimSuffix(s.URL, "/api") + "/attachments/" + m.ChannelID + "/" + m.ID + "/" + a.ID + "/" + a.Filename
	a.ProxyURL = a.URL
	return a
}

// post puts a message into its channel and tells the sessions.
func (s *Server) post(m *Message) {
	c := m.channel
	c.messages = append(c.messages, m)
	c.byID[m.ID] = m
	if m.only == "" {
		c.last = m.ID
	}
	if c.thread != nil {
		c.thread.sent++
		c.thread.count++
		c.thread.archived = false
	}
	if n := s.opts.Remember; n > 0 && len(c.messages) > n {
		// Cards are wanted longer than what somebody alone was told.
		i := max(slices.IndexFunc(c.messages, func(m *Message) bool { return m.only != "" }), 0)
		delete(c.byID, c.messages[i].ID)
		c.messages = slices.Delete(c.messages, i, i+1)
	}
	s.tell("MESSAGE_CREATE", m)
	s.change()
}

// edited tells the sessions that a message changed.
func (s *Server) edited(m *Message) {
	at := stamp(s.clock.Now())
	m.EditedTimestamp = &at
	s.tell("MESSAGE_UPDATE", m)
	s.change()
}

// attachment serves the files of messages, as the content network does.
func (s *Server) attachment(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(parts) == 5 {
		if c := s.channels[parts[1]]; c != nil && c.byID[parts[2]] != nil {
			for _, a := range c.byID[parts[2]].Attachments {
				if a.ID == parts[3] {
					w.Header().Set("Content-Type", a.ContentType)
					_, _ = w.Write(a.Data) // the client may have gone
					return
				}
			}
		}
	}
	http.NotFound(w, r)
}
