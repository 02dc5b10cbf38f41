package discordtest

import (
	"encoding/json"
	"slices"
	"strconv"
)

// overwriteEdit is the body of PUT /channels/{channel.id}/permissions/{overwrite.id}.
// Sets of permissions are whole numbers in the OpenAPI description, and numbers in
// strings in the documentation.
type overwriteEdit struct {
	Type  optional[int]         `json:"type"`
	Allow optional[json.Number] `json:"allow"`
	Deny  optional[json.Number] `json:"deny"`
}

// putOverwrite changes what a role or a member may do in a channel: whoever may
// manage roles there gives and denies what they have themselves.
func putOverwrite(s *Server, r *request) (any, error) {
	var b overwriteEdit
	if err := decode(r.body, &b); err != nil {
		return nil, err
	}
	var f form
	f.choice("type", b.Type.V, 0, 1)
	allow, deny := f.permissions("allow", b.Allow.V), f.permissions("deny", b.Deny.V)
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.seenChannel(r, 0)
	switch {
	case err != nil:
		return nil, err
	case c.guild == nil:
		return nil, errNotDirect
	case f.failure() != nil:
		return nil, f.failure()
	}
	mine := s.can(s.me, c)
	if !mine.has(ManageRoles) || (allow|deny)&^mine != 0 {
		return nil, errPermission
	}
	id := r.path("overwrite_id")
	c.overwrites = slices.DeleteFunc(c.overwrites, func(o overwrite) bool { return o.ID == id })
	c.overwrites = append(c.overwrites, overwrite{ID: id, Type: b.Type.V, Allow: allow.String(), Deny: deny.String(), allow: allow, deny: deny})
	s.gw.dispatch(event{name: "CHANNEL_UPDATE", need: intentGuilds, guild: c.guild, body: c.object()})
	return nil, nil
}

// permissions reads a set of permissions, none when nothing is given.
func (f *form) permissions(field string, written json.Number) Permissions {
	if written == "" {
		return 0
	}
	n, err := strconv.ParseUint(string(written), 10, 64)
	if err != nil {
		f.fail(field, "NUMBER_TYPE_COERCE", "Value %q is not a permission set.", written)
	}
	return Permissions(n)
}
