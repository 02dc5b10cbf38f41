package mattermost

import "github.com/prometheus/client_golang/prometheus"

// figures are the adapter's own. None carries a member, a channel or a text.
type figures struct {
	refused     *prometheus.CounterVec
	reconnected prometheus.Counter
	connected   prometheus.Gauge
}

// What a call that did not come from whom it claims is counted under.
const (
	badToken   = "token"
	badContext = "context"
	badTrigger = "trigger"
	badState   = "state"
	badBody    = "body"
	// badCallback is a form that names another integration.
	badCallback = "callback"
	// badHead is what is no call, or one whose head is too large.
	badHead = "head"
	// tooSlow is a call that did not come whole in time, or at all.
	tooSlow = "slow"
)

func newFigures() *figures {
	f := &figures{
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "greffier", Subsystem: "mattermost", Name: "forged_calls_total",
			Help: "Calls refused because they did not come from the server or whom they claimed, by what gave them away.",
		}, []string{"by"}),
		reconnected: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "greffier", Subsystem: "mattermost", Name: "reconnections_total", Help: "WebSocket connections after the first.",
		}),
		connected: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "greffier", Subsystem: "mattermost", Name: "connected", Help: "1 while the WebSocket is up.",
		}),
	}
	for _, by := range []string{badToken, badContext, badTrigger, badState, badBody, badCallback, badHead, tooSlow} {
		f.refused.WithLabelValues(by)
	}
	return f
}

// Register adds the adapter's figures to a registry.
func (a *Adapter) Register(r prometheus.Registerer) error {
	for _, c := range []prometheus.Collector{a.metrics.refused, a.metrics.reconnected, a.metrics.connected} {
		if err := r.Register(c); err != nil {
			return err
		}
	}
	return nil
}
