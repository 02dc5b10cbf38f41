package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// startGreffier builds Greffier, writes its configuration, with the charter
// beside this file, and starts it; it is up when it has registered its commands
// with the server. It does nothing while the tree has no adapter for Mattermost.
func (l *layout) startGreffier(ctx context.Context, s *site) error {
	adapter, _ := filepath.Glob(l.root("adapters", "mattermost", "*.go")) // the pattern is right
	if len(adapter) == 0 {
		return nil
	}
	begin := time.Now()
	binary := l.root("build", "greffier")
	if err := l.goes(ctx, l.top, "build", "-o", binary, "."); err != nil {
		return err
	}
	health, err := freePort()
	if err != nil {
		return err
	}
	callback, err := freePort()
	if err != nil {
		return err
	}
	config := fmt.Sprintf(`data: %q
charter: %q
listen: 127.0.0.1:%d
mattermost:
  url: %s
  token: %s
  teams: [%s]
  listen: 127.0.0.1:%d
`, s.Data, l.root("tools", "mattermost", "charter.yaml"), health, s.URL, s.BotToken, s.Team, callback)
	file := l.path("greffier.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		return err
	}
	if err := l.writeScript(greffierName, l.top, nil, []string{binary, "serve", "-config", file}); err != nil {
		return err
	}
	if err := l.start(greffierName); err != nil {
		return err
	}
	registered := 0
	err = l.wait(ctx, greffierName, binary, func(ctx context.Context) bool {
		commands, _, err := s.admin.ListCommands(ctx, s.teamID, true)
		before := registered
		registered = len(commands)
		return err == nil && registered > 0 && registered == before // no more are coming
	})
	if err != nil {
		return err
	}
	s.Greffier, s.Metrics = true, fmt.Sprintf("http://127.0.0.1:%d/metrics", health)
	fmt.Printf("greffier: up, %.1f s\n", time.Since(begin).Seconds())
	return nil
}
