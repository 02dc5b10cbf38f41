package discordtest

import (
	"slices"
	"time"
)

// Types of channels (docs: Channel Types).
const (
	TextChannel         = 0
	DirectChannel       = 1
	VoiceChannel        = 2
	AnnouncementChannel = 5
	typePublicThread    = 11
	typePrivateThread   = 12
	ForumChannel        = 15
)

// Channel is a channel of a guild, a thread, a forum post or a direct conversation
// with the bot.
type Channel struct {
	// ID, Name and Type are as the API shows them.
	ID, Name string
	Type     int

	s          *Server
	guild      *Guild   // nil: a direct conversation
	recipient  *account // of a direct conversation
	topic      string
	parent     string
	position   int
	overwrites []overwrite
	tags       []Tag // what a forum offers
	needsTag   bool
	applied    []string
	thread     *threadState
	messages   []*Message
	byID       map[string]*Message
	last       string
	gone       bool
}

type threadState struct {
	owner    string
	members  []string
	archived bool
	locked   bool
	duration int
	since    time.Time
	sent     int // since it began
	count    int // without those deleted
}

// Tag is a tag of a forum.
type Tag struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Moderated bool    `json:"moderated"`
	EmojiID   *string `json:"emoji_id"`
	EmojiName *string `json:"emoji_name"`
}

// channelJSON is a channel as the API shows it.
type channelJSON struct {
	ID          string      `json:"id"`
	Type        int         `json:"type"`
	Flags       int         `json:"flags"`
	GuildID     string      `json:"guild_id,omitempty"`
	Name        string      `json:"name,omitempty"`
	Topic       *string     `json:"topic,omitempty"`
	Position    *int        `json:"position,omitempty"`
	ParentID    *string     `json:"parent_id,omitempty"`
	Overwrites  []overwrite `json:"permission_overwrites,omitempty"`
	LastMessage *string     `json:"last_message_id,omitempty"`
	Recipients  []User      `json:"recipients,omitempty"`
	Tags        []Tag       `json:"available_tags,omitempty"`
	Applied     []string    `json:"applied_tags,omitempty"`
	OwnerID     string      `json:"owner_id,omitempty"`
	Metadata    obj         `json:"thread_metadata,omitempty"`
	Messages    *int        `json:"message_count,omitempty"`
	Members     *int        `json:"member_count,omitempty"`
	TotalSent   *int        `json:"total_message_sent,omitempty"`
	Member      obj         `json:"member,omitempty"`
	Permissions string      `json:"permissions,omitempty"`
	NewlyMade   bool        `json:"newly_created,omitempty"`
	Message     *Message    `json:"message,omitempty"`
}

// AddChannel makes a channel that everybody in the guild sees.
func (g *Guild) AddChannel(name string) *Channel { return g.add(name, TextChannel, nil) }

// AddForum makes a forum that offers tags; needsTag refuses posts without one.
func (g *Guild) AddForum(name string, needsTag bool, tags ...string) *Channel {
	return g.add(name, ForumChannel, func(c *Channel) {
		c.needsTag = needsTag
		for _, t := range tags {
			c.tags = append(c.tags, Tag{ID: g.s.newID(), Name: t})
		}
	})
}

func (g *Guild) add(name string, kind int, set func(*Channel)) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	c := g.addChannel(name, kind, set)
	g.s.gw.dispatch(event{name: "CHANNEL_CREATE", need: intentGuilds, guild: g, body: c.object()})
	g.s.change()
	return c
}

func (g *Guild) addChannel(name string, kind int, set func(*Channel)) *Channel {
	c := &Channel{ID: g.s.newID(), Name: name, Type: kind, s: g.s, guild: g, position: len(g.channels), byID: map[string]*Message{}}
	if set != nil {
		set(c)
	}
	g.channels = append(g.channels, c)
	g.s.channels[c.ID] = c
	return c
}

// Channel returns a channel of the guild by name, nil if there is none.
func (g *Guild) Channel(name string) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	for _, c := range g.channels {
		if c.Name == name && !c.gone {
			return c
		}
	}
	return nil
}

// FindChannel returns a channel of any kind by its identifier, nil if there is none.
func (s *Server) FindChannel(id string) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[id]
}

// Overwrite changes what a role or a member may do in the channel; id is that of the
// role (the guild's for everyone) or of the user. No permission at all removes it.
func (c *Channel) Overwrite(id string, allow, deny Permissions) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.overwrites = slices.DeleteFunc(c.overwrites, func(o overwrite) bool { return o.ID == id })
	if allow|deny != 0 {
		kind := 1
		if c.guild.role(id) != nil {
			kind = 0
		}
		c.overwrites = append(c.overwrites, overwrite{ID: id, Type: kind, Allow: allow.String(), Deny: deny.String(), allow: allow, deny: deny})
	}
	c.s.gw.dispatch(event{name: "CHANNEL_UPDATE", need: intentGuilds, guild: c.guild, body: c.object()})
}

// Delete deletes the channel, as a moderator does.
func (c *Channel) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.remove()
}

func (c *Channel) remove() {
	name := "CHANNEL_DELETE"
	if c.thread != nil {
		name = "THREAD_DELETE"
	}
	for _, t := range slices.Clone(c.guild.channels) {
		if t.parent == c.ID && t.thread != nil {
			t.remove()
		}
	}
	c.gone = true
	delete(c.s.channels, c.ID)
	c.s.gw.dispatch(event{name: name, need: intentGuilds, guild: c.guild, body: c.object()})
	c.guild.channels = slices.DeleteFunc(c.guild.channels, func(o *Channel) bool { return o == c })
	c.s.change()
}

// Title is what a channel is called now, as threads may be called otherwise.
func (c *Channel) Title() string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.Name
}

// Tags lists the names of the tags of a forum post.
func (c *Channel) Tags() (names []string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	parent := c.parentChannel()
	if parent == nil {
		return nil
	}
	for _, t := range parent.tags {
		if slices.Contains(c.applied, t.ID) {
			names = append(names, t.Name)
		}
	}
	return names
}

// Threads lists the threads of the channel, or the posts of the forum, oldest first.
func (c *Channel) Threads() (list []*Channel) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, t := range c.guild.channels {
		if t.parent == c.ID && t.thread != nil {
			list = append(list, t)
		}
	}
	return list
}

// Archived tells whether a thread is archived, and whether it is locked.
func (c *Channel) Archived() (archived, locked bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.thread != nil && c.thread.archived, c.thread != nil && c.thread.locked
}

func (c *Channel) parentChannel() *Channel { return c.s.channels[c.parent] }

// closed tells whether nothing in a thread can be changed, it being archived.
func (c *Channel) closed() bool { return c.thread != nil && c.thread.archived }

func (c *Channel) joined(user string) bool {
	return c.thread != nil && slices.Contains(c.thread.members, user)
}

func (c *Channel) object() channelJSON {
	o := channelJSON{ID: c.ID, Type: c.Type, Name: c.Name}
	if last := c.last; last != "" {
		o.LastMessage = &last
	}
	if c.guild == nil {
		o.Recipients = []User{c.recipient.user}
		return o
	}
	o.GuildID = c.guild.ID
	if c.parent != "" {
		o.ParentID = &c.parent
	}
	if c.thread == nil {
		topic, position := c.topic, c.position
		o.Topic, o.Position = &topic, &position
		o.Overwrites = append([]overwrite{}, c.overwrites...)
		o.Tags = slices.Clone(c.tags)
		if c.needsTag {
			o.Flags = 1 << 4
		}
		return o
	}
	t := c.thread
	sent, count, members := t.sent, t.count, min(len(t.members), 50)
	o.OwnerID, o.Applied = t.owner, slices.Clone(c.applied)
	o.Messages, o.TotalSent, o.Members = &count, &sent, &members
	o.Metadata = obj{
		"archived": t.archived, "locked": t.locked, "auto_archive_duration": t.duration,
		"archive_timestamp": stamp(t.since), "create_timestamp": stamp(t.since),
	}
	return o
}
