package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"greffier/bot"
)

// A calendar reads the feed of a member at its secret address, and nothing else.
func TestCalendarOverHTTP(t *testing.T) {
	desk, _, _ := openDesk(t, "demo", "fr")
	say := func(id, line string) string {
		t.Helper()
		a := desk.Handle(t.Context(), bot.Event{ID: id, Caller: member("carol", "fr"), Place: bot.Place{Platform: "console", Channel: "general"}, Line: line})
		if a.Refused {
			t.Fatal(a.Text)
		}
		return a.Text.For(bot.PlainDialect())
	}
	say("1", `/réunion nouvelle "Bureau" "dans 3 jours" type:committee`)
	found := regexp.MustCompile(`https://\S+`).FindString(say("2", "/calendrier abonnement"))
	if found == "" {
		t.Fatal("no address was given")
	}
	s := &server{desk: desk, log: slog.New(slog.DiscardHandler)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /calendar/{feed}", s.calendar)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w
	}
	path := "/calendar/" + found[strings.LastIndexByte(found, '/')+1:]
	w := get(path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(w.Body.String(), "SUMMARY:Bureau") {
		t.Errorf("the feed answers %d %v %s", w.Code, w.Header(), w.Body)
	}
	for _, other := range []string{"/calendar/x.ics", strings.TrimSuffix(path, ".ics"), "/calendar/minutes%2F1.ics", "/calendar/"} {
		if w := get(other); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", other, w.Code)
		}
	}
}
