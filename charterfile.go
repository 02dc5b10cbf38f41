package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"greffier/bot"
	"greffier/config"
)

// charterFile is the charter of a serving process, looked at again and again:
// the file may be a mount or be replaced whole, which watchers of files miss.
type charterFile struct {
	path    string
	read    func(name string) (*config.Charter, error)
	desk    *bot.Bot
	log     *slog.Logger
	metrics *serverMetrics
	state   string
}

// changed reports whether the file is another than the last time.
func (f *charterFile) changed() bool {
	state := ""
	if info, err := os.Stat(f.path); err == nil {
		state = fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size())
	}
	was := f.state
	f.state = state
	return state != was && state != ""
}

// take puts the charter in force as it is now. One that has mistakes is refused
// and the one before stays; the log says why.
func (f *charterFile) take(ctx context.Context) {
	charter, err := f.read(f.path)
	if err == nil {
		err = f.desk.SetCharter(ctx, charter)
	}
	if err == nil {
		f.metrics.charter(true)
		f.log.Info("charter taken up", "file", f.path)
		return
	}
	f.metrics.charter(false)
	var problems config.Problems
	if !errors.As(err, &problems) {
		f.log.Error("CHARTER REFUSED, the one before stays in force", "file", f.path, "error", err)
		return
	}
	for _, p := range problems {
		f.log.Error("CHARTER REFUSED, the one before stays in force", "file", f.path, "problem", p.Error())
	}
}
