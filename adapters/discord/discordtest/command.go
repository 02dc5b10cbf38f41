package discordtest

import (
	"net/http"
	"slices"
	"time"
)

// Types of application commands and of their options.
const (
	chatCommand    = 1
	userCommand    = 2
	messageCommand = 3

	optSubcommand = 1
	optGroup      = 2
	optString     = 3
	optInteger    = 4
	optBoolean    = 5
	optUser       = 6
	optChannel    = 7
	optRole       = 8
	optMention    = 9
	optNumber     = 10
	optFile       = 11
)

// Limits of application commands.
const (
	maxCommands     = 100
	maxCommandSize  = 8000
	maxDailyCreates = 200
)

// Command is an application command as the API shows it.
type Command struct {
	ID            string            `json:"id"`
	ApplicationID string            `json:"application_id"`
	Version       string            `json:"version"`
	Type          int               `json:"type"`
	GuildID       string            `json:"guild_id,omitempty"`
	Name          string            `json:"name"`
	NameLocal     map[string]string `json:"name_localizations"`
	Description   string            `json:"description"`
	DescLocal     map[string]string `json:"description_localizations"`
	Options       []CommandOption   `json:"options,omitempty"`
	Permissions   *string           `json:"default_member_permissions"`
	DM            bool              `json:"dm_permission"`
	Contexts      []int             `json:"contexts"`
	Integrations  []int             `json:"integration_types"`
	NSFW          bool              `json:"nsfw"`
}

// CommandOption is an option of a command, a subcommand or a group of them.
type CommandOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	NameLocal    map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	DescLocal    map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Choices      []CommandChoice   `json:"choices,omitempty"`
	Options      []CommandOption   `json:"options,omitempty"`
	ChannelTypes []int             `json:"channel_types,omitempty"`
	MinValue     *float64          `json:"min_value,omitempty"`
	MaxValue     *float64          `json:"max_value,omitempty"`
	MinLength    *int              `json:"min_length,omitempty"`
	MaxLength    *int              `json:"max_length,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
}

// CommandChoice is a choice of an option, or a suggestion of autocomplete.
type CommandChoice struct {
	Name      string            `json:"name"`
	NameLocal map[string]string `json:"name_localizations,omitempty"`
	Value     any               `json:"value"`
}

// commandBody is a command as it is registered or changed.
type commandBody struct {
	ID           string                      `json:"id"`
	Type         optional[int]               `json:"type"`
	Name         optional[string]            `json:"name"`
	NameLocal    optional[map[string]string] `json:"name_localizations"`
	Description  optional[string]            `json:"description"`
	DescLocal    optional[map[string]string] `json:"description_localizations"`
	Options      optional[[]CommandOption]   `json:"options"`
	Permissions  optional[string]            `json:"default_member_permissions"`
	DM           optional[bool]              `json:"dm_permission"`
	Contexts     optional[[]int]             `json:"contexts"`
	Integrations optional[[]int]             `json:"integration_types"`
	NSFW         optional[bool]              `json:"nsfw"`
}

// commandSet is what is registered globally or in a guild.
type commandSet struct {
	list    []*Command
	created []time.Time
}

func (set *commandSet) find(kind int, name string) *Command {
	for _, c := range set.list {
		if c.Type == kind && c.Name == name {
			return c
		}
	}
	return nil
}

// apply takes over what a body sets.
func (c *Command) apply(b *commandBody) {
	if b.Type.Set && !b.Type.Null {
		c.Type = b.Type.V
	}
	if b.Name.Set {
		c.Name = b.Name.V
	}
	if b.NameLocal.Set {
		c.NameLocal = b.NameLocal.V
	}
	if b.Description.Set {
		c.Description = b.Description.V
	}
	if b.DescLocal.Set {
		c.DescLocal = b.DescLocal.V
	}
	if b.Options.Set {
		c.Options = b.Options.V
	}
	if b.Permissions.Set {
		if c.Permissions = nil; !b.Permissions.Null {
			c.Permissions = &b.Permissions.V
		}
	}
	if b.DM.Set && !b.DM.Null {
		c.DM = b.DM.V
	}
	if b.Contexts.Set {
		c.Contexts = b.Contexts.V
	}
	if b.Integrations.Set && !b.Integrations.Null {
		c.Integrations = b.Integrations.V
	}
	if b.NSFW.Set {
		c.NSFW = b.NSFW.V
	}
}

// commandSetOf is the set that a request names. The world is locked.
func (s *Server) commandSetOf(r *request) (*commandSet, error) {
	if r.path("application_id") != s.AppID {
		return nil, &failure{http.StatusForbidden, 20012, "You are not authorized to perform this action on this application", nil}
	}
	guild := r.path("guild_id")
	if guild != "" && s.guilds[guild] == nil {
		return nil, errAccess
	}
	return s.commands[guild], nil
}

func (s *Server) newCommand(guild string) *Command {
	id := s.newID()
	return &Command{ID: id, ApplicationID: s.AppID, Version: id, Type: chatCommand, GuildID: guild, DM: true, Integrations: []int{0}}
}

func listCommands(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.commandSetOf(r)
	if err != nil {
		return nil, err
	}
	full := r.URL.Query().Get("with_localizations") == "true"
	list := []*Command{}
	for _, c := range set.list {
		if s.opts.Sparse {
			bare := c.withoutLocalizations()
			bare.Type, bare.Contexts, bare.Integrations = 0, nil, nil
			list = append(list, bare)
			continue
		}
		if full {
			list = append(list, c)
			continue
		}
		list = append(list, c.withoutLocalizations())
	}
	return list, nil
}

// withoutLocalizations is how lists show a command unless asked for all.
func (c *Command) withoutLocalizations() *Command {
	o := *c
	o.NameLocal, o.DescLocal, o.Options = nil, nil, bareOptions(c.Options)
	return &o
}

func bareOptions(list []CommandOption) []CommandOption {
	list = slices.Clone(list)
	for i := range list {
		o := &list[i]
		o.NameLocal, o.DescLocal, o.Options = nil, nil, bareOptions(o.Options)
		o.Choices = slices.Clone(o.Choices)
		for j := range o.Choices {
			o.Choices[j].NameLocal = nil
		}
	}
	return list
}

// putCommands replaces all commands; those whose names stay keep their identifiers.
func putCommands(s *Server, r *request) (any, error) {
	var bodies []commandBody
	if err := decode(r.body, &bodies); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.commandSetOf(r)
	if err != nil {
		return nil, err
	}
	var f form
	next := &commandSet{created: set.created}
	made := 0
	for i := range bodies {
		c := s.newCommand(r.path("guild_id"))
		c.apply(&bodies[i])
		checkCommand(&f, path(i), c)
		if next.find(c.Type, c.Name) != nil {
			f.fail(path(i, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		if old := set.find(c.Type, c.Name); old != nil {
			c.ID = old.ID
		} else {
			made++
		}
		next.list = append(next.list, c)
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	if err := next.limits(s, made); err != nil {
		return nil, err
	}
	*set = *next
	s.change()
	return slices.Clone(set.list), nil
}

// limits refuses too many commands, and too many made in a day.
func (set *commandSet) limits(s *Server, made int) error {
	n := 0
	for _, c := range set.list {
		if c.Type == chatCommand {
			n++
		}
	}
	if n > maxCommands {
		return errManyCommands
	}
	now := s.clock.Now()
	set.created = slices.DeleteFunc(set.created, func(at time.Time) bool { return now.Sub(at) > 24*time.Hour })
	if len(set.created)+made > maxDailyCreates {
		return &failure{http.StatusBadRequest, 30034, "Max number of daily application command creates has been reached (200)", nil}
	}
	for range made {
		set.created = append(set.created, now)
	}
	return nil
}

// replace puts a command in place of another, which may still be being shown.
func (set *commandSet) replace(old, c *Command) {
	set.list = slices.Clone(set.list)
	set.list[slices.Index(set.list, old)] = c
}

// postCommand makes a command, or overwrites the one of the same name.
func postCommand(s *Server, r *request) (any, error) {
	var b commandBody
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	set, err := s.commandSetOf(r)
	if err != nil {
		return nil, err
	}
	c := s.newCommand(r.path("guild_id"))
	c.apply(&b)
	var f form
	checkCommand(&f, "", c)
	if err := f.failure(); err != nil {
		return nil, err
	}
	if old := set.find(c.Type, c.Name); old != nil {
		c.ID = old.ID
		set.replace(old, c)
		s.change()
		return c, nil
	}
	next := &commandSet{list: append(slices.Clone(set.list), c), created: set.created}
	if err := next.limits(s, 1); err != nil {
		return nil, err
	}
	*set = *next
	s.change()
	return created{c}, nil
}

func (s *Server) theCommand(r *request) (*commandSet, *Command, error) {
	set, err := s.commandSetOf(r)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range set.list {
		if c.ID == r.path("command_id") {
			return set, c, nil
		}
	}
	return nil, nil, errCommand
}

func getCommand(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, c, err := s.theCommand(r)
	if err != nil {
		return nil, err
	}
	shown := *c
	return &shown, nil
}

func patchCommand(s *Server, r *request) (any, error) {
	var b commandBody
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	set, c, err := s.theCommand(r)
	if err != nil {
		return nil, err
	}
	next := *c
	next.apply(&b)
	next.Version = s.newID()
	var f form
	checkCommand(&f, "", &next)
	if other := set.find(next.Type, next.Name); other != nil && other != c {
		f.fail("name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
	}
	if err := f.failure(); err != nil {
		return nil, err
	}
	set.replace(c, &next)
	s.change()
	return &next, nil
}

func deleteCommand(s *Server, r *request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set, c, err := s.theCommand(r)
	if err != nil {
		return nil, err
	}
	set.list = slices.DeleteFunc(set.list, func(o *Command) bool { return o == c })
	s.change()
	return nil, nil
}
