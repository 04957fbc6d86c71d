package objects

import (
	"testing"
	"time"
)

func TestPossiblyLost(t *testing.T) {
	now := time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC)
	ago := func(d time.Duration) *time.Time { at := now.Add(-d); return &at }
	own := Credential{KeyID: "k", Kind: Password, Name: "spcheck (0a1b2c3d-4e5f)", Start: ago(72 * time.Hour), End: ago(-720 * time.Hour)}
	for name, tc := range map[string]struct {
		change func(*Credential)
		used   []Activity
		lost   bool
	}{
		"never used":            {lost: true},
		"used once":             {used: []Activity{{KeyID: "k", LastUsed: ago(time.Hour)}}},
		"another one used":      {used: []Activity{{KeyID: "other", LastUsed: ago(time.Hour)}}, lost: true},
		"added by a person":     {change: func(c *Credential) { c.Name = "rotated in May" }},
		"named by a person":     {change: func(c *Credential) { c.Name = "nightly (0a1b2c3d-4e5f)" }, lost: true},
		"too new to tell":       {change: func(c *Credential) { c.Start = ago(time.Hour) }},
		"expired":               {change: func(c *Credential) { c.End = ago(time.Hour) }},
		"a certificate of that": {change: func(c *Credential) { c.Kind = Certificate }},
	} {
		c := own
		if tc.change != nil {
			tc.change(&c)
		}
		if got := c.PossiblyLost(tc.used, now); got != tc.lost {
			t.Errorf("%s: %v", name, got)
		}
	}
}
