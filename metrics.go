package main

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"greffier/bot"
	"greffier/store"
)

// serverMetrics are the figures of the serving process, beside the bot's own.
type serverMetrics struct {
	ready    atomic.Bool
	reloads  *prometheus.CounterVec
	charters prometheus.Gauge
	backups  *prometheus.CounterVec
}

func newServerMetrics() *serverMetrics {
	m := &serverMetrics{
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "greffier", Name: "charter_reloads_total", Help: "Charters read again, by what became of them.",
		}, []string{"result"}),
		charters: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "greffier", Name: "charter_accepted", Help: "1 while the charter file is the one in force, 0 when its last change was refused.",
		}),
	}
	m.backups = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: "greffier", Name: "backups_total", Help: "Scheduled copies of the register, by what became of them.",
	}, []string{"result"})
	m.backups.WithLabelValues("done")
	m.backups.WithLabelValues("failed")
	m.reloads.WithLabelValues("accepted")
	m.reloads.WithLabelValues("refused")
	m.charters.Set(1)
	return m
}

// charter counts a charter that was read again.
func (m *serverMetrics) charter(accepted bool) {
	if accepted {
		m.reloads.WithLabelValues("accepted").Inc()
		m.charters.Set(1)
		return
	}
	m.reloads.WithLabelValues("refused").Inc()
	m.charters.Set(0)
}

// registry gathers every figure, those of the adapters included, and serves it.
func (m *serverMetrics) registry(desk *bot.Bot, db store.Store, serving map[string]bot.Adapter) (http.Handler, error) {
	r := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "greffier", Name: "build_info", Help: "1, with the version that runs.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	size := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "greffier", Name: "register_bytes", Help: "Size of the data file.",
	}, func() float64 {
		n, err := db.Size()
		if err != nil {
			return -1
		}
		return float64(n)
	})
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.reloads, m.charters, m.backups, info, size,
	} {
		if err := r.Register(c); err != nil {
			return nil, err
		}
	}
	for _, adapter := range serving {
		if own, ok := adapter.(interface {
			Register(r prometheus.Registerer) error
		}); ok {
			if err := own.Register(r); err != nil {
				return nil, err
			}
		}
	}
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{}), desk.Register(r)
}
