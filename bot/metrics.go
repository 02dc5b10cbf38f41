package bot

import "github.com/prometheus/client_golang/prometheus"

// metrics are the bot's figures. None carries a member, a channel or a text.
type metrics struct {
	events, refused, failed           prometheus.Counter
	delivered, undeliverable, redrawn prometheus.Counter
	jobs                              prometheus.Counter
	seconds                           prometheus.Histogram
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "greffier", Name: name, Help: help})
	}
	return &metrics{
		events:        counter("events_total", "Events received from every platform."),
		refused:       counter("refused_total", "Events answered with a refusal."),
		failed:        counter("unexpected_errors_total", "Events that met an unexpected error."),
		delivered:     counter("posts_delivered_total", "Posts delivered."),
		undeliverable: counter("posts_undeliverable_total", "Posts given up because nobody can be written to there."),
		redrawn:       counter("cards_redrawn_total", "Live cards drawn again."),
		jobs:          counter("jobs_run_total", "Jobs that were due and ran."),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "greffier", Name: "event_seconds", Help: "Time from an event to its durable answer.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14),
		}),
	}
}

// Register adds the bot's figures to a registry.
func (b *Bot) Register(r prometheus.Registerer) error {
	m := b.metrics
	for _, c := range []prometheus.Collector{m.events, m.refused, m.failed, m.delivered, m.undeliverable, m.redrawn, m.jobs, m.seconds} {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}
