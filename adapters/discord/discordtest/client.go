package discordtest

import (
	"net/http"
	"net/url"
	"regexp"
)

// Client is an HTTP client for libraries that know Discord's own address alone: what
// is meant for discord.com reaches this server, with its path, at the API version
// that the library asks for or at the one given here unless it is empty.
func (s *Server) Client(version string) *http.Client {
	home, _ := url.Parse(s.URL) // it is our own
	return &http.Client{Transport: redirect{home, version}}
}

type redirect struct {
	home    *url.URL
	version string
}

var anyVersion = regexp.MustCompile(`^/api/v\d+`)

// RoundTrip sends a request to the server.
func (d redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "discord.com" {
		return http.DefaultTransport.RoundTrip(r)
	}
	to := r.Clone(r.Context())
	to.URL.Scheme, to.URL.Host, to.Host = d.home.Scheme, d.home.Host, d.home.Host
	if d.version != "" {
		to.URL.Path = anyVersion.ReplaceAllString(to.URL.Path, "/api/v"+d.version)
		if to.URL.RawPath != "" {
			to.URL.RawPath = anyVersion.ReplaceAllString(to.URL.RawPath, "/api/v"+d.version)
		}
	}
	return http.DefaultTransport.RoundTrip(to)
}
