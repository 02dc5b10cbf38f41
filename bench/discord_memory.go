package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// discordMemory looks whether Greffier grows over a hundred thousand interactions.
func discordMemory(ctx context.Context, dir string, n sizes) (err error) {
	h, err := openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }() //nolint:contextcheck // it ends whatever became of ctx
	h.come(audience)
	if err := h.serveGreffier(ctx, in(dir, "discord-memory"), false); err != nil {
		return err
	}
	card, err := h.openVote(ctx)
	if err != nil {
		return err
	}
	labels := choicesOf(card)
	var after []float64 // a half and all of them
	for half := range 2 {
		_, err = concurrently(n.interactions/2, 64, func(i int) error {
			it, err := h.members[i%audience].Press(card, labels[(i/audience+half)%len(labels)])
			if err != nil {
				return err
			}
			return it.Wait(ctx)
		})
		if err != nil {
			return err
		}
		time.Sleep(3 * time.Second) // what is under way ends, and the last redrawing
		memory, err := memoryOf(h.cmd.Process.Pid, "RssAnon")
		if err != nil {
			return err
		}
		after = append(after, memory)
	}
	row(fmt.Sprintf("memory after %d and after %d interactions", n.interactions/2, n.interactions),
		fmt.Sprintf("%.1f MB, %.1f MB (without mapped files)", after[0]/1e6, after[1]/1e6), "no growth")
	return nil
}

// discordGuilds looks what Greffier holds that knows a thousand guilds of a hundred
// members, no two the same.
func discordGuilds(ctx context.Context, dir string, n sizes) (err error) {
	h, err := openHall()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }() //nolint:contextcheck // it ends whatever became of ctx
	h.come(1)
	for i := range n.guilds - 1 {
		h.AddGuild(fmt.Sprintf("Guild %d", i)).Fill(fmt.Sprintf("guild%d-", i), 100)
	}
	began := time.Now()
	if err := h.serveGreffier(ctx, in(dir, "discord-guilds"), true); err != nil {
		return err
	}
	// Every guild's channels, roles and members are read, one guild after the other.
	within, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	if !h.Until(within, func() bool { return h.Requests()["GET /guilds/{guild_id}/members"] >= n.guilds }) {
		return fmt.Errorf("only %d of %d guilds were read", h.Requests()["GET /guilds/{guild_id}/members"], n.guilds)
	}
	took := time.Since(began)
	if _, err := h.command(ctx, h.members[0], "vote list", nil); err != nil {
		return err
	}
	time.Sleep(10 * time.Second) // the last of them are recorded, and it comes to rest
	var resident, anonymous float64
	if resident, err = memoryOf(h.cmd.Process.Pid, "VmRSS"); err != nil {
		return err
	}
	if anonymous, err = memoryOf(h.cmd.Process.Pid, "RssAnon"); err != nil {
		return err
	}
	row(fmt.Sprintf("resident memory with %d guilds of 100 members known", n.guilds),
		fmt.Sprintf("%.1f MB, of which %.1f MB not mapped files; all read %.0f s after the start", resident/1e6, anonymous/1e6, took.Seconds()), "under 80 MB")
	return nil
}
