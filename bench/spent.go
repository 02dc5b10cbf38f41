package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// spent is processor time: of the handler, of Mattermost and of its database.
// Unlike the time that passes it is much the same on a machine that is busy.
type spent struct{ handler, server, database time.Duration }

func (s spent) plus(o spent) spent {
	return spent{s.handler + o.handler, s.server + o.server, s.database + o.database}
}

func (s spent) minus(o spent) spent {
	return spent{s.handler - o.handler, s.server - o.server, s.database - o.database}
}

func (s spent) total() time.Duration { return s.handler + s.server + s.database }

func (s spent) each(n int) string {
	per := func(d time.Duration) float64 { return ms(d / time.Duration(n)) }
	return fmt.Sprintf("%.2f ms (handler %.2f, Mattermost %.2f, database %.2f)", per(s.total()), per(s.handler), per(s.server), per(s.database))
}

// spentUntilNow is what was spent since the processes began.
func (c *chat) spentUntilNow(handler int) spent {
	server := pidIn(os.Getenv("MM_PIDFILE"))
	s := spent{handler: processorTime(handler), server: processorTime(server)}
	postmaster := pidIn(filepath.Join(filepath.Dir(os.Getenv("MM_PIDFILE")), "postgres", "data", "postmaster.pid"))
	s.database = processorTime(postmaster) + ticks(statOf(fmt.Sprintf("/proc/%d/stat", postmaster)), ofChildrenThatEnded...)
	all, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, file := range all {
		if f := statOf(file); len(f) > 1 && f[1] == strconv.Itoa(postmaster) {
			s.database += ticks(f, ofItself...)
		}
	}
	return s
}

// pidIn is the number on the first line of a file, or 0.
func pidIn(file string) int {
	text, _ := os.ReadFile(file) // none: 0
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}

func processorTime(pid int) time.Duration {
	return ticks(statOf(fmt.Sprintf("/proc/%d/stat", pid)), ofItself...)
}

// statOf are the fields of a process's stat after its name: state, parent …
func statOf(file string) []string {
	text, _ := os.ReadFile(file) // gone: none
	at := strings.LastIndexByte(string(text), ')')
	if at < 0 {
		return nil
	}
	return strings.Fields(string(text[at+1:]))
}

// Which fields of a process's stat are times, out of the kernel and in it.
var ofItself, ofChildrenThatEnded = []int{11, 12}, []int{13, 14}

// ticks adds up times; Linux counts in hundredths of a second.
func ticks(fields []string, which ...int) time.Duration {
	var sum time.Duration
	for _, i := range which {
		if i < len(fields) {
			n, _ := strconv.Atoi(fields[i])
			sum += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return sum
}
