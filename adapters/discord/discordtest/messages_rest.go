package discordtest

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// tell sends a message event. Ephemeral messages are told only to their addressee's
// client, and so to no session.
func (s *Server) tell(name string, m *Message) {
	if m.only != "" {
		return
	}
	need := intentDirect
	o := s.shown(m)
	if g := m.channel.guild; g != nil {
		need = intentMessages
		o.GuildID = g.ID
	}
	body := messageEvent{Message: o}
	if seat := seatOf(m.channel.guild, m.author); seat != nil {
		member := seat.object("")
		member.User = nil
		body.Member = &member
	}
	e := event{name: name, need: need, guild: m.channel.guild, channel: m.channel, body: body}
	if s.hidden(m) {
		bare := body
		bare.Message = blank(o)
		e.bare = bare
	}
	s.gw.dispatch(e)
}

// messageEvent is a message as gateway events carry it.
type messageEvent struct {
	*Message
	Member *MemberObject `json:"member,omitempty"`
}

func seatOf(g *Guild, user string) *seat {
	if g == nil {
		return nil
	}
	return g.seats[user]
}

// hidden tells whether the content of a message is withheld without the intent: not
// of the bot's own messages, in direct messages and where the bot is mentioned.
func (s *Server) hidden(m *Message) bool {
	return m.author != s.AppID && m.channel.guild != nil &&
		!slices.ContainsFunc(m.Mentions, func(u User) bool { return u.ID == s.AppID })
}

func blank(m *Message) *Message {
	b := *m
	b.Content, b.Embeds, b.Attachments, b.Components = "", []Embed{}, []Attachment{}, []Component{}
	return &b
}

// shown is a message as the API shows it to the bot, a copy.
func (s *Server) shown(m *Message) *Message {
	o := *m
	o.Reactions = nil
	for _, e := range m.emojis {
		n, name := len(m.reacted[e]), e
		o.Reactions = append(o.Reactions, Reaction{
			Emoji: Emoji{Name: &name}, Count: n, CountDetails: obj{"burst": 0, "normal": n}, BurstColors: []string{},
			Me: slices.Contains(m.reacted[e], s.AppID),
		})
	}
	if t := s.channels[m.ID]; t != nil && t.thread != nil {
		thread := t.object()
		o.Thread = &thread
	}
	return &o
}

// get is a message as the REST API gives it.
func (s *Server) get(m *Message) *Message {
	if s.opts.Refused&MessageContent != 0 && s.hidden(m) {
		return blank(s.shown(m))
	}
	return s.shown(m)
}

// theMessage is the message of a request, one that everybody in its channel sees.
func (s *Server) theMessage(r *request, need Permissions) (*Message, error) {
	c, err := s.seenChannel(r, need)
	if err != nil {
		return nil, err
	}
	m := c.byID[r.path("message_id")]
	if m == nil || m.only != "" {
		return nil, errMessage
	}
	return m, nil
}

func getMessage(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ReadHistory)
	if err != nil {
		return nil, err
	}
	return s.get(m), nil
}

// listMessages gives the newest first.
func listMessages(s *Server, r *request) (any, error) {
	q := r.URL.Query()
	limit := 50
	if t := q.Get("limit"); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil || n < 1 || n > 100 {
			var f form
			f.fail("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
			return nil, f.failure()
		}
		limit = n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	list := []*Message{}
	if !s.can(s.me, c).has(ReadHistory) {
		return list, nil
	}
	before, after, around := q.Get("before"), q.Get("after"), q.Get("around")
	for _, m := range c.messages {
		if m.only != "" || before != "" && !older(m.ID, before) || after != "" && !older(after, m.ID) {
			continue
		}
		list = append(list, s.get(m))
	}
	switch {
	case around != "":
		i, _ := slices.BinarySearchFunc(list, around, func(m *Message, id string) int { return compareIDs(m.ID, id) })
		list = list[max(0, i-limit/2):min(len(list), i+limit/2+1)]
	case after != "" && before == "":
		list = list[:min(len(list), limit)]
	default:
		list = list[max(0, len(list)-limit):]
	}
	slices.Reverse(list)
	return list, nil
}

func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func older(a, b string) bool { return compareIDs(a, b) < 0 }

// editMessage is PATCH of a message: only the bot's own.
func editMessage(s *Server, r *request) (any, error) {
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
	m, err := s.theMessage(r, 0)
	if err != nil {
		return nil, err
	}
	switch {
	case m.author != s.AppID:
		return nil, errNotAuthor
	case m.channel.closed():
		return nil, errArchived
	}
	if err := s.change1(m, b); err != nil {
		return nil, err
	}
	s.edited(m)
	return s.shown(m), nil
}

// settle tells those who wait that a message is no longer only announced.
func (m *Message) settle() {
	if m.loading {
		m.loading = false
		close(m.from.settled)
	}
}

// change1 changes one message, unless nothing of it would be left.
func (s *Server) change1(m *Message, b *messageBody) error {
	next := *m
	s.fill(&next, b)
	if b.Flags.Set {
		keep := next.Flags &^ flagSuppressEmbeds
		next.Flags = keep | b.Flags.V
	}
	if next.Content == "" && len(next.Embeds) == 0 && len(next.Attachments) == 0 && len(next.Components) == 0 {
		return errEmpty
	}
	m.settle()
	next.loading, next.Flags = false, next.Flags&^flagLoading
	*m = next
	return nil
}

func deleteMessage(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, 0)
	if err != nil {
		return nil, err
	}
	if m.author != s.AppID && !s.can(s.me, m.channel).has(ManageMessages) {
		return nil, errPermission
	}
	s.erase(m)
	return nil, nil
}

// erase removes a message from its channel.
func (s *Server) erase(m *Message) {
	m.settle()
	c := m.channel
	c.messages = slices.DeleteFunc(c.messages, func(o *Message) bool { return o == m })
	delete(c.byID, m.ID)
	if c.thread != nil {
		c.thread.count--
	}
	if m.only == "" {
		o := obj{"id": m.ID, "channel_id": c.ID}
		need := intentDirect
		if c.guild != nil {
			o["guild_id"], need = c.guild.ID, intentMessages
		}
		s.gw.dispatch(event{name: "MESSAGE_DELETE", need: need, guild: c.guild, channel: c, body: o})
	}
	s.change()
}

var customEmoji = regexp.MustCompile(`^\w{2,32}:\d{15,20}$`)

// unicodeEmoji tells whether a text can be a Unicode emoji: not a word, not the name
// of one.
func unicodeEmoji(text string) bool {
	if text == "" || len([]rune(text)) > 12 {
		return false
	}
	special := false
	for _, r := range text {
		if r > unicode.MaxLatin1 || r == '©' || r == '®' {
			special = true
		} else if !strings.ContainsRune("0123456789#*", r) {
			return false
		}
	}
	return special
}

// react is PUT or DELETE of the bot's own reaction.
func react(s *Server, r *request) (any, error) {
	emoji, err := url.PathUnescape(r.path("emoji_name"))
	if err != nil || !unicodeEmoji(emoji) && !customEmoji.MatchString(emoji) {
		return nil, errEmoji
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ReadHistory)
	if err != nil {
		return nil, err
	}
	if m.channel.closed() {
		return nil, errArchived
	}
	if r.Method == http.MethodDelete {
		s.unreact(m, s.me, emoji)
		return nil, nil
	}
	if len(m.reacted[emoji]) == 0 {
		if !s.can(s.me, m.channel).has(AddReactions) {
			return nil, errPermission
		}
		if len(m.emojis) >= 20 {
			return nil, errManyReactions
		}
	}
	s.react(m, s.me, emoji)
	return nil, nil
}
