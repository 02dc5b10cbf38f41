package config

import (
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // a charter means the same on a machine without zones
)

var errNoZone = errors.New("config: no such time zone")

// loadZone refuses what depends on the machine: its local zone, a path.
func loadZone(name string) (*time.Location, error) {
	if name == "" || strings.EqualFold(name, "local") || len(name) > 64 {
		return nil, errNoZone
	}
	return time.LoadLocation(name)
}

// usualZones are those worth suggesting; any other of the database is valid too.
var usualZones = []string{
	"UTC", "Europe/Paris", "Europe/Brussels", "Europe/Zurich", "Europe/Luxembourg",
	"Europe/Monaco", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Vienna",
	"Europe/Madrid", "Europe/Rome", "Europe/Lisbon", "Europe/Amsterdam", "Europe/Athens",
	"Europe/Warsaw", "Europe/Prague", "Europe/Stockholm", "Europe/Oslo", "Europe/Helsinki",
	"Europe/Copenhagen", "Europe/Bucharest", "Europe/Kyiv", "America/Montreal", "America/Toronto",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
	"America/Guadeloupe", "America/Martinique", "America/Cayenne", "America/Miquelon",
	"America/Sao_Paulo", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti",
	"Africa/Dakar", "Africa/Abidjan", "Africa/Algiers", "Africa/Casablanca", "Africa/Tunis",
	"Asia/Tokyo", "Asia/Kolkata", "Asia/Shanghai", "Australia/Sydney", "Pacific/Auckland",
}
