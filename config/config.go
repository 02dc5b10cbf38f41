// Package config reads the two files a community and its operator write: the
// charter, which is the community's own rules, and the configuration of the
// machine that runs it. Both are read strictly: every mistake is reported at
// once, in place, in the reader's language. It knows nothing of what the rules
// are for and imports nothing of ours.
package config

import (
	"errors"
	"io/fs"
	"os"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Config is the operator's configuration: where things are, and secrets. Each
// field can be set in the file or by an environment variable, which wins:
// GREFFIER_ and its keys in capitals, such as GREFFIER_LOG_LEVEL. A [Secret] can
// also be read from a file named by the variable with _FILE added.
//
// An adapter adds its own section as a pointer to a struct: nil unless the file
// or the environment mentions it, its required fields checked only when it is
// there.
type Config struct {
	// Data is the directory of the register, created when missing.
	Data string `yaml:"data" default:"greffier-data"`
	// Charter is the file of the community's rules.
	Charter string `yaml:"charter" default:"charter.yaml"`
	// Listen is the address of metrics and health, HOST:PORT; it is not meant to
	// be reached from outside.
	Listen string `yaml:"listen" is:"address" default:"127.0.0.1:8080"`
	// Public is the address at which a web server in front of the clerk passes
	// /calendar/ on to Listen, such as https://greffier.example.org. Members'
	// calendars subscribe there; without it they cannot.
	Public string `yaml:"public"`
	Log    Log    `yaml:"log"`
	// Stop is how long a stopping process finishes what it has begun.
	Stop   Duration `yaml:"stop" default:"10s"`
	Backup Backup   `yaml:"backup"`
	// Mattermost connects the community's Mattermost server.
	Mattermost *Mattermost `yaml:"mattermost"`
	// Discord connects the community's Discord guild.
	Discord *Discord `yaml:"discord"`
	// Mail sends newsletters to mailing lists.
	Mail *Mail `yaml:"mail"`
}

// Mail says through which server e-mail goes out, and what it says of itself.
type Mail struct {
	// Host and Port are the server's; 587 by default.
	Host string `yaml:"host,required"`
	Port int    `yaml:"port"`
	// TLS is starttls (the default, and refused without), implicit (from the first
	// byte, usually port 465) or none (a server on this very machine).
	TLS string `yaml:"tls" oneof:"starttls implicit none" default:"starttls"`
	// Username and Password are those of the account there, if it wants one.
	Username string `yaml:"username"`
	Password Secret `yaml:"password"`
	// From is the address that e-mail comes from: Club <news@club.example.org>
	From string `yaml:"from,required"`
	// Unsubscribe is how to leave the mailing list: an address of the web or of
	// e-mail, put in every message (List-Unsubscribe).
	Unsubscribe string `yaml:"unsubscribe,required"`
}

// Discord says which bot to be there, and for which guilds.
type Discord struct {
	// Token is the bot's, from the developer portal under Bot.
	Token Secret `yaml:"token,required"`
	// Application is the application's identifier; Discord is asked when it is
	// left out.
	Application string `yaml:"application"`
	// Guilds lists the identifiers of the guilds to serve, in which commands show
	// at once; by default every guild that the bot is in.
	Guilds []string `yaml:"guilds"`
	// REST and Gateway are the addresses of a proxy or a compatible server; by
	// default Discord's own.
	REST    string `yaml:"rest"`
	Gateway string `yaml:"gateway"`
	// Shards is into how many connections the guilds are parted; by default as
	// many as Discord advises, which is one up to 2,500 guilds.
	Shards int `yaml:"shards"`
	// Messages has the bot hear lines typed in channels that begin with a slash,
	// beside what is said to it by name; the portal must allow it the message
	// content intent.
	Messages bool `yaml:"messages"`
}

// Mattermost says how to reach a Mattermost server, and how it reaches us.
type Mattermost struct {
	// URL is the server's address, its SiteURL or an inner one: https://chat.example.org
	URL string `yaml:"url,required"`
	// Token is the access token of the bot account.
	Token Secret `yaml:"token,required"`
	// Teams lists the teams to serve, by their names in addresses; by default
	// every team that the bot account is a member of.
	Teams []string `yaml:"teams"`
	// Listen is the address, HOST:PORT, at which the server's calls are received
	// (commands, buttons, forms). Without it the bot is spoken to by mention and
	// in direct messages only, and its cards carry numbers in place of buttons.
	Listen string `yaml:"listen" is:"address"`
	// Callback is the address at which the server reaches Listen, such as
	// https://greffier.example.org/mattermost; by default http:// and Listen.
	Callback string `yaml:"callback"`
}

// Backup says when the serving process copies its register, and where to.
type Backup struct {
	// When is a cron expression in the community's zone, such as "0 3 * * *" or
	// @daily; empty means never.
	When string `yaml:"when" is:"cron"`
	// Dir is where the copies go; by default the directory backups of the data.
	Dir string `yaml:"dir"`
	// Keep is how many copies are kept, 14 by default; older ones are removed.
	Keep int `yaml:"keep"`
}

// Log says what is logged, and how.
type Log struct {
	// Level is the least severe level written: debug, info (the default), warn
	// or error.
	Level string `yaml:"level" oneof:"debug info warn error" default:"info"`
	// Format is text (the default) or json.
	Format string `yaml:"format" oneof:"text json" default:"text"`
}

// LoadConfig reads the configuration from a file, if path is not empty, and from
// the environment. It never quotes a line of the file in its problems, which
// may hold a secret.
func LoadConfig(path string, env func(string) string) (Config, Problems) {
	var c Config
	ps := Load(path, env, &c)
	return c, ps
}

// Load reads any struct tagged as [Config] is, in the same way.
func Load(path string, env func(string) string, into any) Problems {
	src := &Source{Name: path}
	d := newDecoder(src)
	d.unrequired = true
	v := reflect.ValueOf(into).Elem()
	root, ps := (*yaml.Node)(nil), Problems(nil)
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			ps = Problems{readFailure(src, err)}
		} else {
			*src = *newSource(path, data)
			src.quiet = true
			root, ps = readTree(src, data)
		}
	}
	d.problems = ps
	d.defaults(v, field{})
	if root != nil {
		d.value(root, v, field{}, nil)
	}
	e := &environment{get: env, file: d}
	e.fill(v, nil)
	if len(ps) == 0 {
		e.required(v, nil)
	}
	return append(d.problems, e.problems...).sorted()
}

func readFailure(src *Source, err error) Problem {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return src.problem(Pos{}, "no-file")
	case errors.Is(err, fs.ErrPermission):
		return src.problem(Pos{}, "no-permission")
	default:
		return src.problem(Pos{}, "cannot-read", reason(err))
	}
}

// reason is an error without the operation and the path it repeats.
func reason(err error) string {
	if cause := errors.Unwrap(err); cause != nil {
		return cause.Error()
	}
	return err.Error()
}
