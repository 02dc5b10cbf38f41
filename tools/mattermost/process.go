package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A program is started by a script of its own, start-NAME.sh, that writes its pid
// to NAME.pid and becomes the program, so that a test that has stopped or killed
// it can start it again just as it was.
const (
	serverName   = "mattermost"
	greffierName = "greffier"
)

func (l *layout) script(name string) string  { return l.path("start-" + name + ".sh") }
func (l *layout) pidFile(name string) string { return l.path(name + ".pid") }
func (l *layout) logFile(name string) string { return l.path(name + ".log") }

// writeScript writes start-NAME.sh.
func (l *layout) writeScript(name, dir string, env, command []string) error {
	env = slices.Sorted(slices.Values(env))
	var b strings.Builder
	fmt.Fprintf(&b, "#!/bin/sh\n# Starts %s again just as it was; its pid goes to %s.\n", name, l.pidFile(name))
	fmt.Fprintf(&b, "cd %s && echo $$ >%s && exec env \\\n", quote(dir), quote(l.pidFile(name)))
	for _, v := range env {
		key, value, _ := strings.Cut(v, "=")
		fmt.Fprintf(&b, "\t%s=%s \\\n", key, quote(value))
	}
	b.WriteByte('\t')
	for _, word := range command {
		b.WriteString(quote(word) + " ")
	}
	fmt.Fprintf(&b, ">>%s 2>&1 </dev/null\n", quote(l.logFile(name)))
	return os.WriteFile(l.script(name), []byte(b.String()), 0o755)
}

// quote makes one word of a shell's line.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// start runs a program's script in a session of its own, its log begun anew.
// The program is nobody's child when start returns.
func (l *layout) start(name string) error {
	if err := os.WriteFile(l.logFile(name), nil, 0o644); err != nil {
		return err
	}
	if err := os.RemoveAll(l.pidFile(name)); err != nil {
		return err
	}
	cmd := exec.Command("/bin/sh", "-c", `"$0" >/dev/null 2>&1 </dev/null &`, l.script(name))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.Run()
}

// stop ends a program: asked first, killed after ten seconds. A stopped (SIGSTOP)
// program is continued. Nothing happens when it does not run.
func (l *layout) stop(name, binary string) error {
	pid := l.pid(name, binary)
	if pid == 0 {
		return os.RemoveAll(l.pidFile(name))
	}
	_ = syscall.Kill(pid, syscall.SIGTERM)
	_ = syscall.Kill(pid, syscall.SIGCONT)
	for i := 0; l.pid(name, binary) == pid; i++ {
		if i == 200 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if i == 300 {
			return fmt.Errorf("%s (pid %d) does not end", name, pid)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return os.RemoveAll(l.pidFile(name))
}

// pid is that of a running program, or 0. A pid that now belongs to another
// program, as after a restart of the machine, is not taken for ours.
func (l *layout) pid(name, binary string) int {
	text, err := os.ReadFile(l.pidFile(name))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 2 || syscall.Kill(pid, 0) != nil {
		return 0
	}
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)) // a zombie has none
	// A binary built again while it runs is told as deleted; a script that has not
	// become its program yet is still a shell.
	exe = strings.TrimSuffix(exe, " (deleted)")
	if err == nil && (exe == binary || l.isScript(pid, name)) {
		return pid
	}
	return 0
}

func (l *layout) isScript(pid int, name string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(line), filepath.Base(l.script(name)))
}

// wait calls ready until it agrees, for at most half a minute and as long as the
// program runs; the error ends with the last lines of its log.
func (l *layout) wait(ctx context.Context, name, binary string, ready func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for i := 0; ; i++ {
		if ready(ctx) {
			return nil
		}
		// The first second is the script's.
		if (i > 10 && l.pid(name, binary) == 0) || ctx.Err() != nil {
			return errors.Join(fmt.Errorf("%s did not come up; its log, %s, ends with:\n%s",
				name, l.logFile(name), tail(l.logFile(name))), ctx.Err())
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// tail is the last lines of a file.
func tail(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-15):], "\n")
}

// freePort is a loopback port that nobody listens on, below those that the
// system hands to connections: while the server is stopped in a test, a client
// that dials one of those can end up connected to itself, and hold it.
func freePort() (int, error) {
	var last error
	for range 50 {
		port := 20000 + rand.IntN(10000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, l.Close()
		}
		last = err
	}
	return 0, last
}
