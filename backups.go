package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// A scheduled copy is named after its moment, so that names sort as moments do.
const (
	backupPrefix = "register-"
	backupLayout = "20060102-150405"
	backupSuffix = ".db"
)

// scheduleBackups reads when to copy the register, in the community's zone.
func (s *server) scheduleBackups() error {
	if s.cfg.Backup.When == "" {
		return nil
	}
	schedule, err := cron.ParseStandard(s.cfg.Backup.When)
	if err != nil {
		return fmt.Errorf("backup.when: %w", err)
	}
	s.backups = schedule
	return nil
}

// keepBackups copies the register when it is due, until ctx ends. A copy missed
// while the process was stopped is made at the next moment and not before.
func (s *server) keepBackups(ctx context.Context) {
	if s.backups == nil {
		return
	}
	for {
		now := time.Now() //nolint:forbidigo // the operator's schedule follows the machine's clock
		timer := time.NewTimer(s.backups.Next(now.In(s.desk.Charter().Location())).Sub(now))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case at := <-timer.C:
			s.backUp(ctx, at)
		}
	}
}

// backUp makes one copy and tells the operator how it went.
func (s *server) backUp(ctx context.Context, at time.Time) {
	dir := s.cfg.Backup.Dir
	if dir == "" {
		dir = filepath.Join(s.cfg.Data, "backups")
	}
	path, err := s.copyTo(ctx, dir, at)
	if err == nil {
		err = removeOld(dir, s.cfg.Backup.Keep)
	}
	if err != nil {
		s.metrics.backups.WithLabelValues("failed").Inc()
		s.log.Error("the register was not backed up as planned", "directory", dir, "error", err)
		return
	}
	s.metrics.backups.WithLabelValues("done").Inc()
	s.log.Info("register backed up", "file", path)
}

// copyTo writes a copy under a name of its own that appears only when it is whole.
func (s *server) copyTo(ctx context.Context, dir string, at time.Time) (path string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "unfinished-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = s.db.Backup(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	path = filepath.Join(dir, backupPrefix+at.UTC().Format(backupLayout)+backupSuffix)
	return path, os.Rename(f.Name(), path)
}

// copiesKept is how many copies are kept when the operator does not say.
const copiesKept = 14

// removeOld removes all scheduled copies but the newest ones.
func removeOld(dir string, keep int) error {
	if keep <= 0 {
		keep = copiesKept
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var copies []string
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), backupPrefix)
		name, whole := strings.CutSuffix(name, backupSuffix)
		if _, err := time.Parse(backupLayout, name); ok && whole && err == nil {
			copies = append(copies, e.Name())
		}
	}
	slices.Sort(copies)
	for len(copies) > keep {
		if err := os.Remove(filepath.Join(dir, copies[0])); err != nil {
			return err
		}
		copies = copies[1:]
	}
	return nil
}
