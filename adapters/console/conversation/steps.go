package conversation

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"greffier/adapters/adaptertest"
	"greffier/adapters/console"
	"greffier/bot"
	"greffier/config"
)

// personID is somebody as the console knows them.
func personID(name string) string { return norm.NFC.String(strings.ToLower(name)) }

// do plays one step here and there and compares what everybody sees.
func (p *play) do(step console.Step) {
	p.Helper()
	who := personID(step.Name)
	if who != "" && !p.here[who] && step.Verb != console.Joins {
		p.do(console.Step{Verb: console.Joins, Name: step.Name}) // who speaks is here
	}
	p.shown, p.sent = nil, nil
	if err := p.session.Do(p.Context(), step); err != nil {
		p.Fatalf("%s: %v", p.line, err)
	}
	switch step.Verb {
	case console.Joins:
		p.stage.Join(p, who)
		p.here[who] = true
		p.knows(who, config.Everyone, true)
	case console.Leaves:
		p.stage.Leave(p, who)
		p.here[who] = false
		p.knows(who, config.Everyone, false)
	case console.Says:
		p.says(step, who)
	case console.Clicks:
		p.clicks(who)
	case console.Fills:
		p.fills(who)
	case console.Is:
		p.is(step, who)
	case console.Passes:
		p.passes(step.Length)
	case console.Closes, console.Opens:
		shutter, ok := p.stage.(adaptertest.Shutter)
		if _, person := p.ids[who]; !ok || !person {
			p.Fatalf("%s: this cannot be shut on the stage; say so at the beginning (# not on …)", p.line)
		}
		shutter.Shut(p, who, step.Verb == console.Closes)
	default:
		p.Fatalf("%s: nobody can do this on a stage; say so at the beginning (# not on …)", p.line)
	}
	p.settle()
	p.expect()
	p.compare()
}

// says types the line where the console heard it, or where it is only talk.
func (p *play) says(step console.Step, who string) {
	p.Helper()
	for name, id := range p.ids { // an account that is named as such is the platform's
		if line, ok := strings.CutSuffix(step.Text, " "+console.Platform+":"+name); ok {
			step.Text = line + " " + p.stage.Platform() + ":" + id
		}
	}
	at := p.session.Where(step.Name)
	if p.sent != nil {
		at = p.sent.Place
	}
	channel := ""
	if !at.Direct {
		channel = p.channels[at.Channel]
	}
	p.stage.Type(p, who, channel, step.Text)
}

// clicks presses the button that the console pressed. A console has words for a
// button that is not there; elsewhere there is then nothing to press.
func (p *play) clicks(who string) {
	p.Helper()
	if p.sent == nil {
		p.shown = nil
		return
	}
	var near []*item
	if !p.sent.Place.Direct {
		near = p.expected.of("#" + p.sent.Place.Channel)
	}
	near = append(slices.Clone(p.expected.of(who)), near...)
	for name := range p.channels {
		if name != p.sent.Place.Channel {
			near = append(slices.Clone(p.expected.of("#"+name)), near...)
		}
	}
	for _, it := range slices.Backward(near) {
		for _, b := range it.shown.Buttons {
			if reflect.DeepEqual(b.Call, *p.sent.Call) {
				p.stage.Click(p, who, it.seen, b.Label)
				return
			}
		}
	}
	p.Fatalf("%s\n%s was shown no button that does this: %v", p.line, who, *p.sent.Call)
}

// fills sends in the form, or finds that there is none as the console did.
func (p *play) fills(who string) {
	p.Helper()
	if p.sent == nil {
		p.shown = nil
		return
	}
	values := maps.Clone(p.sent.Call.Args)
	for _, it := range slices.Backward(p.expected.of(who)) {
		if form := it.shown.Form; form != nil {
			for _, f := range form.Fields {
				values[f.Label] = values[f.Name]
			}
			break
		}
	}
	p.stage.Fill(p, who, values)
}

// is moves somebody between the channels of the groups.
func (p *play) is(step console.Step, who string) {
	p.Helper()
	var in []string
	for _, typed := range step.Groups {
		id, _ := p.desk.Group(typed)
		if id == "" && bot.Fold(typed) != config.Everyone {
			p.shown = nil // only a console can be told of a group that there is not
			return
		}
		in = append(in, id)
	}
	for group, channel := range p.groups {
		if slices.Contains(in, group) {
			p.stage.Enter(p, who, channel)
		} else {
			p.stage.Exit(p, who, channel)
		}
	}
	for group := range p.groups {
		p.knows(who, group, p.counts(p.session.Desk, console.Platform, who, group))
	}
}

// passes lets time go by, with a stop whenever something is due.
func (p *play) passes(length time.Duration) {
	p.Helper()
	target := p.clock.Now().Add(length)
	for {
		due, ok, err := p.desk.NextDue(p.Context())
		if err != nil {
			p.Fatal(err)
		}
		if !ok || due.After(target) {
			break
		}
		p.clock.Set(due)
		p.settle()
	}
	p.clock.Set(target)
}

// settle has everything done that is due, and everything delivered.
func (p *play) settle() {
	p.Helper()
	for {
		if _, err := p.desk.RunDue(p.Context()); err != nil {
			p.Fatal(err)
		}
		if err := p.desk.Flush(p.Context()); err != nil {
			p.Fatal(err)
		}
		due, ok, err := p.desk.NextDue(p.Context())
		if err != nil {
			p.Fatal(err)
		}
		if !ok || due.After(p.clock.Now()) {
			return
		}
	}
}
