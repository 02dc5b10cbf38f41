package mmtest

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/mattermost/mattermost/server/public/model"
)

// Guest creates a guest account, which nobody can log in with: the server makes
// guests, and lets them in, with a licence only. Its database knows them without.
func (s *Server) Guest(t testing.TB, prefix string) *Member {
	t.Helper()
	name := unique(prefix)
	u, _, err := s.Admin.Client.CreateUser(t.Context(), &model.User{Username: name, Email: name + "@example.org", Password: s.password})
	if err != nil {
		t.Fatalf("create %s: %v", prefix, err)
	}
	s.sql(t, "UPDATE users SET roles = 'system_guest' WHERE id = '"+u.Id+"'")
	return &Member{ID: u.Id, Name: name, server: s}
}

// sql changes the server's database behind its back, by its socket.
func (s *Server) sql(t testing.TB, statement string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(s.pidFile), "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "psql", "--host", dir, "--username", "mattermost", "--command", statement, "mattermost").CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
}
