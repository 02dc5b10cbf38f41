package discord

import "github.com/prometheus/client_golang/prometheus"

// figures are the adapter's own. None carries a member, a channel or a text.
type figures struct {
	forged      prometheus.Counter
	refusals    *prometheus.CounterVec
	late        *prometheus.CounterVec
	reconnected prometheus.Counter
	connected   prometheus.Gauge
}

// How an interaction could not be answered as it should.
const (
	lateDeferred = "deferred" // it was announced first
	lateUnknown  = "unknown"  // Discord no longer knew it
	lateDirect   = "direct"   // it was answered in a direct message
)

func newFigures() *figures {
	name := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "greffier", Subsystem: "discord", Name: name, Help: help}
	}
	f := &figures{
		forged:   prometheus.NewCounter(name("forged_calls_total", "Buttons and forms refused because they were not signed here.")),
		refusals: prometheus.NewCounterVec(name("refused_requests_total", "Requests that Discord refused, by HTTP status; 401, 403 and 429 count towards its ban."), []string{"status"}),
		late:     prometheus.NewCounterVec(name("late_answers_total", "Interactions that could not be answered at once, by what was done."), []string{"how"}),
		reconnected: prometheus.NewCounter(name("reconnections_total",
			"Gateway connections after the first of each shard.")),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "greffier", Subsystem: "discord", Name: "connected_shards", Help: "Shards whose gateway connection is up.",
		}),
	}
	for _, how := range []string{lateDeferred, lateUnknown, lateDirect} {
		f.late.WithLabelValues(how)
	}
	return f
}

// Register adds the adapter's figures to a registry.
func (a *Adapter) Register(r prometheus.Registerer) error {
	m := a.metrics
	for _, c := range []prometheus.Collector{m.forged, m.refusals, m.late, m.reconnected, m.connected} {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}
