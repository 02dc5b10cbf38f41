// Command mattermost brings up a throw-away Mattermost server for tests and for
// trying Greffier by hand, and takes it down again:
//
//	go run . [-members N] [-bare] up
//	go run . down
//
// The server is the real one, built from its Go modules, on a PostgreSQL of its
// own. It has no web client: members act through the API. Everything is kept in
// build/mattermost and described by build/mattermost.env; nothing of it outlives
// `down` but the built server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	members := flag.Int("members", 0, "members to create beside the named ones: member001, member002 …")
	bare := flag.Bool("bare", false, "do not start Greffier")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: mattermost [-members N] [-bare] up|down")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, flag.Arg(0), *members, *bare)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "mattermost: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command string, members int, bare bool) error {
	l, err := newLayout()
	if err != nil {
		return err
	}
	if command != "up" && command != "down" {
		return flag.ErrHelp
	}
	unlock, err := l.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if command == "down" {
		return l.down()
	}
	err = l.up(ctx, members, bare)
	if err != nil {
		return errors.Join(err, l.down()) // half a server is of no use to anybody
	}
	return nil
}

// up leaves a server that already answers as it is, and otherwise begins afresh:
// what a crash left behind is stopped and thrown away.
func (l *layout) up(ctx context.Context, members int, bare bool) error {
	if s, err := readEnv(l.envFile()); err == nil && s.answers(ctx) {
		fmt.Printf("Already running; `make mattermost-down` stops it.\n%s", s.help(l))
		return nil
	}
	pg, err := findPostgres()
	if err != nil {
		return err
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	if err := l.down(); err != nil {
		return err
	}
	begin := time.Now()
	s := &site{Data: l.path("greffier"), Password: password}
	if err := l.startPostgres(ctx, pg); err != nil {
		return err
	}
	if err := l.startServer(ctx, s); err != nil {
		return err
	}
	fmt.Printf("server: up at %s, %.1f s\n", s.URL, time.Since(begin).Seconds())
	begin = time.Now()
	if err := s.seed(ctx, members); err != nil {
		return err
	}
	fmt.Printf("team, channels, %d members: %.1f s\n", len(s.Members), time.Since(begin).Seconds())
	if !bare {
		if err := l.startGreffier(ctx, s); err != nil {
			return err
		}
	}
	if err := s.writeEnv(l); err != nil {
		return err
	}
	fmt.Print(s.help(l))
	return nil
}

// down stops whatever of a server still runs and removes all but the build. It is
// no error when there is nothing to stop.
func (l *layout) down() error {
	err := errors.Join(
		l.stop(greffierName, l.root("build", "greffier")),
		l.stop(serverName, l.binary()),
		l.stopPostgres(),
		os.RemoveAll(l.envFile()),
	)
	for _, name := range []string{"server", "greffier", "greffier.yaml"} {
		err = errors.Join(err, os.RemoveAll(l.path(name)))
	}
	return err
}

// layout knows where everything is. Paths are absolute, links resolved.
type layout struct{ top string }

// newLayout finds the repository from the working directory, which is that of
// this module.
func newLayout() (*layout, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	top, err := filepath.EvalSymlinks(filepath.Join(wd, "..", ".."))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(top, "tools", "mattermost", "go.mod")); err != nil {
		return nil, fmt.Errorf("run it in tools/mattermost: %w", err)
	}
	return &layout{top}, os.MkdirAll(filepath.Join(top, "build", "mattermost"), 0o755)
}

func (l *layout) root(names ...string) string {
	return filepath.Join(append([]string{l.top}, names...)...)
}

func (l *layout) path(names ...string) string {
	return l.root(append([]string{"build", "mattermost"}, names...)...)
}

func (l *layout) binary() string  { return l.path("bin", "mattermost") }
func (l *layout) envFile() string { return l.root("build", "mattermost.env") }

// lock keeps two commands from working on the same server; the second waits.
func (l *layout) lock() (unlock func(), err error) {
	f, err := os.OpenFile(l.path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // closing unlocks
}
