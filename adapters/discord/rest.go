package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"greffier/bot"
)

// The REST client is our own: discordgo's ignores the Retry-After of global
// limits, keeps a bucket for each interaction token for ever, repeats a POST that
// may have been done, and cannot be pointed at another address.

// DefaultREST is where Discord's REST API is.
const DefaultREST = "https://discord.com/api/v10"

// library is what a bot says of itself whose operator gives it no address: where the
// library is that it stands on.
const library = "https://github.com/bwmarrin/discordgo"

// userAgent is what Discord asks every client to say of itself: an address of the
// web and a version.
func userAgent(o Options) string {
	home, version := strings.TrimRight(o.Public, "/"), o.Version
	if u, err := url.Parse(home); err != nil || u.Host == "" || strings.ContainsAny(home, " ,()") {
		home = library
	}
	if version == "" {
		version = "dev"
	}
	return "DiscordBot (" + home + ", " + version + ") Greffier/" + version
}

// client sends requests to the REST API. It may be used concurrently.
type client struct {
	base, token string
	version     string // of the API
	agent       string // what it says of itself
	http        *http.Client
	transport   *http.Transport
	limits      *limits
	metrics     *figures
	// revoked is set while the token is refused: nothing is sent then that would
	// only be refused too, but for the look whether it is accepted again.
	revoked atomic.Bool
}

func newClient(o Options, metrics *figures) *client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	// As many as are kept: a crowd that presses at once would else have connections
	// opened that are closed again at once.
	t.MaxIdleConns, t.MaxIdleConnsPerHost, t.MaxConnsPerHost = mostConns, mostConns, mostConns
	t.ResponseHeaderTimeout = 20 * time.Second
	base := restAddress(o.REST)
	return &client{
		base: base, version: apiVersion(base), token: o.Token, agent: userAgent(o), transport: t, metrics: metrics,
		http: &http.Client{Transport: t}, limits: newLimits(o.Clock),
	}
}

// restAddress completes the address of an API that is given without its version.
func restAddress(base string) string {
	base = strings.TrimRight(base, "/")
	if u, err := url.Parse(base); err == nil && u.Path == "" {
		base += "/api"
	}
	if strings.HasSuffix(base, "/api") {
		base += "/v10"
	}
	return base
}

// apiVersion is the version that an address ends with; 10 when it ends otherwise.
func apiVersion(base string) string {
	v, ok := strings.CutPrefix(base[strings.LastIndexByte(base, '/')+1:], "v")
	if _, err := strconv.Atoi(v); !ok || err != nil {
		return "10"
	}
	return v
}

func (c *client) close() { c.transport.CloseIdleConnections() }

// request is one thing asked of the API.
type request struct {
	method string
	// route is the path with {} for what changes, and major what of it the limits
	// are counted by: a channel, a guild, a webhook.
	route string
	args  []string
	query url.Values
	body  any
	files []bot.File
	// reason is what the guild's audit log shows.
	reason string
	// free requests answer an interaction: they carry their own token and count
	// towards no global limit.
	free bool
	// once must not be repeated when nobody knows what became of it.
	once bool
	// probe is sent even while the token is refused.
	probe bool
}

// apiError is a refusal of Discord's.
type apiError struct {
	Status  int
	Code    int    `json:"code"`
	Message string `json:"message"`
	// Detail is what it says of single fields.
	Detail json.RawMessage `json:"errors"`
	// after is what time to wait before another attempt.
	after time.Duration
}

// Error says it on one line.
func (e *apiError) Error() string {
	s := fmt.Sprintf("%s (%d, code %d)", strings.TrimSpace(e.Message), e.Status, e.Code)
	if len(e.Detail) > 0 {
		s += " " + string(e.Detail)
	}
	return bot.Shorten(strings.Join(strings.Fields(s), " "), 600)
}

// code is Discord's own number for a refusal, and status the HTTP one; both are 0
// when there was no answer.
func code(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func status(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

var (
	errBusy    = errors.New("discord: its limits leave no room now")
	errRevoked = errors.New("discord: the token is refused")
)

const (
	// mostConns bounds the connections to the API, where it does not speak HTTP/2.
	mostConns = 256
	// mostTries is how often one request is sent at most.
	mostTries = 5
	// attemptWithin bounds one attempt of a request that may take longer in all.
	attemptWithin = time.Minute
	// longestWait is how long a request waits for limits before it gives up.
	longestWait = 15 * time.Second
)

// do sends a request and decodes the answer into out, unless that is nil. It
// waits for the limits and repeats what passing trouble cut short.
func (c *client) do(ctx context.Context, r request, out any) error {
	if c.revoked.Load() && !r.free && !r.probe {
		return errRevoked
	}
	path := r.path()
	body, kind, err := r.encode()
	if err != nil {
		return err
	}
	wait := bot.NewBackoff()
	for try := 1; ; try++ {
		if err := c.limits.enter(ctx, r); err != nil {
			return err
		}
		retry, err := c.send(ctx, r, path, kind, body, out)
		if err == nil || !retry || try == mostTries || ctx.Err() != nil {
			return err
		}
		var e *apiError
		switch {
		case errors.As(err, &e) && e.after > longestWait:
			return err
		case errors.As(err, &e) && e.after > 0:
			if !bot.Sleep(ctx, e.after) {
				return err
			}
		case !wait.Sleep(ctx):
			return err
		}
	}
}

// send makes one attempt; retry says that another may help.
func (c *client) send(ctx context.Context, r request, path, kind string, body []byte, out any) (retry bool, err error) {
	if end, ok := ctx.Deadline(); !ok || end.Sub(c.limits.clock.Now()) > attemptWithin {
		within, stop := context.WithTimeout(ctx, attemptWithin)
		defer stop()
		ctx = within
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header.Set("User-Agent", c.agent)
	if !r.free {
		req.Header.Set("Authorization", "Bot "+c.token)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if r.reason != "" {
		req.Header.Set("X-Audit-Log-Reason", url.PathEscape(r.reason))
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return !r.once, hidden(err)
	}
	defer func() {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
		_ = resp.Body.Close()
	}()
	if resp.StatusCode < http.StatusMultipleChoices {
		c.limits.leave(r, resp, nil)
		if !r.free {
			c.revoked.Store(false)
		}
		if out == nil || resp.StatusCode == http.StatusNoContent {
			return false, nil
		}
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil && err != io.EOF { //nolint:errorlint // an empty answer says no more; it is never wrapped
			return false, err
		}
		return false, nil
	}
	return c.refused(r, resp)
}

// refused reads a refusal.
func (c *client) refused(r request, resp *http.Response) (retry bool, err error) {
	e := &apiError{Status: resp.StatusCode}
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	e.after = c.limits.leave(r, resp, data)
	if json.Unmarshal(data, e) != nil || e.Message == "" {
		e.Message = http.StatusText(resp.StatusCode)
	}
	c.metrics.refusals.WithLabelValues(strconv.Itoa(resp.StatusCode)).Inc()
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return true, e
	case resp.StatusCode == http.StatusNotImplemented:
		return false, e
	case resp.StatusCode >= http.StatusInternalServerError:
		return !r.once, e
	case resp.StatusCode == http.StatusUnauthorized && !r.free:
		c.revoked.Store(true)
	}
	return false, e
}

// hidden takes the address out of an error of the network: those of interactions
// hold their token.
func hidden(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return fmt.Errorf("discord: %s: %w", e.Op, e.Err)
	}
	return err
}

// path fills the route in.
func (r request) path() string {
	path := r.route
	for _, arg := range r.args {
		path = strings.Replace(path, "{}", url.PathEscape(arg), 1)
	}
	if len(r.query) > 0 {
		path += "?" + r.query.Encode()
	}
	return path
}

// encode writes the body: JSON, or with files a form in which the JSON is a part.
func (r request) encode() (body []byte, kind string, err error) {
	if r.body == nil {
		return nil, "", nil
	}
	data, err := json.Marshal(r.body)
	if err != nil || len(r.files) == 0 {
		return data, "application/json", err
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part := func(name, file, kind string, data []byte) {
		disposition := fmt.Sprintf(`form-data; name=%q`, name)
		if file != "" {
			disposition += fmt.Sprintf(`; filename=%q`, file)
		}
		out, partErr := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {kind}})
		if partErr == nil {
			_, partErr = out.Write(data)
		}
		err = errors.Join(err, partErr)
	}
	part("payload_json", "", "application/json", data)
	for i, f := range r.files {
		part(fmt.Sprintf("files[%d]", i), f.Name, f.Type, f.Data)
	}
	err = errors.Join(err, w.Close()) // which writes the end
	return form.Bytes(), w.FormDataContentType(), err
}

// get reads one thing.
func (c *client) get(ctx context.Context, out any, route string, args ...string) error {
	return c.do(ctx, request{method: http.MethodGet, route: route, args: args}, out)
}

// unsupported reports whether a request is one that a compatible server does not
// have.
func unsupported(err error) bool {
	switch status(err) {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	case http.StatusNotFound:
		return code(err) == 0 // Discord's own number for it, or none; what is missing has another
	}
	return false
}

// gone are the refusals that say that a message or its channel is no more.
func gone(err error) bool {
	switch code(err) {
	case discordgo.ErrCodeUnknownMessage, discordgo.ErrCodeUnknownChannel:
		return true
	}
	return status(err) == http.StatusNotFound
}
