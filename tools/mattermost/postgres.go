package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// postgres is an installed PostgreSQL, and who runs it.
type postgres struct {
	bin string
	// as is the unprivileged account that runs it when we are root, whom
	// PostgreSQL refuses; nil when we are not.
	as *syscall.Credential
}

// errNoPostgres says what to install.
var errNoPostgres = errors.New("PostgreSQL is not installed: apt-get update && apt-get install -y postgresql")

// findPostgres finds where Debian puts it, which is not in the PATH, or else in
// the PATH.
func findPostgres() (*postgres, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // the pattern is right
	slices.Sort(found)
	var p postgres
	if len(found) > 0 {
		p.bin = filepath.Dir(found[len(found)-1])
	} else if initdb, err := exec.LookPath("initdb"); err == nil {
		p.bin = filepath.Dir(initdb)
	} else {
		return nil, errNoPostgres
	}
	if os.Geteuid() != 0 {
		return &p, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no account postgres or nobody: %w", err)
		}
	}
	uid, err1 := strconv.ParseUint(account.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(account.Gid, 10, 32)
	p.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), NoSetGroups: true}
	return &p, errors.Join(err1, err2)
}

// run runs one of its programs; the error holds what it said.
func (p *postgres) run(ctx context.Context, name string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir, cmd.Stderr = "/", &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.as, Setsid: true}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "HOME=/"}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out.String())
	}
	return nil
}

// maxSocketDir is how long the path of PostgreSQL's socket directory may be; the
// system refuses longer addresses.
const maxSocketDir = 80

// startPostgres makes a new database cluster and serves it on a socket. Nothing
// is synced to disk: its contents are thrown away anyhow.
func (l *layout) startPostgres(ctx context.Context, p *postgres) error {
	begin := time.Now()
	dir, err := l.makePostgresDir(ctx, p)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	err = p.run(ctx, "initdb", "--pgdata", data, "--username", "mattermost", "--auth", "trust",
		"--encoding", "UTF8", "--locale", "C", "--no-sync")
	if err != nil {
		return err
	}
	settings := "-c listen_addresses= -c unix_socket_directories=" + quote(dir) +
		" -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400"
	log := filepath.Join(dir, "log")
	if err := p.run(ctx, "pg_ctl", "start", "--wait", "--silent", "--pgdata", data, "--log", log, "--options", settings); err != nil {
		return fmt.Errorf("%w\n%s", err, tail(log))
	}
	if err := p.run(ctx, "createdb", "--host", dir, "--username", "mattermost", "mattermost"); err != nil {
		return err
	}
	fmt.Printf("database: up, %.1f s\n", time.Since(begin).Seconds())
	return nil
}

// makePostgresDir makes the directory of the cluster, build/mattermost/postgres.
// Where the account that runs PostgreSQL cannot get there, or the path is too
// long for a socket, that is a link to one among the temporary files.
func (l *layout) makePostgresDir(ctx context.Context, p *postgres) (string, error) {
	dir := l.path("postgres")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	if err := p.own(dir); err != nil {
		return "", err
	}
	probe := exec.CommandContext(ctx, "/bin/sh", "-c", `test -w "$0"`, dir)
	probe.Dir, probe.SysProcAttr = "/", &syscall.SysProcAttr{Credential: p.as}
	if len(dir) <= maxSocketDir && probe.Run() == nil {
		return dir, nil
	}
	other, err := os.MkdirTemp("", "greffier-mattermost-")
	if err != nil {
		return "", err
	}
	return other, errors.Join(p.own(other), os.Remove(dir), os.Symlink(other, dir))
}

func (p *postgres) own(dir string) error {
	if p.as == nil {
		return nil
	}
	return os.Chown(dir, int(p.as.Uid), int(p.as.Gid))
}

// postgresDir is the directory of the cluster, links resolved, or "" when there
// is none.
func (l *layout) postgresDir() string {
	dir, err := filepath.EvalSymlinks(l.path("postgres"))
	if err != nil {
		return ""
	}
	return dir
}

// dataSource is the database's address as the server is told it.
func (l *layout) dataSource() string {
	query := url.Values{"host": {l.postgresDir()}, "sslmode": {"disable"}}
	return "postgres://mattermost@/mattermost?" + query.Encode()
}

// stopPostgres stops the cluster and removes it.
func (l *layout) stopPostgres() error {
	dir := l.postgresDir()
	if dir == "" {
		return os.RemoveAll(l.path("postgres")) // a link to what is gone, at most
	}
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(filepath.Join(data, "postmaster.pid")); err == nil {
		p, err := findPostgres()
		if err != nil {
			return err
		}
		// After a crash of the machine nothing runs that could be stopped; what
		// then does not stop is found by the status.
		stopErr := p.run(context.Background(), "pg_ctl", "stop", "--mode", "immediate", "--silent", "--pgdata", data)
		if stopErr != nil && p.run(context.Background(), "pg_ctl", "status", "--silent", "--pgdata", data) == nil {
			return stopErr
		}
	}
	return errors.Join(os.RemoveAll(dir), os.RemoveAll(l.path("postgres")))
}
