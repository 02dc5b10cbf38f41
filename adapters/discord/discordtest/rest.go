package discordtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// maxUpload is the size of a request that is refused (docs: Uploading Files, 10 MiB
// a file by default).
const maxUpload = 10 << 20

// request is one request of the API on its way.
type request struct {
	*http.Request
	route   *route
	version int    // 9 or 10
	body    []byte // JSON; payload_json of a multipart form
	files   []upload
}

type upload struct {
	key, name, kind string
	data            []byte
}

func (r *request) path(name string) string { return r.PathValue(name) }

// route is one method of one path.
type route struct {
	method, pattern string
	// open needs no bot token: the address holds one of its own.
	open bool
	// bucket is its rate limit; none is the usual one.
	bucket bucketSize
	handle func(*Server, *request) (any, error)
}

// created is an answer with the status 201.
type created struct{ body any }

var version = regexp.MustCompile(`^/api(?:/v(\d+))?(/.*)$`)

// handler serves the API and the gateway.
func (s *Server) handler() http.Handler {
	// Pins have a mux of their own: their paths can also be read as those of the
	// message "pins".
	mux, pins := http.NewServeMux(), http.NewServeMux()
	for _, r := range routes {
		to := mux
		if strings.Contains(r.pattern, "/messages/pins") {
			to = pins
		}
		to.HandleFunc(r.method+" "+r.pattern, func(w http.ResponseWriter, hr *http.Request) { s.serve(w, hr, &r) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.notes.count("", func(f *Figures) { f.Requests++; f.Refused++ })
		s.notes.violate("%s %s: there is no such route", r.Method, r.URL.Path)
		errNotFound.write(w)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/gateway") {
			s.gw.serve(w, r)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/attachments/") {
			s.attachment(w, r)
			return
		}
		m := version.FindStringSubmatch(r.URL.EscapedPath())
		if m == nil {
			errNotFound.write(w)
			return
		}
		if m[1] != "9" && m[1] != "10" {
			(&failure{http.StatusBadRequest, 50041, "Invalid API version provided", nil}).write(w)
			return
		}
		under := r.Clone(r.Context())
		under.URL.Path, under.URL.RawPath = strings.TrimPrefix(r.URL.Path, "/api/v"+m[1]), m[2]
		under.Header.Set("X-Version", m[1])
		if _, pattern := pins.Handler(under); pattern != "" {
			pins.ServeHTTP(w, under)
			return
		}
		mux.ServeHTTP(w, under)
	})
}

// serve takes a request down the one path.
func (s *Server) serve(w http.ResponseWriter, hr *http.Request, rt *route) {
	r := &request{Request: hr, route: rt, version: 10}
	if hr.Header.Get("X-Version") == "9" {
		r.version = 9
	}
	s.notes.count(rt.method+" "+rt.pattern, func(f *Figures) { f.Requests++ })
	if s.gw.isCut() {
		s.fail(w, r, &Fault{})
		return
	}
	if s.opts.Latency > 0 {
		time.Sleep(s.opts.Latency)
	}
	if f := s.faults.request(r); f != nil && !f.executes() {
		s.fail(w, r, f)
		return
	} else if f != nil {
		_, _ = s.answer(w.Header(), r)
		s.fail(w, r, f)
		return
	}
	if s.opts.Sparse && missing(rt) {
		http.Error(w, "404 page not found", http.StatusNotFound)
		return
	}
	body, err := s.answer(w.Header(), r)
	if s.opts.Sparse {
		for name := range w.Header() {
			if strings.HasPrefix(name, "X-Ratelimit-") {
				w.Header().Del(name)
			}
		}
	}
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	switch b := body.(type) {
	case nil:
		w.WriteHeader(http.StatusNoContent)
	case created:
		s.checkAnswer(r, http.StatusCreated, b.body)
		writeJSON(w, http.StatusCreated, b.body)
	default:
		s.checkAnswer(r, http.StatusOK, b)
		writeJSON(w, http.StatusOK, b)
	}
}

// missing are the routes that a sparse server does not have.
func missing(r *route) bool {
	return r.pattern == "/gateway/bot" || r.pattern == "/guilds/{guild_id}/members" || r.method == http.MethodPost && strings.HasSuffix(r.pattern, "/commands") || strings.Contains(r.pattern, "applications/@me") ||
		strings.Contains(r.pattern, "/scheduled-events") || strings.HasSuffix(r.pattern, "/threads/active")
}

// answer does what a request asks for.
func (s *Server) answer(h http.Header, r *request) (any, error) {
	if !r.route.open && r.Header.Get("Authorization") != "Bot "+s.Token {
		s.notes.violate("%s: the bot token is missing or wrong", r.name())
		return nil, errUnauthorized
	}
	if !strings.HasPrefix(r.UserAgent(), "DiscordBot (") {
		s.notes.violate("%s: User-Agent %q is not DiscordBot (url, version)", r.name(), r.UserAgent())
	}
	if err := s.limits.take(s, h, r); err != nil {
		return nil, err
	}
	if err := r.read(); err != nil {
		return nil, err
	}
	if s.contract != nil {
		for _, wrong := range s.contract.check(r) {
			s.notes.violate("%s: OpenAPI: %s", r.name(), wrong)
		}
	}
	return r.route.handle(s, r)
}

// refuse answers with an error. What is the client's own mistake is a violation.
func (s *Server) refuse(w http.ResponseWriter, r *request, err error) {
	var wait *limited
	var f *failure
	switch {
	case errors.As(err, &wait):
		s.notes.count("", func(f *Figures) {
			f.Refused++
			f.Limited++
			if wait.scope != "shared" {
				f.Invalid++
			}
		})
		wait.write(w)
		return
	case !errors.As(err, &f):
		f = &failure{http.StatusInternalServerError, 0, err.Error(), nil}
	}
	s.notes.count("", func(n *Figures) {
		n.Refused++
		if f.status == http.StatusUnauthorized || f.status == http.StatusForbidden {
			n.Invalid++
		}
	})
	if f.status == http.StatusBadRequest && f != errAcknowledged || f.status >= http.StatusInternalServerError {
		s.notes.violate("%s: %d %s %v in %s", r.name(), f.code, f.message, flatten("", f.errors), short(r.body))
	}
	f.write(w)
}

func (r *request) name() string { return r.Method + " " + r.URL.Path }

func short(b []byte) string {
	if len(b) > 400 {
		return string(b[:400]) + "…"
	}
	return string(b)
}

// flatten lists what an error says of each field.
func flatten(at string, errs obj) (list []string) {
	for k, v := range errs {
		switch v := v.(type) {
		case obj:
			list = append(list, flatten(path(at, k), v)...)
		case []obj:
			for _, e := range v {
				list = append(list, fmt.Sprintf("%s: %v", at, e["message"]))
			}
		}
	}
	return list
}

// read reads the body: JSON, or a form with files and payload_json.
func (r *request) read() error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 3*maxUpload))
	if err != nil {
		return errJSON
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		r.body = raw
		if len(raw) > 0 && kind != "application/json" && r.Method != http.MethodGet && r.Method != http.MethodDelete {
			return &failure{http.StatusBadRequest, 50035, "Expected \"Content-Type\" header to be one of {'application/json'}.", nil}
		}
		return nil
	}
	form := multipart.NewReader(bytes.NewReader(raw), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errJSON
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return errJSON
		}
		if part.FormName() == "payload_json" {
			r.body = data
			continue
		}
		if len(data) > maxUpload {
			return errLarge
		}
		r.files = append(r.files, upload{key: part.FormName(), name: part.FileName(), kind: part.Header.Get("Content-Type"), data: data})
	}
}
