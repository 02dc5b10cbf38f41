package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// doctor looks at Discord from where the bot stands.
type doctor struct {
	*Adapter
	findings []bot.Diagnosis
}

// Diagnose checks a configuration against Discord: the token, the privileged
// intents, the guilds, what the bot may do in each channel that the charter names
// (places), the commands registered, and a connection to the gateway. desk has the
// charter in force. It stops at what makes the rest impossible to look at.
func Diagnose(ctx context.Context, o Options, desk *bot.Bot, places []string) []bot.Diagnosis {
	d := &doctor{Adapter: New(o)}
	defer d.api.close()
	d.desk = desk
	if !d.token(ctx) {
		return d.findings
	}
	d.intentsAllowed()
	guilds := d.guilds(ctx)
	d.channels(ctx, guilds, places)
	d.commands(ctx, guilds)
	d.tryGateway(ctx)
	return d.findings
}

func (d *doctor) well(en, fr string, args ...any) {
	d.findings = append(d.findings, bot.Diagnosis{Well: true, What: both(en, fr, args...)})
}

func (d *doctor) ill(grave bool, what, fix [2]string) {
	d.findings = append(d.findings, bot.Diagnosis{Grave: grave, What: what, Fix: fix})
}

// both fills the same values into the English and the French form.
func both(en, fr string, args ...any) [2]string {
	return [2]string{fmt.Sprintf(en, args...), fmt.Sprintf(fr, args...)}
}

func (d *doctor) token(ctx context.Context) bool {
	err := d.learn(ctx)
	switch {
	case err == nil:
		d.well("Discord at %s, as %s, application %s", "Discord à %s, comme %s, application %s", d.o.REST, d.own().name, d.own().app)
		return true
	case status(err) == http.StatusUnauthorized:
		d.ill(true, both("the token is refused (%s)", "le jeton est refusé (%s)", oneLine(err)), both(
			"developer portal > your application > Bot > Reset Token, and put the new one in discord.token",
			"portail des développeurs > votre application > Bot > Reset Token, et mettez le nouveau dans discord.token"))
	default:
		d.ill(true, both("Discord does not answer at %s (%s)", "Discord ne répond pas à %s (%s)", d.o.REST, oneLine(err)), both(
			"check that this machine reaches the internet, and discord.rest if you set it",
			"vérifiez que cette machine atteint l'internet, et discord.rest si vous l'avez défini"))
	}
	return false
}

// Flags of an application whose privileged intents are switched on, for bots that
// are verified and for those that are not.
const (
	flagMembers        = 1<<14 | 1<<15
	flagMessageContent = 1<<18 | 1<<19
)

func (d *doctor) intentsAllowed() {
	flags := d.own().flags
	if flags == nil {
		return // a compatible server that has no such switches; the gateway tells
	}
	intent := func(mask int, en, fr string) bool {
		if *flags&mask != 0 {
			d.well("%s is on", "%s est activé", en)
			return true
		}
		d.ill(true, both("%s is off", "%s est désactivé", en), both(
			"developer portal > your application > Bot > Privileged Gateway Intents: turn on %s. %s",
			"portail des développeurs > votre application > Bot > Privileged Gateway Intents : activez %s. %s", en, fr))
		return false
	}
	intent(flagMembers, "Server Members Intent", "")
	if d.o.Messages {
		intent(flagMessageContent, "Message Content Intent", "")
	}
}

// guilds reads the guilds to serve, with their roles.
func (d *doctor) guilds(ctx context.Context) []guildData {
	ids := d.o.Guilds
	if len(ids) == 0 {
		var in []guildData
		if err := d.api.get(ctx, &in, "/users/@me/guilds"); err != nil {
			d.ill(true, both("the bot's guilds cannot be read (%s)", "les serveurs du robot ne peuvent pas être lus (%s)", oneLine(err)), [2]string{})
			return nil
		}
		for _, g := range in {
			ids = append(ids, g.ID)
		}
	}
	var guilds []guildData
	for _, id := range ids {
		var g guildData
		if err := d.api.get(ctx, &g, "/guilds/{}", id); err != nil {
			d.ill(true, both("the bot is not in the guild %s (%s)", "le robot n'est pas sur le serveur %s (%s)", id, oneLine(err)), inviteFix)
			continue
		}
		guilds = append(guilds, g)
		d.well("in the guild %s", "sur le serveur %s", g.Name)
	}
	if len(ids) == 0 {
		d.ill(true, both("the bot is in no guild", "le robot n'est sur aucun serveur"), inviteFix)
	}
	return guilds
}

var inviteFix = both("open the link that `greffier discord invite` prints, as somebody who manages the guild",
	"ouvrez le lien qu'affiche `greffier discord invite`, avec un compte qui gère le serveur")

// channels looks at what the bot may do in each channel of the charter.
func (d *doctor) channels(ctx context.Context, guilds []guildData, places []string) {
	missing := slices.Clone(places)
	for _, g := range guilds {
		var me memberData
		if err := d.api.get(ctx, &me, "/guilds/{}/members/{}", g.ID, d.own().id); err != nil {
			continue
		}
		d.places.read(ctx, d.Adapter, g.ID)
		for _, place := range places {
			id, ok := d.places.id(place)
			if !ok {
				continue
			}
			c, err := d.channel(ctx, id)
			if err != nil || c.Guild != g.ID {
				continue
			}
			missing = slices.DeleteFunc(missing, func(p string) bool { return p == place })
			d.rights(ctx, c, permissions(g, c, d.own().id, me.Roles))
		}
	}
	for _, place := range missing {
		d.ill(true, both("no channel %s that the bot sees", "aucun salon %s que le robot voie", place), both(
			"correct its name or identifier in the charter, or let the bot see it (channel settings > Permissions)",
			"corrigez son nom ou son identifiant dans la charte, ou laissez le robot le voir (réglages du salon > Permissions)"))
	}
}

func (d *doctor) rights(ctx context.Context, c channelData, may int64) {
	var en, fr []string
	grave := false
	for _, p := range needed {
		if p.bit == discordgo.PermissionManageRoles && len(d.managed(ctx)) == 0 || may&p.bit != 0 {
			continue
		}
		en, fr = append(en, p.name[0]), append(fr, p.name[1])
		grave = grave || !p.optional
	}
	if len(en) == 0 {
		d.well("#%s: every permission", "#%s : toutes les permissions", c.Name)
		return
	}
	d.ill(grave, [2]string{"#" + c.Name + ": " + strings.Join(en, ", "), "#" + c.Name + " : " + strings.Join(fr, ", ")}, both(
		"these permissions are missing: channel settings > Permissions > the bot's role, or invite the bot anew",
		"ces permissions manquent : réglages du salon > Permissions > le rôle du robot, ou invitez-le à nouveau"))
}

// managed are the roles that the charter has groups give here.
func (d *doctor) managed(ctx context.Context) []string {
	managed, _, _ := d.desk.Grants(ctx, Platform) // an empty register always answers
	return managed
}

// commands compares what is registered with what is wanted.
func (d *doctor) commands(ctx context.Context, guilds []guildData) {
	specs, err := d.desk.Specs(ctx)
	if err != nil {
		return
	}
	want := d.sound(wanted(specs, d.anybodyMay))
	compare := func(where, route string, args ...string) {
		have, err := d.registered(ctx, route, args...)
		if err != nil {
			d.ill(true, both("commands of %s cannot be read (%s)", "les commandes de %s ne peuvent pas être lues (%s)", where, oneLine(err)), inviteFix)
			return
		}
		n := 0
		for _, c := range want {
			if !slices.ContainsFunc(have, func(h appCommand) bool { return h.same(c) }) {
				n++
			}
		}
		if n == 0 {
			d.well("%d commands registered in %s", "%d commandes enregistrées dans %s", len(want), where)
			return
		}
		d.ill(false, both("%d of %d commands are not registered in %s yet, or are older ones", "%d commandes sur %d ne sont pas encore enregistrées dans %s, ou sont anciennes", n, len(want), where),
			both("nothing to do: `greffier serve` registers them when it starts", "rien à faire : `greffier serve` les enregistre en démarrant"))
	}
	if len(d.o.Guilds) == 0 {
		compare("Discord", globalCommands, d.own().app)
		return
	}
	for _, g := range guilds {
		compare(g.Name, guildCommands, d.own().app, g.ID)
	}
}

// tryGateway opens a connection as serving does, and closes it once it is accepted.
func (d *doctor) tryGateway(ctx context.Context) {
	g, err := d.gateway(ctx)
	if err != nil {
		d.ill(true, both("Discord does not say where its gateway is (%s)", "Discord ne dit pas où est sa passerelle (%s)", oneLine(err)), [2]string{})
		return
	}
	count := d.o.Shards
	if count == 0 {
		count = max(g.Shards, 1)
	}
	if count < g.Shards {
		d.ill(false, both("discord.shards is %d, and Discord advises %d", "discord.shards vaut %d, et Discord conseille %d", count, g.Shards),
			both("leave discord.shards out, or set it to %d", "retirez discord.shards, ou mettez-y %d", g.Shards))
	}
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	accepted := sync.OnceFunc(cancel)
	d.living, d.lingering = ctx, ctx
	s := &shard{a: d.Adapter, count: count, accept: accepted}
	err = s.once(ctx)
	d.background.Wait()
	switch {
	case s.wasUp():
		d.well("the gateway accepts the bot", "la passerelle accepte le robot")
	default:
		fix := [2]string{}
		if c, ok := err.(*closed); ok && fatal[c.code] != "" { //nolint:errorlint // never wrapped
			fix = [2]string{fatal[c.code], fatal[c.code]}
		}
		d.ill(true, both("the gateway does not accept the bot (%s)", "la passerelle n'accepte pas le robot (%s)", oneLine(err)), fix)
	}
}
