package mattermost

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

// Finding is what the doctor found of one thing.
type Finding = bot.Diagnosis

// doctor looks at a server from where the bot stands.
type doctor struct {
	*Adapter
	config   map[string]string
	date     string
	findings []Finding
}

// Diagnose checks a configuration against the live server. places are what the
// charter says of its channels on this platform; words the commands to register.
// It stops at what makes the rest impossible to look at.
func Diagnose(ctx context.Context, o Options, places []string, words []string) []Finding {
	d := &doctor{Adapter: New(o)}
	defer d.polite.close()
	d.signer = &signer{bot.NewStamp([]byte("doctor")), d.clock}
	if !d.address() || !d.reach(ctx) || !d.account(ctx) {
		return d.findings
	}
	d.siteURL()
	d.clocks()
	d.services()
	if !d.membership(ctx) {
		return d.findings
	}
	d.channels(ctx, places)
	rights := d.rights(ctx)
	d.collisions(ctx, words)
	d.callback(ctx, rights)
	return d.findings
}

func (d *doctor) well(en, fr string) {
	d.findings = append(d.findings, Finding{Well: true, What: [2]string{en, fr}})
}

func (d *doctor) ill(grave bool, what, fix [2]string) {
	d.findings = append(d.findings, Finding{Grave: grave, What: what, Fix: fix})
}

// both fills the same values into the English and the French form.
func both(en, fr string, args ...any) [2]string {
	return [2]string{fmt.Sprintf(en, args...), fmt.Sprintf(fr, args...)}
}

func (d *doctor) address() bool {
	u, err := url.Parse(d.o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		d.ill(true, both("mattermost.url %q is no address", "mattermost.url « %s » n'est pas une adresse", d.o.URL),
			both("write it whole, such as https://chat.example.org", "écrivez-la en entier, par exemple https://chat.example.org"))
		return false
	}
	return true
}

func (d *doctor) reach(ctx context.Context) bool {
	_, response, err := d.api.GetPing(ctx)
	if err != nil {
		d.ill(true, both("no Mattermost answers at %s (%s)", "aucun Mattermost ne répond à %s (%s)", d.o.URL, reason(err)),
			both("check mattermost.url, and that this machine can reach it", "vérifiez mattermost.url, et que cette machine peut l'atteindre"))
		return false
	}
	d.date = response.Header.Get("Date")
	return true
}

func (d *doctor) account(ctx context.Context) bool {
	if err := d.learn(ctx); err != nil {
		what := both("the token is refused (%s)", "le jeton est refusé (%s)", reason(err))
		d.ill(true, what, both(
			"make a token under Integrations > Bot Accounts, put it in mattermost.token, and see that the bot account and its owner are active",
			"créez un jeton dans Intégrations > Comptes de robot, mettez-le dans mattermost.token, et vérifiez que le compte du robot et celui de son propriétaire sont actifs"))
		return false
	}
	s := d.own()
	d.well(fmt.Sprintf("Mattermost %s at %s, as @%s", s.version, d.o.URL, s.me.Username),
		fmt.Sprintf("Mattermost %s à %s, comme @%s", s.version, d.o.URL, s.me.Username))
	if major, err := strconv.Atoi(strings.SplitN(s.version, ".", 2)[0]); err == nil && major < 9 {
		d.ill(false, both("Mattermost %s is older than 9.0", "Mattermost %s est antérieur à 9.0", s.version),
			both("upgrade Mattermost", "mettez Mattermost à jour"))
	}
	if !s.me.IsBot {
		d.ill(false, both("@%s is a person's account, not a bot's", "@%s est le compte d'une personne, pas d'un robot", s.me.Username),
			both("create a bot account under Integrations > Bot Accounts and use its token (System Console > Integrations > Bot Accounts: EnableBotAccountCreation = true)",
				"créez un compte de robot dans Intégrations > Comptes de robot et prenez son jeton (Console système > Intégrations > Comptes de robot : EnableBotAccountCreation = true)"))
	}
	var err error
	if d.config, err = d.clientConfig(ctx); err != nil {
		d.config = map[string]string{}
	}
	return true
}

// siteURL looks at what the server puts in the addresses it hands out.
func (d *doctor) siteURL() {
	site := d.config["SiteURL"]
	fix := func(to string) [2]string {
		return both("System Console > Environment > Web Server: SiteURL = %s", "Console système > Environnement > Serveur web : SiteURL = %s", to)
	}
	u, err := url.Parse(site)
	switch {
	case site == "":
		d.ill(true, both("SiteURL is not set", "SiteURL n'est pas défini"), fix(d.o.URL))
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		d.ill(true, both("SiteURL %q is no address", "SiteURL « %s » n'est pas une adresse", site), fix(d.o.URL))
	case strings.HasSuffix(site, "/"):
		d.ill(true, both("SiteURL %q ends with a slash, which breaks buttons", "SiteURL « %s » finit par une barre oblique, ce qui casse les boutons", site), fix(strings.TrimRight(site, "/")))
	default:
		d.well("SiteURL is "+site, "SiteURL est "+site)
		own, _ := url.Parse(d.o.URL)
		if own != nil && own.Host == u.Host && own.Scheme != u.Scheme {
			d.ill(true, both("SiteURL says %s and mattermost.url %s", "SiteURL dit %s et mattermost.url %s", u.Scheme, own.Scheme),
				both("make the two begin alike: mattermost.url = %s", "qu'ils commencent pareil : mattermost.url = %s", site))
		}
	}
}

// mostSkew is how far the clocks may be apart.
const mostSkew = time.Minute

func (d *doctor) clocks() {
	at, err := http.ParseTime(d.date)
	if err != nil {
		return
	}
	skew := d.clock.Now().Sub(at).Round(time.Second)
	if skew.Abs() <= mostSkew {
		d.well("the clocks agree", "les horloges s'accordent")
		return
	}
	d.ill(skew.Abs() >= triggerAge, both("the clocks are %s apart", "les horloges ont %s d'écart", skew.Abs()),
		both("set both machines' clocks from the same time servers (NTP)", "mettez les deux machines à l'heure par les mêmes serveurs (NTP)"))
}

func (d *doctor) services() {
	if d.callbacks() && d.config["EnableCommands"] == "false" {
		d.ill(false, both("slash commands are switched off", "les commandes slash sont désactivées"),
			both("System Console > Integrations > Integration Management: EnableCommands = true", "Console système > Intégrations > Gestion des intégrations : EnableCommands = true"))
	}
	if d.callbacks() && d.own().signedBy == nil {
		d.ill(false, both("the server publishes no key to check its calls with", "le serveur ne publie pas de clé pour vérifier ses appels"),
			both("let only the server reach %s (firewall or mTLS)", "ne laissez que le serveur atteindre %s (pare-feu ou mTLS)", d.o.Callback))
	}
}

// membership looks at the teams to serve.
func (d *doctor) membership(ctx context.Context) bool {
	s := d.own()
	in, _, err := d.api.GetTeamsForUser(ctx, s.me.Id, "")
	if err != nil {
		in = nil
	}
	for _, name := range d.o.Teams {
		if !slices.ContainsFunc(in, func(t *model.Team) bool { return strings.EqualFold(t.Name, name) || t.Id == name }) {
			d.ill(true, both("@%s is not in the team %q", "@%s n'est pas dans l'équipe « %s »", s.me.Username, name),
				both("invite @%s into that team, or correct mattermost.teams", "invitez @%s dans cette équipe, ou corrigez mattermost.teams", s.me.Username))
		}
	}
	if len(s.teams) == 0 {
		d.ill(true, both("@%s is in no team", "@%s n'est dans aucune équipe", s.me.Username),
			both("invite @%s into your team", "invitez @%s dans votre équipe", s.me.Username))
		return false
	}
	var names []string
	for _, t := range s.teams {
		names = append(names, t.Name)
	}
	d.well("teams: "+strings.Join(names, ", "), "équipes : "+strings.Join(names, ", "))
	return true
}

// channels looks for the charter's channels, and for the one where joins are seen.
func (d *doctor) channels(ctx context.Context, written []string) {
	s := d.own()
	for _, t := range s.teams {
		c, _, err := d.api.GetChannelByName(ctx, model.DefaultChannelName, t.Id, "")
		if err == nil {
			_, _, err = d.api.GetChannelMember(ctx, c.Id, s.me.Id, "")
		}
		if err != nil {
			d.ill(false, both("@%s is not in ~%s of %s, where newcomers are seen at once", "@%s n'est pas dans ~%s de %s, où l'on voit aussitôt les nouveaux", s.me.Username, model.DefaultChannelName, t.Name),
				both("invite it there; until then they are noticed within ten minutes", "invitez-le ; d'ici là ils sont remarqués dans les dix minutes"))
		}
	}
	for _, place := range written {
		var c *model.Channel
		var err error
		if model.IsValidId(place) {
			c, _, err = d.api.GetChannel(ctx, place)
		}
		if c == nil {
			c, err = d.channelNamed(ctx, place)
		}
		if err != nil {
			d.ill(true, both("the charter's channel %q is not found, or is private and without the bot (%s)", "le canal « %s » de la charte est introuvable, ou privé et sans le robot (%s)", place, reason(err)),
				both("correct it in the charter, under channels, or invite @%s", "corrigez-le dans la charte, sous channels, ou invitez @%s", s.me.Username))
			continue
		}
		if _, _, err := d.api.GetChannelMember(ctx, c.Id, s.me.Id, ""); err != nil && c.Type != model.ChannelTypeOpen {
			d.ill(true, both("@%s is not in the private channel ~%s", "@%s n'est pas dans le canal privé ~%s", s.me.Username, c.Name),
				both("type there: /invite @%s", "tapez-y : /invite @%s", s.me.Username))
			continue
		}
		d.well("channel ~"+c.Name, "canal ~"+c.Name)
	}
}

// rights looks whether slash commands can be registered.
func (d *doctor) rights(ctx context.Context) bool {
	if d.config["EnableCommands"] == "false" {
		return false // which was told, and refuses everybody
	}
	all := true
	for _, t := range d.own().teams {
		if _, _, err := d.api.ListCommands(ctx, t.Id, true); err != nil {
			all = false
			d.ill(false, both("@%s may not register slash commands in %s: it is reached by mention and in direct messages", "@%s ne peut pas enregistrer de commandes slash dans %s : on lui parle par mention et en message direct", d.own().me.Username, t.Name),
				both("make it a team admin (team menu > Manage Members), or give its role the permission manage_slash_commands (manage_own_slash_commands from Mattermost 11.2 on)", "faites-en un administrateur de l'équipe (menu de l'équipe > Gérer les membres), ou donnez à son rôle la permission manage_slash_commands (manage_own_slash_commands depuis Mattermost 11.2)"))
		}
	}
	return all
}

// collisions looks for commands of others with our words.
func (d *doctor) collisions(ctx context.Context, words []string) {
	umbrella := strings.ToLower(d.own().me.Username)
	for _, t := range d.own().teams {
		all, _, err := d.api.ListCommands(ctx, t.Id, false)
		if err != nil {
			continue
		}
		for _, c := range all {
			if !slices.Contains(words, c.Trigger) || c.URL == d.o.Callback+commandPath || c.DisplayName == mark {
				continue
			}
			owner := [2]string{"Mattermost itself", "Mattermost lui-même"}
			if c.PluginId != "" {
				owner = both("the plugin %s", "l'extension %s", c.PluginId)
			} else if c.Id != "" {
				owner = both("another command of the team", "une autre commande de l'équipe")
			}
			d.ill(false, [2]string{
				fmt.Sprintf("/%s belongs to %s in %s", c.Trigger, owner[0], t.Name),
				fmt.Sprintf("/%s appartient à %s dans %s", c.Trigger, owner[1], t.Name),
			}, both("members type /%s %s instead", "les membres tapent /%s %s à la place", umbrella, c.Trigger))
		}
	}
}

// callback has the server call us, through a command of the doctor's own that is
// removed afterwards.
func (d *doctor) callback(ctx context.Context, rights bool) {
	if !d.callbacks() {
		d.ill(false, both("mattermost.listen is not set: no slash commands and no buttons, but mentions, direct messages and numbers", "mattermost.listen n'est pas défini : ni commandes slash ni boutons, mais mentions, messages directs et numéros"),
			both("set mattermost.listen (HOST:PORT) and mattermost.callback (where the server reaches it)", "définissez mattermost.listen (HÔTE:PORT) et mattermost.callback (où le serveur l'atteint)"))
		return
	}
	u, err := url.Parse(d.o.Callback)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		d.ill(true, both("mattermost.callback %q is no address", "mattermost.callback « %s » n'est pas une adresse", d.o.Callback),
			both("write it whole, such as http://10.0.0.5:8066", "écrivez-la en entier, par exemple http://10.0.0.5:8066"))
		return
	}
	site, _ := url.Parse(d.config["SiteURL"])
	if site != nil && site.Host == u.Host && strings.HasPrefix(u.Path, strings.TrimRight(site.Path, "/")+"/plugins") {
		d.ill(true, both("mattermost.callback is below SiteURL's /plugins, where Mattermost adds members' session tokens to its calls", "mattermost.callback est sous /plugins de SiteURL, où Mattermost joint à ses appels les jetons de session des membres"),
			both("give it another path or another host", "donnez-lui un autre chemin ou un autre hôte"))
		return
	}
	if !rights {
		return
	}
	d.tryCallback(ctx, u)
}

func (d *doctor) tryCallback(ctx context.Context, u *url.URL) {
	s := d.own()
	var called atomic.Bool
	if l, err := net.Listen("tcp", d.o.Listen); err == nil {
		srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			called.Store(true)
			respond(w, &model.CommandResponse{ResponseType: model.CommandResponseTypeEphemeral})
		})}
		done := make(chan struct{})
		go func() { defer close(done); _ = srv.Serve(l) }()
		defer func() { _ = srv.Close(); <-done }()
	}
	team := s.teams[0]
	channel, _, err := d.api.GetChannelByName(ctx, model.DefaultChannelName, team.Id, "")
	if err != nil {
		return
	}
	probe, _, err := d.api.CreateCommand(ctx, &model.Command{
		TeamId: team.Id, Trigger: "greffier-doctor-" + model.NewId()[:8], Method: model.CommandMethodGet,
		URL: d.o.Callback + pingPath, DisplayName: mark,
	})
	if err != nil {
		return
	}
	defer func() { _, _ = d.api.DeleteCommand(context.WithoutCancel(ctx), probe.Id) }()
	_, _, err = d.api.ExecuteCommandWithTeam(ctx, channel.Id, team.Id, "/"+probe.Trigger)
	if called.Load() || err == nil { // by us, or by a greffier that serves already
		d.well("the server reaches "+d.o.Callback, "le serveur atteint "+d.o.Callback)
		return
	}
	d.ill(true, both("the server does not reach %s (%s)", "le serveur n'atteint pas %s (%s)", d.o.Callback, reason(err)),
		both("let it through the firewall to %s, and if that is an inner address: System Console > Environment > Developer: AllowedUntrustedInternalConnections = %s (beside what is there)",
			"laissez-le passer jusqu'à %s, et si c'est une adresse interne : Console système > Environnement > Développeur : AllowedUntrustedInternalConnections = %s (à côté de ce qui s'y trouve)", u.Host, u.Hostname()))
}
