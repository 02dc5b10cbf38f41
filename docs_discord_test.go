package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"greffier/adapters/discord/discordtest"
)

// blocks are the pieces of YAML on a page of the documentation, in their order.
func blocks(t *testing.T, page string) []string {
	t.Helper()
	var all []string
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(read(t, page), -1) {
		all = append(all, m[1])
	}
	return all
}

// What docs/discord.md has an operator do, word for word, on a Discord of our own, ends
// with a clerk that works.
func TestDiscordDocs(t *testing.T) {
	for _, page := range []string{"docs/discord.md", "docs/discord.fr.md"} {
		t.Run(page, func(t *testing.T) { followDiscordDocs(t, page) })
	}
}

func followDiscordDocs(t *testing.T, page string) {
	s := discordtest.Start(t, discordtest.Options{Unlimited: true})
	g, dir := s.Guild(), t.TempDir()
	general, committee := g.AddChannel("general"), g.AddChannel("committee")
	decides, helps := g.AddRole("Committee", 0), g.AddRole("Helpers", 0)
	yaml := blocks(t, page)
	if len(yaml) != 2 {
		t.Fatalf("%d blocks of YAML", len(yaml))
	}
	charter := filepath.Join(dir, "charter.yaml")
	write := func(file, text string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	config := write(filepath.Join(dir, "greffier.yaml"), strings.NewReplacer(
		"/var/lib/greffier", filepath.Join(dir, "data"), "/etc/greffier/charter.yaml", charter, "112233445566778899", g.ID).Replace(yaml[0]))
	sections := regexp.MustCompile(`(?m)^(channels|groups):\n(?:(?: .*|#.*)?\n)*`)
	demo := sections.ReplaceAllString(read(t, "config/charters/demo.yaml"), "")
	write(charter, strings.Replace(demo, "\nrequests:\n", "\nrequests:\n  threads: yes\n", 1)+"\n"+strings.NewReplacer(
		"223344556677889900", committee.ID, "334455667788990011", decides.ID, "445566778899001122", helps.ID).Replace(yaml[1]))
	env := map[string]string{
		"GREFFIER_DISCORD_TOKEN": s.Token, "GREFFIER_DISCORD_REST": s.URL, "GREFFIER_DISCORD_GATEWAY": s.Gateway, "GREFFIER_LISTEN": "127.0.0.1:0",
	}
	run := func(ctx context.Context, args ...string) string {
		var mu sync.Mutex
		var out bytes.Buffer
		c := &cli{out: locked{&mu, &out}, err: locked{&mu, &out}, env: func(name string) string { return env[name] }}
		status := c.run(ctx, append(args, "-config", config))
		mu.Lock()
		defer mu.Unlock()
		if status != statusOK {
			t.Errorf("%q ended with %d:\n%s", args, status, out.String())
		}
		return out.String()
	}
	if said := run(t.Context(), "discord", "invite"); !strings.Contains(said, "guild_id="+g.ID) || !strings.Contains(said, "Manage Roles") {
		t.Errorf("the invitation: %s", said)
	}
	run(t.Context(), "doctor")

	ctx, stop := context.WithCancel(t.Context())
	served := make(chan struct{})
	go func() {
		defer close(served)
		run(ctx, "serve")
	}()
	defer func() { stop(); <-served }()
	until := func(what string, so func() bool) {
		t.Helper()
		within, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if !s.Until(within, so) {
			t.Fatalf("%s: not within a minute", what)
		}
	}
	alice, bruno := g.Member("alice"), g.Stranger("bruno")
	alice.Give(decides)
	var asked *discordtest.Interaction
	until("the commands are there", func() bool {
		var err error
		asked, err = alice.Slash(general.ID, "request new", discordtest.Args{"title": "A second door", "kind": "idea"})
		return err == nil
	})
	until("the request is answered", asked.Answered)
	until("its card opens a thread", func() bool { return len(general.Threads()) == 1 })
	until("who is of the committee is given the role of the group", func() bool { return slices.Contains(alice.Roles(), "Helpers") })
	bruno.Join()
	until("a newcomer is greeted and announced", func() bool {
		return len(bruno.Private()) > 0 && slices.ContainsFunc(general.Public(), func(m *discordtest.Message) bool { return strings.Contains(m.Content, bruno.Mention()) })
	})
	stop()
	<-served
	run(t.Context(), "discord", "uninstall")
	if _, err := alice.Slash(general.ID, "me", nil); !errors.Is(err, discordtest.ErrNoCommand) {
		t.Errorf("after uninstall: %v", err)
	}
}

// locked is a buffer that several goroutines write to.
type locked struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}
