package discordtest

import (
	"net/http"
	"slices"
)

// threadBody is a thread or forum post as it is started.
type threadBody struct {
	Name     string           `json:"name"`
	Duration *int             `json:"auto_archive_duration"`
	Type     *int             `json:"type"`
	Message  *messageBody     `json:"message"`
	Tags     []string         `json:"applied_tags"`
	Slow     optional[int]    `json:"rate_limit_per_user"`
	Invite   optional[bool]   `json:"invitable"`
	Flags    optional[string] `json:"-"`
}

func (b *threadBody) check(f *form) {
	f.length("name", b.Name, 1, 100)
	if b.Duration != nil {
		f.choice("auto_archive_duration", *b.Duration, 60, 1440, 4320, 10080)
	}
}

// startThread is POST of a thread: from a message, on its own, or in a forum.
func startThread(s *Server, r *request) (any, error) {
	var b threadBody
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	var f form
	b.check(&f)
	if b.Message != nil {
		b.Message.files = r.files
		b.Message.check(&f, "message", settableFlags)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	switch {
	case c.Type == ForumChannel && r.path("message_id") == "":
		return s.startPost(c, &b)
	case c.guild == nil || c.Type != TextChannel && c.Type != AnnouncementChannel:
		return nil, errChannelType
	}
	kind, need := typePublicThread, CreateThreads
	if r.path("message_id") == "" && (b.Type == nil || *b.Type == typePrivateThread) {
		kind, need = typePrivateThread, CreatePrivate // "for now, defaults to PRIVATE_THREAD"
	}
	if !s.can(s.me, c).has(need) {
		return nil, errPermission
	}
	id := ""
	if r.path("message_id") != "" {
		m, err := s.theMessage(r, ReadHistory)
		if err != nil {
			return nil, err
		}
		if s.channels[m.ID] != nil {
			return nil, errHasThread
		}
		id = m.ID
		m.Flags |= flagHasThread
	}
	t := c.newThread(s.me, id, kind, &b)
	s.tellThread(t)
	return created{t.object()}, nil
}

// newThread makes a thread under a channel; id is the message it hangs on, if any,
// whose identifier it shares.
func (c *Channel) newThread(by *account, id string, kind int, b *threadBody) *Channel {
	duration := 1440
	if b.Duration != nil {
		duration = *b.Duration
	}
	if id == "" {
		id = c.s.newID()
	}
	t := c.guild.addChannel(b.Name, kind, func(t *Channel) {
		t.ID, t.parent, t.applied = id, c.ID, b.Tags
		t.thread = &threadState{owner: by.user.ID, members: []string{by.user.ID}, duration: duration, since: c.s.clock.Now()}
	})
	return t
}

func (s *Server) tellThread(t *Channel) {
	o := t.object()
	o.NewlyMade = true
	s.gw.dispatch(event{name: "THREAD_CREATE", need: intentGuilds, guild: t.guild, channel: t, body: o})
	s.change()
}

// startPost makes a forum post: a thread with its first message, which shares its
// identifier.
func (s *Server) startPost(c *Channel, b *threadBody) (any, error) {
	p := s.can(s.me, c)
	var f form
	if b.Message == nil {
		f.required("message")
	}
	if len(b.Tags) > 5 {
		f.fail("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
	}
	for i, id := range b.Tags {
		if !slices.ContainsFunc(c.tags, func(t Tag) bool { return t.ID == id }) {
			f.fail(path("applied_tags", i), "FORUM_TAG_INVALID", "Unknown tag")
		}
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	switch {
	case !p.has(SendMessages):
		return nil, errPermission
	case len(b.Message.files) > 0 && !p.has(AttachFiles) || len(b.Message.Embeds.V) > 0 && !p.has(EmbedLinks):
		return nil, errPermission
	case b.Message.empty():
		return nil, errEmpty
	case c.needsTag && len(b.Tags) == 0:
		return nil, errTagRequired
	}
	t := c.newThread(s.me, "", typePublicThread, b)
	s.tellThread(t)
	m := s.newMessage(t, s.me, b.Message, s.can(s.me, t), "")
	m.ID = t.ID
	s.post(m)
	t.thread.sent, t.thread.count = 0, 0 // the first message does not count
	o := t.object()
	o.Message = s.shown(m)
	o.Message.Thread = nil
	return created{o}, nil
}

// channelEdit is a channel or thread as it is changed.
type channelEdit struct {
	Name     optional[string]   `json:"name"`
	Topic    optional[string]   `json:"topic"`
	Archived optional[bool]     `json:"archived"`
	Locked   optional[bool]     `json:"locked"`
	Duration optional[int]      `json:"auto_archive_duration"`
	Tags     optional[[]string] `json:"applied_tags"`
	Offered  optional[[]Tag]    `json:"available_tags"`
}

func editChannel(s *Server, r *request) (any, error) {
	var b channelEdit
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	var f form
	if b.Name.Set {
		f.length("name", b.Name.V, 1, 100)
	}
	if b.Duration.Set {
		f.choice("auto_archive_duration", b.Duration.V, 60, 1440, 4320, 10080)
	}
	if len(b.Tags.V) > 5 {
		f.fail("applied_tags", "BASE_TYPE_MAX_LENGTH", "Must be 5 or fewer in length.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	if c.guild == nil {
		return nil, errNotDirect
	}
	p := s.can(s.me, c)
	if c.thread == nil {
		if !p.has(ManageChannels) {
			return nil, errPermission
		}
		return c.edit(&f, &b)
	}
	own := c.thread.owner == s.AppID
	switch {
	case !p.has(ManageThreads) && (!own || b.Locked.Set && b.Locked.V != c.thread.locked):
		return nil, errPermission
	case c.thread.locked && !p.has(ManageThreads):
		return nil, errPermission
	case c.thread.archived && (!b.Archived.Set || b.Archived.V) && (b.Name.Set || b.Tags.Set):
		return nil, errArchived
	}
	return c.editThread(&f, &b)
}

func (c *Channel) edit(f *form, b *channelEdit) (any, error) {
	if len(b.Offered.V) > 20 {
		f.fail("available_tags", "BASE_TYPE_MAX_LENGTH", "Must be 20 or fewer in length.")
	}
	for i, t := range b.Offered.V {
		f.length(path("available_tags", i, "name"), t.Name, 1, 20)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if b.Name.Set {
		c.Name = b.Name.V
	}
	if b.Topic.Set {
		c.topic = b.Topic.V
	}
	if b.Offered.Set {
		c.tags = b.Offered.V
		for i := range c.tags {
			if c.tags[i].ID == "" {
				c.tags[i].ID = c.s.newID()
			}
		}
	}
	c.s.gw.dispatch(event{name: "CHANNEL_UPDATE", need: intentGuilds, guild: c.guild, body: c.object()})
	c.s.change()
	return c.object(), nil
}

func (c *Channel) editThread(f *form, b *channelEdit) (any, error) {
	parent := c.parentChannel()
	for i, id := range b.Tags.V {
		if !slices.ContainsFunc(parent.tags, func(t Tag) bool { return t.ID == id }) {
			f.fail(path("applied_tags", i), "FORUM_TAG_INVALID", "Unknown tag")
		}
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if b.Tags.Set && len(b.Tags.V) == 0 && parent.needsTag {
		return nil, errTagRequired
	}
	t := c.thread
	if b.Name.Set {
		c.Name = b.Name.V
	}
	if b.Tags.Set {
		c.applied = b.Tags.V
	}
	if b.Archived.Set {
		t.archived, t.since = b.Archived.V, c.s.clock.Now()
	}
	if b.Locked.Set {
		t.locked = b.Locked.V
	}
	if b.Duration.Set {
		t.duration = b.Duration.V
	}
	c.s.gw.dispatch(event{name: "THREAD_UPDATE", need: intentGuilds, guild: c.guild, channel: c, body: c.object()})
	c.s.change()
	return c.object(), nil
}

func getChannel(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	return c.object(), nil
}

func deleteChannel(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	o := c.object()
	if c.guild == nil {
		return o, nil // closing a conversation changes nothing in it
	}
	need := ManageChannels
	if c.thread != nil {
		need = ManageThreads
	}
	if !s.can(s.me, c).has(need) {
		return nil, errPermission
	}
	c.remove()
	return o, nil
}

func activeThreads(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.theGuild(r)
	if err != nil {
		return nil, err
	}
	list := []channelJSON{}
	for _, c := range g.channels {
		if c.thread != nil && !c.thread.archived && s.can(s.me, c).has(ViewChannel) {
			list = append(list, c.object())
		}
	}
	slices.Reverse(list)
	return obj{"threads": list, "members": []obj{}, "has_more": false}, nil
}

// threadMember adds somebody to a thread, or the bot itself, or removes them.
func threadMember(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	if err != nil {
		return nil, err
	}
	id := r.path("user_id")
	if id == "" {
		id = s.AppID
	}
	switch {
	case c.thread == nil:
		return nil, errChannelType
	case s.users[id] == nil || c.guild.seats[id] == nil:
		return nil, errMember
	case c.thread.archived:
		return nil, errArchived
	case r.Method == http.MethodPut:
		if !c.joined(id) {
			c.thread.members = append(c.thread.members, id)
		}
	case id != s.AppID && !s.can(s.me, c).has(ManageThreads):
		return nil, errPermission
	default:
		c.thread.members = slices.DeleteFunc(slices.Clone(c.thread.members), func(m string) bool { return m == id })
	}
	s.tellThreadMembers(c, id, r.Method == http.MethodPut)
	return nil, nil
}

// tellThreadMembers tells who came to a thread or left it: of the bot always, of
// others with the intent for members.
func (s *Server) tellThreadMembers(c *Channel, id string, came bool) {
	o := obj{"id": c.ID, "guild_id": c.guild.ID, "member_count": min(len(c.thread.members), 50)}
	if came {
		o["added_members"] = []obj{{"id": c.ID, "user_id": id, "join_timestamp": stamp(s.clock.Now()), "flags": 0, "member": c.guild.seats[id].object("")}}
	} else {
		o["removed_member_ids"] = []string{id}
	}
	need := GuildMembers
	if id == s.AppID {
		need = intentGuilds
	}
	s.gw.dispatch(event{name: "THREAD_MEMBERS_UPDATE", need: need, guild: c.guild, channel: c, body: o})
	s.change()
}

func typing(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.seenChannel(r, SendMessages)
	return nil, err
}

func pin(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.theMessage(r, ReadHistory)
	if err != nil {
		return nil, err
	}
	if p := s.can(s.me, m.channel); m.channel.guild != nil && !p.has(PinMessages) && !p.has(ManageMessages) {
		return nil, errPermission
	}
	m.Pinned = r.Method == http.MethodPut
	s.edited(m)
	return nil, nil
}
