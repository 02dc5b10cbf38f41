package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/bot"
	"greffier/bot/votes/proof"
	"greffier/bot/votes/tally"
)

// verifyVote is what greffier verify-vote was asked: to check the files that votes
// were published with, without the register.
type verifyVote struct {
	*cli
	key, receipt string
}

func (c *cli) verifyVoteCommand() *ffcli.Command {
	v := &verifyVote{cli: c}
	usage := "verify-vote [-key KEY] [-receipt CODE] FILE…"
	return c.command("verify-vote", usage, func(_ context.Context, args []string) error {
		if len(args) == 0 {
			return c.takes(1, args, usage)
		}
		sound := true
		for _, name := range args {
			well, err := v.check(name)
			if err != nil {
				return err
			}
			sound = sound && well
		}
		if !sound {
			return exit(statusFailed)
		}
		return nil
	}, func(f *flag.FlagSet) {
		f.StringVar(&v.key, "key", "", c.say("flag-key"))
		f.StringVar(&v.receipt, "receipt", "", c.say("flag-receipt"))
	})
}

// tells writes one line of what was found.
func (v *verifyVote) tells(well bool, key string, args ...any) bool {
	sign := v.say("doctor-well")
	if !well {
		sign = v.say("doctor-grave")
	}
	fmt.Fprintf(v.out, "%s  %s\n", sign, v.say("proof-"+key, args...))
	return well
}

// check checks one file and says what it found. The error is that it cannot be read.
func (v *verifyVote) check(name string) (sound bool, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return false, fault{name, err}
	}
	f, err := proof.Read(data)
	switch {
	case errors.Is(err, proof.ErrNone):
		return v.tells(false, "none", name), nil
	case errors.Is(err, proof.ErrSignature):
		return v.tells(false, "signature", name), nil
	case err != nil:
		return v.tells(false, "statement", name), nil
	}
	s := &f.Statement
	fmt.Fprintf(v.out, "%s\n", v.say("proof-head", name, s.Vote, s.Community, s.Title, s.Closed.UTC().Format(time.DateTime)))
	key := hex.EncodeToString(f.Key)
	if v.key != "" && v.key != key && v.key != bot.KeyName(f.Key) {
		return v.tells(false, "other-key", key), nil
	}
	v.tells(true, "signed", bot.KeyName(f.Key), key)
	if wrong := f.Sound(); wrong != "" {
		return v.tells(false, "wrong-"+wrong), nil
	}
	v.tells(true, "journal", s.End())
	sound = v.recounts(f, data, name)
	if v.receipt != "" {
		sound = v.finds(f) && sound
	}
	return sound, nil
}

// recounts counts the file again and compares.
func (v *verifyVote) recounts(f *proof.File, data []byte, name string) bool {
	s := &f.Statement
	if s.Published == proof.Nothing {
		return v.tells(true, "unpublished")
	}
	t := &recount{cli: v.cli}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	t.define(flags)
	if err := flags.Parse(s.Tally); err != nil || flags.NArg() > 0 {
		return v.tells(false, "arguments", strings.Join(s.Tally, " "))
	}
	err := t.prepare()
	var o *tally.Outcome
	if err == nil {
		o, err = t.count(bytes.NewReader(data), name)
	}
	if err != nil {
		return v.tells(false, "uncounted", v.explain(err))
	}
	elected, tied := t.parted(o)
	if wrong := t.differs(s, elected, tied); wrong != "" {
		return v.tells(false, "another", wrong)
	}
	v.tells(true, "recounted", len(f.Lines), v.say("tally-verdict-"+s.Verdict), strings.Join(append(elected, tied...), ", "))
	if s.Decided != "" {
		v.tells(true, "decided-"+s.Decided, strings.Join(s.For, ", "))
	}
	return true
}

// parted tells whom a count elects, and who is tied.
func (t *recount) parted(o *tally.Outcome) (elected, tied []string) {
	for _, equals := range o.Ties {
		tied = append(tied, t.titles(equals)...)
	}
	for _, w := range t.titles(o.Winners) {
		if !slices.Contains(tied, w) {
			elected = append(elected, w)
		}
	}
	return elected, tied
}

// differs compares a count with what the file says: in what they differ, or "".
func (t *recount) differs(s *proof.Statement, elected, tied []string) string {
	verdict := t.judged.Verdict
	switch {
	case s.Verdict == string(tally.NoQuorum) || s.Verdict == string(tally.Empty):
		elected, tied = nil, nil
	case s.Verdict == "second-round" && verdict != tally.NoQuorum && verdict != tally.Adopted:
		return ""
	default:
		verdict = tally.Verdict(s.Verdict) // what the method says: whom it elects
		if t.ruled && t.judged.Verdict == tally.NoQuorum {
			verdict = tally.NoQuorum
		}
	}
	if string(verdict) != s.Verdict {
		return fmt.Sprintf("%s, %s", verdict, s.Verdict)
	}
	for _, pair := range [][2][]string{{elected, s.Elected}, {tied, s.Tied}} {
		a, b := slices.Sorted(slices.Values(pair[0])), slices.Sorted(slices.Values(pair[1]))
		if !slices.Equal(a, b) {
			return fmt.Sprintf("%q, %q", a, b)
		}
	}
	return ""
}

// finds looks for the ballot with a receipt.
func (v *verifyVote) finds(f *proof.File) bool {
	if f.Statement.Published != proof.Ballots || !f.Statement.Secret {
		return v.tells(false, "no-receipts")
	}
	line, ok := f.Ballot(strings.ToUpper(strings.TrimSpace(v.receipt)))
	if !ok {
		return v.tells(false, "no-receipt", v.receipt)
	}
	return v.tells(true, "receipt", v.receipt, strings.TrimPrefix(line, "1: "))
}
