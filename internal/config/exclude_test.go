package config

import (
	"strings"
	"testing"
	"time"
)

func TestExclusions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"exclude: [{rule: ended, app: x, reason: retired, until: 2027-03-31}]", ""},
		{"exclude: [{rule: ended}]", "it has no reason"},
		{"exclude: [{reason: because}]", "would exclude everything"},
		{"exclude: [{app: x, reason: r, until: soon}]", "must be a date"},
		{"exclude: [{application: x, reason: r}]", "unknown key"},
	} {
		_, err := parse("c.yaml", []byte(c.text))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestExclusionEndsAfterItsLastDay(t *testing.T) {
	e := Exclusion{Until: "2027-03-31"}
	for at, want := range map[string]bool{"2027-03-31T23:59:59Z": true, "2027-04-01T00:00:00Z": false} {
		now, _ := time.Parse(time.RFC3339, at)
		if e.In(now) != want {
			t.Errorf("at %s: %v", at, !want)
		}
	}
}
