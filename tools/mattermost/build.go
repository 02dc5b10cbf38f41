package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const serverModule = "github.com/mattermost/mattermost/server/v8"

// build compiles the server into build/mattermost/bin. It takes minutes once,
// then a second: Go builds again only what has changed.
func (l *layout) build(ctx context.Context) error {
	begin := time.Now()
	if _, err := os.Stat(l.binary()); err != nil {
		fmt.Println("building the server: the first time takes minutes")
	}
	if err := l.goes(ctx, l.root("tools", "mattermost"), "build", "-o", l.binary(), serverModule+"/cmd/mattermost"); err != nil {
		return err
	}
	fmt.Printf("server: built, %.1f s\n", time.Since(begin).Seconds())
	return nil
}

// goes runs the go command in a directory.
func (l *layout) goes(ctx context.Context, dir string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stderr, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	return cmd.Run()
}

// startServer lays out the server's working directory and starts it on a free
// port, of which it tells the site.
func (l *layout) startServer(ctx context.Context, s *site) error {
	if err := l.layServer(ctx); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	env := append(serverEnv(),
		"MM_SERVICESETTINGS_SITEURL="+s.URL,
		fmt.Sprintf("MM_SERVICESETTINGS_LISTENADDRESS=127.0.0.1:%d", port),
		"MM_SQLSETTINGS_DATASOURCE="+l.dataSource(),
	)
	if err := l.writeScript(serverName, l.path("server"), env, []string{l.binary(), "server"}); err != nil {
		return err
	}
	if err := l.start(serverName); err != nil {
		return err
	}
	return l.wait(ctx, serverName, l.binary(), s.answers)
}

// answers tells whether the server is up.
func (s *site) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v4/system/ping", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// layServer makes the directory that the server runs in, with what its module has
// beside the code.
func (l *layout) layServer(ctx context.Context) error {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", serverModule)
	list.Dir = l.root("tools", "mattermost")
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w", serverModule, err)
	}
	for _, dir := range []string{"config", "data", "logs", "plugins", "client/plugins"} {
		if err := os.MkdirAll(l.path("server", dir), 0o755); err != nil {
			return err
		}
	}
	for _, dir := range []string{"i18n", "templates", "fonts"} {
		from := os.DirFS(filepath.Join(strings.TrimSpace(string(out)), dir))
		if err := os.CopyFS(l.path("server", dir), from); err != nil {
			return err
		}
	}
	return nil
}

// serverEnv is what differs from the server's defaults, but for its addresses.
func serverEnv() []string {
	return []string{
		"MM_SQLSETTINGS_DRIVERNAME=postgres",
		// What Greffier needs (docs/mattermost.md).
		"MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION=true",
		"MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS=true",
		"MM_SERVICESETTINGS_ALLOWEDUNTRUSTEDINTERNALCONNECTIONS=127.0.0.1",
		// What tests need: anybody may sign up, a hundred at a time.
		"MM_TEAMSETTINGS_ENABLEOPENSERVER=true",
		"MM_TEAMSETTINGS_MAXUSERSPERTEAM=5000",
		"MM_RATELIMITSETTINGS_ENABLE=false",
		"MM_PLUGINSETTINGS_AUTOMATICPREPACKAGEDPLUGINS=false",
		"MM_PLUGINSETTINGS_ENABLEUPLOADS=true",
		// Nothing leaves the machine, and no administrator is written to.
		"MM_LOGSETTINGS_ENABLEDIAGNOSTICS=false",
		"MM_SERVICESETTINGS_ENABLESECURITYFIXALERT=false",
		"MM_ANNOUNCEMENTSETTINGS_ADMINNOTICESENABLED=false",
		"MM_ANNOUNCEMENTSETTINGS_USERNOTICESENABLED=false",
		"MM_PLUGINSETTINGS_ENABLEREMOTEMARKETPLACE=false",
		"MM_EMAILSETTINGS_SENDEMAILNOTIFICATIONS=false",
		"MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS=false",
		"MM_LOGSETTINGS_ENABLEFILE=false",
		"MM_LOGSETTINGS_CONSOLELEVEL=INFO",
	}
}
