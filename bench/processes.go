package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// processes measures the program as it is run: how soon it answers, what memory
// it holds, and whether it grows.
func processes(ctx context.Context, dir string, n sizes) error {
	binary := in(dir, "greffier")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".") // as make build does
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	empty, err := firstAnswer(ctx, binary, in(dir, "empty"))
	if err != nil {
		return err
	}
	row("`try` answers its first command, empty register", fmt.Sprintf("%.0f ms (median of 15)", ms(empty)), "under 100 ms")
	large, err := firstAnswer(ctx, binary, in(dir, "large"))
	if err != nil {
		return err
	}
	row("`try` answers its first command, large register", fmt.Sprintf("%.0f ms (median of 15)", ms(large)), "under 500 ms")
	return growth(ctx, binary, in(dir, "grown"), n.commands)
}

// talk is a `try` that lines can be typed at.
type talk struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(ctx context.Context, binary, data string) (*talk, error) {
	cmd := exec.CommandContext(ctx, binary, "try", "-data", data, "-lang", "en")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &talk{cmd, in, bufio.NewReader(out)}, cmd.Start()
}

// ask types a line and waits for the answer to whoever typed it, reading past
// what everybody sees.
func (t *talk) ask(line string) error {
	who, _, _ := strings.Cut(line, ":")
	if _, err := fmt.Fprintln(t.in, line); err != nil {
		return err
	}
	for {
		said, err := t.out.ReadString('\n')
		if err != nil {
			return err
		}
		if strings.HasPrefix(said, "bot → "+who) {
			return nil
		}
	}
}

func (t *talk) end() error {
	go func() { _, _ = io.Copy(io.Discard, t.out) }()
	_ = t.in.Close()
	return t.cmd.Wait()
}

func (t *talk) memory(which string) (float64, error) { return memoryOf(t.cmd.Process.Pid, which) }

// memoryOf is the resident memory of a process, in bytes: all of it (VmRSS), or
// without the pages of mapped files (RssAnon), which the kernel takes back when
// it needs them.
func memoryOf(pid int, which string) (float64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, which+":"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("no %s", which)
}

func firstAnswer(ctx context.Context, binary, data string) (time.Duration, error) {
	var all []time.Duration
	for range 15 {
		begun := time.Now()
		t, err := start(ctx, binary, data)
		if err != nil {
			return 0, err
		}
		if err := t.ask("alice: /request list"); err != nil {
			return 0, err
		}
		all = append(all, time.Since(begun))
		if err := t.end(); err != nil {
			return 0, err
		}
	}
	return percentile(all, 0.5), nil
}

// growth types the same commands over and over at one process: requests are
// supported and unsupported, so that the register itself does not grow.
func growth(ctx context.Context, binary, data string, commands int) error {
	t, err := start(ctx, binary, data)
	if err != nil {
		return err
	}
	if err := t.ask(`alice: /request new "Export" kind:idea`); err != nil {
		return err
	}
	time.Sleep(2 * time.Second)
	idle, err := t.memory("VmRSS")
	if err != nil {
		return err
	}
	row("resident memory, idle, empty register", fmt.Sprintf("%.1f MB", idle/1e6), "under 40 MB")
	lines := []string{"bob: /request support 1", "bob: /request list", "bob: /me", "bob: /request unsupport 1", "bob: /request search export"}
	var tenth float64
	for i := range commands {
		if err := t.ask(lines[i%len(lines)]); err != nil {
			return err
		}
		if i == commands/10 {
			if tenth, err = t.memory("RssAnon"); err != nil {
				return err
			}
		}
	}
	end, err := t.memory("RssAnon")
	if err != nil {
		return err
	}
	row(fmt.Sprintf("memory after %d and after %d commands", commands/10, commands), fmt.Sprintf("%.1f MB, %.1f MB (without mapped files)", tenth/1e6, end/1e6), "no growth")
	return t.end()
}
