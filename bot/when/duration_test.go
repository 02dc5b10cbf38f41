package when

import (
	"errors"
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"2d": 2 * day, "+2d": 2 * day, "48h": 48 * time.Hour, "7j": 7 * day, "1w": 7 * day, "1d12h": 36 * time.Hour,
		"30m": 30 * time.Minute, "90s": 90 * time.Second, "30min": 30 * time.Minute, " 2D ": 2 * day, "1w2d3h4m5s": 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second,
	} {
		if got, err := Duration(text); err != nil || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]Kind{
		"": Unknown, "2": Unknown, "d": Unknown, "2 d": Unknown, "2x": Unknown, "-2d": Unknown, "++2d": Unknown, "+": Unknown,
		"12h1d": Unknown, "1d1d": Unknown, "1d 2h": Unknown, "1.5d": Unknown, "2mois": Unknown,
		"0d": Impossible, "999999999999d": Impossible, "999999w": Impossible, "5000w36000d876000h": Impossible,
	} {
		got, err := Duration(text)
		var e *Error
		if !errors.As(err, &e) || e.Kind != want {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestLength(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1h30": 90 * time.Minute, "1 h 30": 90 * time.Minute, "1H30": 90 * time.Minute, "une heure et quart": 75 * time.Minute,
		"une heure trente": 90 * time.Minute, "2 heures et demie": 150 * time.Minute, "une demi-heure": 30 * time.Minute, "45 min": 45 * time.Minute,
		"trois quarts d'heure": 45 * time.Minute, "an hour and a half": 90 * time.Minute, "half an hour": 30 * time.Minute, "2 jours": 48 * time.Hour,
		"1.5 hours": 90 * time.Minute, "90 minutes": 90 * time.Minute, "un jour et 2 heures": 26 * time.Hour,
	} {
		if got, err := Length(text); err != nil || got != want {
			t.Errorf("%q = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0 min", "un mois", "demain", "18h demain", "longtemps", "-1h", "2 jours 18h", "il y a 2 jours"} {
		if got, err := Length(text); err == nil {
			t.Errorf("%q = %v, want an error", text, got)
		}
	}
}
