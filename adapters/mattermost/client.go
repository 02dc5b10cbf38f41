package mattermost

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"greffier/bot"
)

func newClient(url, token string, via *polite) *model.Client4 {
	c := model.NewAPIv4Client(url)
	c.SetToken(token)
	c.HTTPClient = &http.Client{Transport: via, Timeout: 2 * time.Minute}
	return c
}

// polite sends requests, waits as long as a server that is pressed asks us to,
// and says once, in words, when our token is refused.
type polite struct {
	base    *http.Transport
	clock   bot.Clock
	log     *slog.Logger
	revoked atomic.Bool
	// until is when the server may be asked again, in Unix milliseconds.
	until atomic.Int64
}

// longestWait is how long we wait before one request because the server asked.
const longestWait = time.Minute

func newPolite(clock bot.Clock, log *slog.Logger) *polite {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	t.ResponseHeaderTimeout = 30 * time.Second
	return &polite{base: t, clock: clock, log: log}
}

func (p *polite) close() { p.base.CloseIdleConnections() }

// RoundTrip implements http.RoundTripper.
func (p *polite) RoundTrip(r *http.Request) (*http.Response, error) {
	for try := 0; ; try++ {
		// Who else asks waits too: the limit is on the address, not on one request.
		if wait := time.UnixMilli(p.until.Load()).Sub(p.clock.Now()); wait > 0 && !bot.Sleep(r.Context(), wait) {
			return nil, r.Context().Err()
		}
		resp, err := p.base.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		p.watch(resp)
		if resp.StatusCode != http.StatusTooManyRequests {
			return resp, nil
		}
		p.pause(retryAfter(resp.Header, try))
		if try == 4 || r.Body != nil && r.GetBody == nil {
			return resp, nil
		}
		_ = resp.Body.Close() // what it says is plain text for no one
		if r.GetBody != nil {
			body, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			r = r.Clone(r.Context())
			r.Body = body
		}
	}
}

// pause has every request wait, unless it waits longer already.
func (p *polite) pause(wait time.Duration) {
	until := p.clock.Now().Add(wait).UnixMilli()
	for {
		now := p.until.Load()
		if now >= until || p.until.CompareAndSwap(now, until) {
			return
		}
	}
}

// watch notices a token that no longer counts, and one that counts again.
func (p *polite) watch(resp *http.Response) {
	switch {
	case resp.StatusCode == http.StatusUnauthorized:
		if !p.revoked.Swap(true) {
			p.log.Error("Mattermost refuses the bot's token: it was revoked, or the bot account (or its owner's) was deactivated; " +
				"activate the account, or make a new token under Integrations > Bot Accounts and put it in mattermost.token")
		}
	case resp.StatusCode < http.StatusBadRequest:
		if p.revoked.Swap(false) {
			p.log.Info("Mattermost accepts the bot's token again")
		}
	}
}

// retryAfter is how long a server that is pressed asks us to wait.
func retryAfter(h http.Header, try int) time.Duration {
	for _, name := range []string{"Retry-After", "X-Ratelimit-Reset"} {
		if n, err := strconv.Atoi(h.Get(name)); err == nil && n >= 0 {
			return min(max(time.Duration(n)*time.Second, 50*time.Millisecond), longestWait)
		}
	}
	return time.Second << try
}

// status is the HTTP status of a refusal, or 0 when the server did not answer.
func status(err error) int {
	var app *model.AppError
	if errors.As(err, &app) {
		return app.StatusCode
	}
	return 0
}

// reason is what to log of an error: what the server says, on one line.
func reason(err error) string {
	var app *model.AppError
	if errors.As(err, &app) {
		return strings.TrimSpace(app.Message + " (" + app.Id + ", " + strconv.Itoa(app.StatusCode) + ")")
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

// clientConfig reads the server's public configuration. Servers before 11 want to
// be asked for the old format, which is the only one there is; the model's own
// call no longer does.
func (a *Adapter) clientConfig(ctx context.Context) (map[string]string, error) {
	resp, err := a.api.DoAPIGet(ctx, "/config/client?format=old", "")
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	config := map[string]string{}
	return config, json.NewDecoder(resp.Body).Decode(&config)
}

// read takes what concerns us out of the server's public configuration.
func (s *server) read(config map[string]string) {
	if n, err := strconv.Atoi(config["MaxPostSize"]); err == nil && n > 0 {
		s.maxPost = n
	}
	if v := config["Version"]; v != "" {
		s.version = v
	}
	der, err := base64.StdEncoding.DecodeString(config["AsymmetricSigningPublicKey"])
	if err != nil || len(der) == 0 {
		return
	}
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		s.signedBy, _ = key.(*ecdsa.PublicKey)
	}
}
