package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"greffier/config"
)

// write puts text in a file of its own.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "greffier.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func from(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestLoadConfig(t *testing.T) {
	c, ps := config.LoadConfig("", from(nil))
	want := config.Config{
		Data: "greffier-data", Charter: "charter.yaml", Listen: "127.0.0.1:8080",
		Log: config.Log{Level: "info", Format: "text"}, Stop: config.Duration(10 * time.Second),
	}
	if len(ps) > 0 || c != want {
		t.Errorf("with nothing given: %+v, %v", c, ps)
	}
	path := write(t, "data: /var/lib/greffier\nlog: {level: debug}\nstop: 1m\n")
	c, ps = config.LoadConfig(path, from(map[string]string{
		"GREFFIER_LOG_FORMAT": "json", "GREFFIER_STOP": "20s", "GREFFIER_LISTEN": ":9090",
	}))
	want = config.Config{
		Data: "/var/lib/greffier", Charter: "charter.yaml", Listen: ":9090",
		Log: config.Log{Level: "debug", Format: "json"}, Stop: config.Duration(20 * time.Second),
	}
	if len(ps) > 0 || c != want {
		t.Errorf("from file and environment: %+v, %v", c, ps)
	}
}

func TestLoadConfigReports(t *testing.T) {
	for _, c := range []struct {
		file string
		vars map[string]string
		want []string
	}{
		{
			file: "data: [x]\nlgo: {levle: debgu}\nstop: soon\n",
			want: []string{
				`F:1:7: expected a text, found a list`,
				`F:2:1: unknown key "lgo"; did you mean "log"?`,
				`F:2:7: unknown key "levle"; did you mean "level"?`,
				`F:2:14: "debgu" is not one of: debug, info, warn, error; did you mean "debug"?`,
				`F:3:7: "soon" is not a duration: write 7d, 48h, 1d12h, 2w or 30m`,
			},
		},
		{
			vars: map[string]string{"GREFFIER_LOG_LEVEL": "wran", "GREFFIER_STOP": "x"},
			want: []string{
				`GREFFIER_LOG_LEVEL: "wran" is not one of: debug, info, warn, error; did you mean "warn"?`,
				`GREFFIER_STOP: "x" is not a duration: write 7d, 48h, 1d12h, 2w or 30m`,
			},
		},
		{
			vars: map[string]string{"GREFFIER_LISTEN": "8080"},
			want: []string{`GREFFIER_LISTEN: "8080" is not HOST:PORT, such as 127.0.0.1:8080`},
		},
		{
			file: "data: x\nlisten: localhost\n",
			want: []string{`F:2:9: "localhost" is not HOST:PORT, such as 127.0.0.1:8080`},
		},
	} {
		path, file := "", "no file"
		if c.file != "" {
			path = write(t, c.file)
			file = path + ":"
		}
		_, ps := config.LoadConfig(path, from(c.vars))
		if got := strings.ReplaceAll(said(ps), file, "F:"); got != strings.Join(c.want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", got, strings.Join(c.want, "\n"))
		}
	}
	_, ps := config.LoadConfig("/nowhere/greffier.yaml", from(nil))
	if got := said(ps); got != "/nowhere/greffier.yaml: there is no such file" {
		t.Error(got)
	}
}

func said(ps config.Problems) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// settings stand for what an adapter adds.
type settings struct {
	Name string `yaml:"name" default:"x"`
	Chat *chat  `yaml:"chat"`
}

type chat struct {
	URL    string        `yaml:"url,required"`
	Token  config.Secret `yaml:"bot-token,required"`
	Teams  []string      `yaml:"teams"`
	Secure bool          `yaml:"secure"`
	Rate   int           `yaml:"rate"`
	Mode   string        `yaml:"mode" oneof:"push pull" default:"push"`
}

func TestSectionsOfAdapters(t *testing.T) {
	secret := write(t, "hunter2\n")
	var s settings
	if ps := config.Load("", from(nil), &s); len(ps) > 0 || s.Chat != nil || s.Name != "x" {
		t.Errorf("a section nobody mentions: %+v, %v", s, ps)
	}
	s = settings{}
	ps := config.Load("", from(map[string]string{
		"GREFFIER_CHAT_URL": "https://chat.example", "GREFFIER_CHAT_BOT_TOKEN_FILE": secret,
		"GREFFIER_CHAT_TEAMS": "a, b", "GREFFIER_CHAT_SECURE": "true", "GREFFIER_CHAT_RATE": "5",
	}), &s)
	if len(ps) > 0 || s.Chat == nil || s.Chat.Token.Reveal() != "hunter2" || fmt.Sprint(s.Chat.Teams) != "[a b]" ||
		!s.Chat.Secure || s.Chat.Rate != 5 || s.Chat.Mode != "push" {
		t.Errorf("from the environment: %+v, %v", s.Chat, ps)
	}
	s = settings{}
	file := write(t, "chat:\n  bot-token: 123456\n  teams: a\n")
	ps = config.Load(file, from(map[string]string{"GREFFIER_CHAT_URL": "https://chat.example"}), &s)
	if len(ps) > 0 || s.Chat.Token.Reveal() != "123456" || s.Chat.URL == "" {
		t.Errorf("half from each: %+v, %v", s.Chat, ps)
	}
	s = settings{}
	ps = config.Load(write(t, "chat:\n  url:\n"), from(nil), &s)
	if got := said(ps); !strings.Contains(got, `"chat.url" is missing: write it in the file, or set GREFFIER_CHAT_URL`) ||
		!strings.Contains(got, `GREFFIER_CHAT_BOT_TOKEN`) || len(ps) != 2 {
		t.Errorf("missing settings: %s", got)
	}
	s = settings{}
	ps = config.Load("", from(map[string]string{
		"GREFFIER_CHAT_URL": "x", "GREFFIER_CHAT_BOT_TOKEN": "y", "GREFFIER_CHAT_BOT_TOKEN_FILE": secret,
		"GREFFIER_CHAT_RATE": "fast",
	}), &s)
	want := "GREFFIER_CHAT_BOT_TOKEN_FILE: GREFFIER_CHAT_BOT_TOKEN and GREFFIER_CHAT_BOT_TOKEN_FILE are both given: keep one\n" +
		"GREFFIER_CHAT_RATE: \"fast\" is not a whole number"
	if got := said(ps); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, text := range []string{"", "\n", "two\nlines\n"} {
		ps = config.Load("", from(map[string]string{"GREFFIER_CHAT_URL": "x", "GREFFIER_CHAT_BOT_TOKEN_FILE": write(t, text)}), &settings{})
		if !strings.Contains(said(ps), "should hold the secret alone") {
			t.Errorf("a secret file of %q: %s", text, said(ps))
		}
	}
}

// TestSecretsStaySecret prints a secret in every way there is.
func TestSecretsStaySecret(t *testing.T) {
	type holder struct {
		Token config.Secret
		inner config.Secret
	}
	s := config.NewSecret("hunter2")
	h := holder{s, s}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p", "%10s"} {
		fmt.Fprintf(&b, verb+verb+verb+verb+"\n", s, &s, h, &h)
		fmt.Fprintf(&b, verb+verb, []config.Secret{s}, map[string]any{"a": s})
	}
	for _, handler := range []slog.Handler{
		slog.NewTextHandler(&b, nil),
		slog.NewJSONHandler(&b, nil),
	} {
		slog.New(handler).Info("x", "secret", s, "pointer", &s, "holder", h)
	}
	for _, encode := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		out, err := encode(h)
		if err != nil || !bytes.Contains(out, []byte("***")) {
			t.Errorf("%s, %v", out, err)
		}
		b.Write(out)
	}
	fmt.Fprint(&b, json.NewEncoder(&b).Encode(map[string]any{"s": s, "h": &h}))
	if text := strings.ToLower(b.String()); strings.Contains(text, "hunter2") || strings.Contains(text, "68756e74657232") {
		t.Errorf("the secret is out: %s", text)
	}
	if s.Reveal() != "hunter2" || s.IsZero() || !config.NewSecret("").IsZero() || config.NewSecret("").String() != "" {
		t.Error("a secret is not kept")
	}
}

// TestReportsKeepSecrets breaks a file on every line that holds one.
func TestReportsKeepSecrets(t *testing.T) {
	for _, text := range []string{
		"chat: {bot-token: [hunter2], ulr: x}\n",
		"chat: {bot-token: hunter2, x: y}\n",
		"chat:\n  bot-token: *hunter2\n",
		"chat:\n  bot-token: !hunter2 x\n",
		"chat:\n  bot-token: \"hunter2\n",
		"chat:\n  bot-token: @hunter2\n",
		"chat:\n  bot-token: a: hunter2\n",
		"chat:\n  bot-token: %hunter2\n",
	} {
		ps := config.Load(write(t, text), from(nil), &settings{})
		if got := report(t, ps, "en") + report(t, ps, "fr"); strings.Contains(got, "hunter2") || len(ps) == 0 {
			t.Errorf("%q gives\n%s", text, got)
		}
	}
}
