package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/bot/votes/tally"
	"greffier/bot/votes/tally/ballotfile"
	"greffier/config"
)

// tallyMethods are the methods that the command counts, by the names it knows
// them under.
var tallyMethods = []struct {
	name   string
	method tally.Method
}{
	{"plurality", tally.Plurality},
	{"two-round", tally.TwoRound},
	{"approval", tally.Approval},
	{"score", tally.Score},
	{"star", tally.STAR},
	{"majority-judgment", tally.MajorityJudgment},
	{"schulze", tally.Schulze},
	{"ranked-pairs", tally.RankedPairs},
	{"irv", tally.IRV},
	{"stv", tally.STV},
	{"default-option", tally.DefaultOption},
	{"consent", tally.Consent},
	{"dots", tally.Dots},
	{yesNoMethod, tally.Plurality},
}

// yesNoMethod is a question of yes or no: the first option of the file is yes.
const yesNoMethod = "yes-no"

func methodNames() []string {
	var names []string
	for _, m := range tallyMethods {
		names = append(names, m.name)
	}
	return names
}

// recount is what greffier tally was asked.
type recount struct {
	*cli
	method, grades, missing, strength, fallback, quorum, tieBreak string
	majority, entitled, present, represented, abstained           string
	ratios                                                        many
	seats, highest                                                int
	json                                                          bool
	set                                                           *flag.FlagSet

	settings tally.Settings
	file     *ballotfile.File

	// ruled: more is required of the result than the method does.
	ruled      bool
	least      *big.Rat
	leastOf    tally.Base
	noQuorum   bool
	rule       tally.Rule
	electorate tally.Electorate
	judged     *tally.Result
	// abstentions are those among the ballots that say nothing, where that is told.
	abstentions *big.Rat
}

// many is a flag that can be given several times.
type many []string

func (m *many) String() string     { return strings.Join(*m, " ") }
func (m *many) Set(s string) error { *m = append(*m, s); return nil }

func (c *cli) tallyCommand() *ffcli.Command {
	t := &recount{cli: c}
	usage := "tally -method METHOD FILE"
	return c.command("tally", usage, func(_ context.Context, args []string) error {
		if err := c.takes(1, args, usage); err != nil {
			return err
		}
		return t.run(args[0])
	}, t.define)
}

// define declares the flags.
func (t *recount) define(f *flag.FlagSet) {
	c := t.cli
	t.set = f
	f.StringVar(&t.method, "method", "", c.say("flag-method", strings.Join(methodNames(), " ")))
	f.IntVar(&t.seats, "seats", 0, c.say("flag-seats"))
	f.IntVar(&t.highest, "highest", 0, c.say("flag-highest"))
	f.StringVar(&t.grades, "grades", "", c.say("flag-grades"))
	f.StringVar(&t.missing, "missing", string(tally.Worst), c.say("flag-missing"))
	f.StringVar(&t.strength, "strength", string(tally.WinningVotes), c.say("flag-strength"))
	f.StringVar(&t.fallback, "default", "", c.say("flag-default"))
	f.Var(&t.ratios, "ratio", c.say("flag-ratio"))
	f.StringVar(&t.quorum, "quorum", "", c.say("flag-quorum"))
	f.StringVar(&t.tieBreak, "tie-break", "", c.say("flag-tie-break"))
	f.StringVar(&t.majority, "majority", "", c.say("flag-majority"))
	f.StringVar(&t.entitled, "entitled", "", c.say("flag-entitled"))
	f.StringVar(&t.present, "present", "", c.say("flag-present"))
	f.BoolVar(&t.noQuorum, "no-quorum", false, c.say("flag-no-quorum"))
	f.StringVar(&t.represented, "represented", "", c.say("flag-represented"))
	f.StringVar(&t.abstained, "abstentions", "", c.say("flag-abstentions"))
	f.BoolVar(&t.json, "json", false, c.say("flag-json"))
}

func (t *recount) run(path string) error {
	if err := t.prepare(); err != nil {
		return err
	}
	if path == "-" {
		return t.errorf("no-stdin")
	}
	in, err := os.Open(path)
	if err != nil {
		return fault{path, err}
	}
	defer func() { _ = in.Close() }()
	o, err := t.count(in, path)
	if err != nil {
		return err
	}
	if t.json {
		_, err := t.out.Write(t.marshal(o))
		return err
	}
	return t.tell(o)
}

// count reads ballots and counts them.
func (t *recount) count(in io.Reader, path string) (o *tally.Outcome, err error) {
	t.file, err = ballotfile.Read(in, path, t.settings.Method, t.gradeNames())
	var wrong *ballotfile.Mistake
	switch {
	case errors.As(err, &wrong):
		said := t.say("ballots-"+wrong.Key, wrong.Args...)
		if wrong.Line == 0 {
			return nil, t.errorf("ballots-file", path, said)
		}
		return nil, t.errorf("ballots-line", path, wrong.Line, said)
	case err != nil:
		return nil, fault{path, err}
	}
	if err := t.apply(); err != nil {
		return nil, err
	}
	o, err = tally.Tally(t.file.Profile, t.settings)
	if errors.Is(err, tally.ErrSize) {
		return nil, t.errorf("ballots-file", path, t.say("ballots-too-many"))
	}
	if err == nil {
		t.judge(o)
	}
	return o, err
}

// prepare checks what can be checked without the file.
func (t *recount) prepare() error {
	at := slices.IndexFunc(tallyMethods, func(m struct {
		name   string
		method tally.Method
	},
	) bool {
		return m.name == t.method
	})
	switch {
	case t.method == "":
		return t.errorf("need-method", strings.Join(methodNames(), ", "))
	case at < 0 && config.Nearest(t.method, methodNames()) != "":
		return t.errorf("bad-method-near", t.method, config.Nearest(t.method, methodNames()))
	case at < 0:
		return t.errorf("bad-method", t.method, strings.Join(methodNames(), ", "))
	}
	t.settings = tally.Settings{
		Method: tallyMethods[at].method, Seats: t.seats,
		Missing: tally.Missing(t.missing), Strength: tally.Strength(t.strength), Highest: int64(t.highest),
	}
	switch {
	case t.seats < 0 || t.seats == 0 && t.given("seats"):
		return t.errorf("bad-seats", t.seats)
	case t.highest != 0 && (t.settings.Method != tally.STAR || t.highest < 0):
		return t.errorf("bad-highest", t.highest)
	case t.settings.Missing != tally.Worst && t.settings.Missing != tally.Absent:
		return t.errorf("bad-missing", t.missing)
	case t.settings.Strength != tally.WinningVotes && t.settings.Strength != tally.Margins:
		return t.errorf("bad-strength", t.strength)
	case t.settings.Method == tally.DefaultOption && t.fallback == "":
		return t.errorf("need-default")
	case t.settings.Method != tally.DefaultOption && (t.fallback != "" || len(t.ratios) > 0):
		return t.errorf("only-default")
	case t.quorum != "" && t.settings.Method == tally.DefaultOption && !ballotsRE.MatchString(t.quorum):
		if t.settings.Quorum = exactly(t.quorum); t.settings.Quorum == nil {
			return t.errorf("bad-quorum", t.quorum)
		}
	}
	t.tellUnused()
	if names := t.gradeNames(); slices.Contains(names, "") || len(slices.Compact(slices.Sorted(slices.Values(names)))) < len(names) {
		return t.errorf("grades-twice", t.grades)
	}
	return t.prepareRule()
}

// given tells whether a flag was written.
func (t *recount) given(name string) (yes bool) {
	t.set.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}

// tellUnused says which of the flags given the method does not look at.
func (t *recount) tellUnused() {
	looks := map[string]bool{
		"grades":   t.settings.Method == tally.MajorityJudgment,
		"missing":  t.settings.Method == tally.MajorityJudgment || t.settings.Method == tally.Score,
		"strength": t.settings.Method == tally.Schulze || t.settings.Method == tally.RankedPairs,
	}
	t.set.Visit(func(f *flag.Flag) {
		if looked, known := looks[f.Name]; known && !looked {
			_, _ = fmt.Fprintln(t.err, "greffier: "+t.say("flag-unused", t.method, f.Name))
		}
	})
}

func (t *recount) gradeNames() []string {
	if t.grades == "" {
		return nil
	}
	names := strings.Split(t.grades, ",")
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return names
}

var number = regexp.MustCompile(`^[0-9]{1,18}([.,][0-9]{1,18}|/[0-9]{1,18})?$`)

// exactly reads a number as it is written, or gives nil.
func exactly(text string) *big.Rat {
	if !number.MatchString(text) {
		return nil
	}
	n, ok := new(big.Rat).SetString(strings.ReplaceAll(text, ",", "."))
	if !ok {
		return nil
	}
	return n
}

// apply settles what depends on the options of the file.
func (t *recount) apply() error {
	s := &t.settings
	oneSeat := s.Method.OneSeat() || t.method == yesNoMethod
	switch {
	case s.Seats > 1 && oneSeat:
		return t.errorf("one-seat", t.method, s.Seats)
	case s.Seats == 0 && t.file.Seats > 1 && oneSeat:
		_, _ = fmt.Fprintln(t.err, "greffier: "+t.say("one-seat-counted", t.method, t.file.Seats))
	case s.Seats == 0:
		s.Seats = t.file.Seats
	}
	s.Grades = len(t.file.Grades)
	if s.Method == tally.DefaultOption {
		if err := t.applyRatios(); err != nil {
			return err
		}
	}
	if t.method == yesNoMethod && len(t.file.Options) != 2 {
		return t.errorf("two-options", len(t.file.Options))
	}
	t.rule.Seats = s.Seats
	if t.tieBreak == "" {
		return nil
	}
	if t.tieBreak == "seniority" {
		s.TieBreak = tally.Prefer(nil, len(t.file.Options))
		return nil
	}
	if seed, ok := strings.CutPrefix(t.tieBreak, "lot:"); ok {
		s.TieBreak = tally.Lot(seed, t.file.Options)
		return nil
	}
	var first []int
	for _, name := range strings.Split(t.tieBreak, ">") {
		option, err := t.named(name)
		if err != nil {
			return err
		}
		if slices.Contains(first, option) {
			return t.errorf("twice-in-order", name)
		}
		first = append(first, option)
	}
	s.TieBreak = tally.Prefer(first, len(t.file.Options))
	return nil
}

// applyRatios settles the default option and by how much others must beat it.
func (t *recount) applyRatios() (err error) {
	s := &t.settings
	if s.Default, err = t.named(t.fallback); err != nil {
		return err
	}
	s.Ratios = map[int]*big.Rat{}
	for _, given := range t.ratios {
		at := max(strings.LastIndexByte(given, '='), 0)
		ratio := exactly(strings.Replace(strings.TrimPrefix(given[at:], "="), ":", "/", 1))
		if ratio == nil || at == 0 {
			return t.errorf("bad-option-ratio", given)
		}
		option, err := t.named(given[:at])
		switch {
		case err != nil:
			return err
		case s.Ratios[option] != nil:
			return t.errorf("ratio-twice", given)
		}
		s.Ratios[option] = ratio
	}
	return nil
}

// named finds an option by its name. One that no ballot of the file names is
// taken as an option that nobody ranked, unless it looks like a misspelling.
func (t *recount) named(name string) (int, error) {
	name = strings.TrimSpace(name)
	at := slices.Index(t.file.Options, name)
	if at >= 0 {
		return at, nil
	}
	if near := config.Nearest(name, t.file.Options); near != "" {
		return 0, t.errorf("no-option-near", name, near)
	}
	if name == "" || t.file.Profile.Grow(len(t.file.Options)+1) != nil {
		return 0, t.errorf("no-option", name)
	}
	t.file.Options = append(t.file.Options, name)
	return len(t.file.Options) - 1, nil
}
