package main

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"
	"github.com/robfig/cron/v3"

	"greffier/bot"
	"greffier/config"
	"greffier/store/bolt"
)

func (c *cli) serveCommand() *ffcli.Command {
	var file string
	return c.command("serve", "serve [-config FILE]", func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, "serve [-config FILE]"); err != nil {
			return err
		}
		cfg, problems := config.LoadConfig(file, c.env)
		if len(problems) > 0 {
			return problems
		}
		return c.serve(ctx, cfg)
	}, func(set *flag.FlagSet) { set.StringVar(&file, "config", "", c.say("flag-config")) })
}

// logger writes what happens to the standard error.
func (c *cli) logger(cfg config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(c.err, o))
	}
	return slog.New(slog.NewTextHandler(c.err, o))
}

// server is a serving process.
type server struct {
	cfg     config.Config
	log     *slog.Logger
	desk    *bot.Bot
	db      *bolt.DB
	charter *charterFile
	metrics *serverMetrics
	backups cron.Schedule // nil when the operator asked for none
}

// modestMemory is above how many bytes memory is collected more eagerly, unless the
// operator sets GOMEMLIMIT. What is live is some 20 MB in a large register, and three
// times as much for a moment in a command that writes ten thousand lines: the collector
// would let garbage grow to twice that before it looks. A register that needs more than
// this has it, and spends more of the processor on collecting.
const modestMemory = 128 << 20

// serve runs until ctx ends, then finishes what it has begun for at most
// cfg.Stop.
func (c *cli) serve(ctx context.Context, cfg config.Config) (err error) {
	if c.env("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(modestMemory)
	}
	s := &server{cfg: cfg, log: c.logger(cfg.Log), metrics: newServerMetrics()}
	charter, err := c.readCharter(cfg.Charter)
	if err != nil {
		return err
	}
	if s.db, err = openRegister(cfg.Data, bolt.Options{Logger: s.log}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed(s.db, cfg.Data)) }()
	key, err := c.installationKey(cfg.Data)
	if err != nil {
		return err
	}
	serving := adapters(cfg, s.log)
	s.desk, err = bot.New(ctx, bot.Options{
		Store: s.db, Charter: charter, Features: features(), Log: s.log, Adapters: serving,
		Public: cfg.Public, Key: key,
	})
	if err != nil {
		return fault{cfg.Data, err}
	}
	if err := s.scheduleBackups(); err != nil {
		return err
	}
	s.charter = &charterFile{path: cfg.Charter, read: c.readCharter, desk: s.desk, log: s.log, metrics: s.metrics}
	s.charter.changed()
	registry, err := s.metrics.registry(s.desk, s.db, serving)
	if err != nil {
		return err
	}
	stopHTTP, err := s.listen(registry) //nolint:contextcheck // what stops it begins when ctx has ended
	if err != nil {
		return err
	}
	defer stopHTTP()
	stopAdmin := s.listenAdmin(cfg.Data) //nolint:contextcheck // as above
	defer stopAdmin()
	c.settled()
	return s.run(ctx, len(serving))
}

func (s *server) run(ctx context.Context, platforms int) error {
	watching, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.watchCharter(watching)
	}()
	backedUp := make(chan struct{})
	go func() {
		defer close(backedUp)
		s.keepBackups(watching)
	}()
	defer func() { stop(); <-done; <-backedUp }()
	s.log.Info("serving", "version", version, "community", s.desk.Charter().Community.Name,
		"data", s.cfg.Data, "listen", s.cfg.Listen)
	if platforms == 0 {
		s.log.Warn("no chat platform is configured: the clerk keeps its register and its jobs, and hears nobody")
	}
	s.metrics.ready.Store(true)
	context.AfterFunc(ctx, func() {
		s.metrics.ready.Store(false)
		s.log.Info("stopping", "within", s.cfg.Stop.String())
	})
	err := s.desk.Run(ctx, s.cfg.Stop.Std())
	s.log.Info("stopped")
	return err
}

// listen serves health and metrics; the error is that of the address.
func (s *server) listen(metrics http.Handler) (stop func(), err error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { answer(w, true) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.desk.Latest(r.Context())
		answer(w, err == nil && s.metrics.ready.Load())
	})
	mux.Handle("GET /metrics", metrics)
	mux.HandleFunc("GET /calendar/{feed}", s.calendar)
	l, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return nil, err
	}
	return s.serveHTTP(l, mux), nil
}

// answer says ok, or that it is not.
func answer(w http.ResponseWriter, ok bool) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	text := "ok\n"
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		text = "not ready\n"
	}
	_, _ = w.Write([]byte(text)) // whoever asked is gone: nobody to tell
}

// serveHTTP serves a listener until stop is called, which waits for requests
// under way as long as the configuration allows.
func (s *server) serveHTTP(l net.Listener, h http.Handler) (stop func()) {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("address no longer served", "address", l.Addr().String(), "error", err)
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Stop.Std())
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			_ = srv.Close() // what hangs on longer is cut off
		}
		<-done
	}
}

// watchCharter takes the charter up again on SIGHUP and when its file changed.
func (s *server) watchCharter(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			s.charter.changed()
			s.charter.take(ctx)
		case <-tick.C:
			if s.charter.changed() {
				s.charter.take(ctx)
			}
		}
	}
}
