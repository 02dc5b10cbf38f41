package mmtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Kill ends the server at once (SIGKILL). It is started again when the test ends,
// unless the test has done so.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGKILL)
	s.gone(t)
}

// Stop ends the server in order (SIGTERM). It is started again when the test ends,
// unless the test has done so.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGTERM)
	s.gone(t)
}

// Pause stops the server's clockwork (SIGSTOP): connections stay open and nothing
// answers. It is resumed when the test ends, unless the test has done so.
func (s *Server) Pause(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGSTOP)
}

// Resume undoes Pause.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGCONT)
}

// Restart starts the server that Kill or Stop ended, at the same address, and
// waits until it answers. Accounts, sessions and posts are still there.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	if err := s.restart(ctx); err != nil {
		t.Fatalf("start the server: %v", err)
	}
}

func (s *Server) restart(ctx context.Context) error {
	if s.start == "" {
		return fmt.Errorf("MM_START is not set")
	}
	// The shell leaves the server to the system: it is not ours to wait for.
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", `"$0" >/dev/null 2>&1 </dev/null &`, s.start)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Run(); err != nil {
		return err
	}
	return poll(ctx, func() bool {
		_, _, err := s.client().GetPing(ctx)
		return err == nil
	})
}

// PID is that of the server, or 0 when it does not run.
func (s *Server) PID() int { return pidOf(s.pidFile) }

func pidOf(file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 || syscall.Kill(pid, 0) != nil {
		return 0
	}
	// A pid outlives its process as a zombie, and may become another's.
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil || !strings.HasPrefix(filepath.Base(exe), "mattermost") {
		return 0
	}
	return pid
}

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	pid := s.PID()
	if pid == 0 {
		t.Fatalf("the server's process is not known: MM_PIDFILE is %q", s.pidFile)
	}
	if !s.watched {
		s.watched = true
		t.Cleanup(func() { s.bringBack(t) })
	}
	if err := syscall.Kill(pid, sig); err != nil {
		t.Fatalf("signal the server: %v", err)
	}
}

// bringBack leaves the server to the next test as it was found.
func (s *Server) bringBack(t testing.TB) {
	ctx, cancel := afterTest()
	defer cancel()
	var err error
	if pid := s.PID(); pid != 0 {
		err = syscall.Kill(pid, syscall.SIGCONT)
	} else {
		err = s.restart(ctx)
	}
	if err != nil {
		t.Errorf("bring the server back: %v", err)
	}
}

func (s *Server) gone(t testing.TB) {
	t.Helper()
	ctx, cancel := within(t)
	defer cancel()
	if err := poll(ctx, func() bool { return s.PID() == 0 }); err != nil {
		t.Fatalf("the server does not end: %v", err)
	}
	// Connections that were kept are dead: the next request would fail on one.
	s.http.CloseIdleConnections()
}

// afterTest bounds what is done when a test's own context has ended.
func afterTest() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// poll looks until it is so or ctx ends; it is for what a process of its own does
// and tells nobody.
func poll(ctx context.Context, so func() bool) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
