package main

import (
	"net/http"
	"strconv"
	"strings"
)

// calendar answers a calendar that reads a feed at its secret address. What is
// asked for is never logged: the address is the secret.
func (s *server) calendar(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("X-Robots-Tag", "noindex")
	feed := r.PathValue("feed")
	if !strings.HasSuffix(feed, ".ics") {
		http.NotFound(w, r)
		return
	}
	doc, ok, err := s.desk.Document(r.Context(), "calendar/"+feed, "")
	switch {
	case err != nil:
		s.log.Error("calendar not served", "error", err)
		http.Error(w, "the register cannot be read", http.StatusServiceUnavailable)
	case !ok:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", doc.Type)
		w.Header().Set("Content-Length", strconv.Itoa(len(doc.Data)))
		_, _ = w.Write(doc.Data) // whoever asked is gone: nobody to tell
	}
}
