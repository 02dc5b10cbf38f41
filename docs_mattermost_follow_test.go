package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/adapters/mattermost/mmtest"
)

// followed is an operator who does what a page says, on a real server. What differs
// from the page is where things are: the address, the team, the folders, the bot's name.
type followed struct {
	*testing.T
	page    string
	bot     *mmtest.Member
	team    *mmtest.Team
	town    *model.Channel
	member  *mmtest.Member
	binary  string
	config  string
	charter string
}

// Whoever follows docs/mattermost.md or its French twin to the letter has a clerk that
// answers, by slash command and by mention, and can take it out again.
func TestMattermostDocsFollowed(t *testing.T) {
	s := mmtest.Start(t)
	for _, page := range []struct{ file, locale, list, me string }{
		{"docs/mattermost.md", "en", "vote list", "me"},
		{"docs/mattermost.fr.md", "fr", "vote liste", "moi"},
	} {
		t.Run(page.locale, func(t *testing.T) {
			f := &followed{T: t, page: read(t, page.file), binary: filepath.Join(t.TempDir(), "greffier")}
			if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", f.binary, ".").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			f.account(s)
			f.writeCharter(page.locale)
			f.writeConfiguration(s, true)
			f.member = s.NewUser(t, "member")
			f.member.Locale(t, page.locale)
			f.team.Join(t, f.member)

			f.run("check", f.charter)
			f.run("doctor", "-config", f.config)
			stop := f.serve("/" + page.list)
			f.run("doctor", "-config", f.config) // beside serve, as the page says
			for _, line := range []string{"/" + f.bot.Name, "/" + page.list, "/" + f.bot.Name + " " + page.me, "/request list"} {
				if answer := f.answer(line); answer == "" {
					t.Errorf("%s is not answered", line)
				}
			}
			stop()
			f.run("mattermost", "uninstall", "-config", f.config)
			if answer := f.answer("/" + page.list); answer != "" {
				t.Errorf("the commands are still there: %s", answer)
			}

			f.writeConfiguration(s, false)
			stop = f.serveSilently()
			defer stop()
			direct := f.member.Direct(t, f.bot)
			f.wait("a line in a direct message", func() bool {
				f.member.Say(t, direct.Id, page.list)
				return slices.ContainsFunc(f.member.Posts(t, direct.Id), func(p *model.Post) bool { return p.UserId == f.bot.ID })
			})
			watch := f.member.Watch(t)
			f.member.Say(t, f.town.Id, "@"+f.bot.Name+" "+page.list)
			watch.Post(t, "", func(p *model.Post) bool { return p.UserId == f.bot.ID })
		})
	}
}

// account is the page's first section.
func (f *followed) account(s *mmtest.Server) {
	f.Helper()
	s.Configure(f, func(c *model.Config) { *c.ServiceSettings.EnableBotAccountCreation = true })
	f.bot, f.team = s.NewBot(f, "greffier"), s.NewTeam(f)
	f.team.Join(f, f.bot)
	f.team.Administrator(f, f.bot, true)
	town, _, err := s.Admin.Client.GetChannelByName(f.Context(), "town-square", f.team.ID, "")
	if err != nil {
		f.Fatal(err)
	}
	f.town = town
}

// block is the n-th block of YAML of the page.
func (f *followed) block(n int) string {
	f.Helper()
	parts := strings.Split(f.page, "```yaml\n")
	if len(parts) <= n {
		f.Fatal("the page has too few blocks of YAML")
	}
	block, _, _ := strings.Cut(parts[n], "```")
	return block
}

// writeCharter is the second: the demonstration's charter with two sections replaced,
// in the community's language, and the private channel.
func (f *followed) writeCharter(locale string) {
	f.Helper()
	block := f.block(1)
	demo := charterSection.ReplaceAllString(read(f.T, "config/charters/demo.yaml"), "")
	if locale == "fr" {
		demo = strings.Replace(demo, "locale: en", "locale: fr", 1)
	}
	f.charter = f.write("charter.yaml", demo+"\n"+block)
	_, rest, _ := strings.Cut(block, `"~`)
	private, _, _ := strings.Cut(rest, `"`)
	ch, _, err := f.bot.Client.CreateChannel(f.Context(), &model.Channel{
		TeamId: f.team.ID, Name: private, DisplayName: private, Type: model.ChannelTypePrivate,
	})
	if err != nil || ch.Name != private {
		f.Fatalf("the channel %q: %v", private, err)
	}
}

// writeConfiguration is the third, or without an address what "by mention" says.
func (f *followed) writeConfiguration(s *mmtest.Server, listening bool) {
	f.Helper()
	address := mmtest.FreeAddress(f)
	text := ""
	for line := range strings.Lines(f.block(2)) {
		key, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		value, known := map[string]string{
			"data": filepath.Join(f.TempDir(), "data"), "charter": f.charter, "url": s.URL, "teams": "[" + f.team.Name + "]",
			"listen": address, "callback": "http://" + address,
		}[key]
		switch {
		case !listening && (key == "listen" || key == "callback"):
		case known:
			before, _, _ := strings.Cut(line, ":")
			text += before + ": " + value + "\n"
		default:
			text += line
		}
	}
	f.config = f.write("greffier.yaml", text)
}

func (f *followed) write(name, text string) string {
	f.Helper()
	path := filepath.Join(f.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
	return path
}

func (f *followed) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(f.Context(), f.binary, args...)
	cmd.Env = append(os.Environ(), "GREFFIER_MATTERMOST_TOKEN="+f.bot.Client.AuthToken)
	return cmd
}

// run runs a command of the page, which succeeds.
func (f *followed) run(args ...string) {
	f.Helper()
	if out, err := f.command(args...).CombinedOutput(); err != nil {
		f.Errorf("greffier %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// serve starts the clerk and waits until it answers a line; stop ends it as an
// operator does.
func (f *followed) serve(line string) (stop func()) {
	f.Helper()
	stop = f.serveSilently()
	f.wait("an answer to "+line, func() bool { answer := f.answer(line); return answer != "" && !starting(answer) })
	return stop
}

// starting reports whether an answer only says that the clerk has just started.
func starting(answer string) bool {
	return strings.Contains(answer, "just starting") || strings.Contains(answer, "démarre")
}

func (f *followed) serveSilently() (stop func()) {
	f.Helper()
	cmd := f.command("serve", "-config", f.config)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	return func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			f.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			f.Errorf("serve ended with %v\n%s", err, log.String())
		}
	}
}

// answer is what the member is answered; empty when there is no such command.
func (f *followed) answer(line string) string {
	answer, _, err := f.member.Client.ExecuteCommand(f.Context(), f.town.Id, line)
	if err != nil {
		return ""
	}
	if len(answer.Attachments) > 0 {
		return answer.Text + " (a card)"
	}
	return answer.Text
}

func (f *followed) wait(what string, so func() bool) {
	f.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !so(); {
		if time.Now().After(deadline) {
			f.Fatalf("%s: not within two minutes", what)
		}
		timer := time.NewTimer(time.Second / 2)
		select {
		case <-timer.C:
		case <-f.Context().Done():
			f.Fatal(f.Context().Err())
		}
	}
}
