package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"greffier/store"
)

// While a process serves, nobody else can open the register. What an operator
// asks of it then goes through a socket beside it, which only its user can open.

// socketFile is the socket's name in the data directory.
const socketFile = "greffier.sock"

// errNames are the register's errors as they cross the socket.
var errNames = map[string]error{
	"full": store.ErrFull, "damaged": store.ErrDamaged, "unknown": store.ErrUnknown, "closed": store.ErrClosed,
}

const errHeader = "Greffier-Error"

// listenAdmin serves the socket. A directory in which none can be made is told
// in the log; the rest goes on.
func (s *server) listenAdmin(dir string) (stop func()) {
	path := filepath.Join(dir, socketFile)
	_ = os.Remove(path) // left by a process that was killed: we hold the register
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "unix", path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		s.log.Warn("backup, export and verify will not work while this process serves", "socket", path, "error", err)
		if l != nil {
			_ = l.Close()
		}
		return func() {}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /backup", s.answers(func(w http.ResponseWriter, r *http.Request) error {
		_, err := s.db.Backup(r.Context(), w)
		return err
	}))
	mux.HandleFunc("POST /export", s.answers(func(w http.ResponseWriter, r *http.Request) error {
		return throughFile(dir, w, func(f io.Writer) error {
			return s.desk.Export(r.Context(), r.FormValue("format"), f)
		})
	}))
	mux.HandleFunc("POST /verify", s.answers(func(w http.ResponseWriter, r *http.Request) error {
		v, err := s.desk.Verify(r.Context())
		if err == nil && len(v.Findings) > 0 {
			w.WriteHeader(http.StatusConflict)
		}
		if err == nil {
			err = printLines(w, s.desk.SayFindings(v, r.FormValue("lang")))
		}
		return err
	}))
	return s.serveHTTP(l, mux)
}

// sending is an answer on the socket, which may have begun.
type sending struct {
	http.ResponseWriter
	begun bool
}

func (s *sending) Write(p []byte) (int, error) {
	s.begun = true
	return s.ResponseWriter.Write(p)
}

// answers makes a handler out of what writes an answer. When it fails half way
// the connection is cut, so that no half of a copy passes for a whole one.
func (s *server) answers(write func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		w := &sending{ResponseWriter: rw}
		err := write(w, r)
		if err == nil {
			return
		}
		s.log.Error("request on the socket failed", "path", r.URL.Path, "error", err)
		if w.begun {
			panic(http.ErrAbortHandler)
		}
		for name, known := range errNames {
			if errors.Is(err, known) {
				w.Header().Set(errHeader, name)
			}
		}
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// throughFile writes to a temporary file and then hands it on, so that a slow
// reader holds no snapshot open.
func throughFile(dir string, w io.Writer, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(dir, "export-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	if err := write(f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// ask asks the serving process in whose hands the register is, and writes its
// answer to w. The status is that of the answer.
func (c *cli) ask(ctx context.Context, dir, what string, w io.Writer) (status int, err error) {
	path := filepath.Join(dir, socketFile)
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://greffier/"+what, nil)
	if err != nil {
		return 0, err
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return 0, fault{dir, store.ErrLocked} // whoever holds the register does not serve
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusInternalServerError {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		if known, ok := errNames[resp.Header.Get(errHeader)]; ok {
			return resp.StatusCode, fault{dir, fmt.Errorf("%w: %s", known, text)}
		}
		return resp.StatusCode, fmt.Errorf("%s: %s", resp.Status, text)
	}
	_, err = io.Copy(w, resp.Body)
	return resp.StatusCode, err
}
