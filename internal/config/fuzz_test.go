package config

import (
	"testing"
	"time"
)

// FuzzDuration looks for durations that are read as others than they say.
func FuzzDuration(f *testing.F) {
	for _, s := range []string{"30d", "1d12h", "4w", "1y", "0", "-1d", "292y", "300y", "99999999999999999999d", "1.5h", "30 d", "30d30d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDuration(s)
		if d < 0 || err != nil && d != 0 {
			t.Errorf("%q is %s, %v", s, d, err)
		}
		if (checkPositive(s) == nil) != (d > 0) {
			t.Errorf("%q is %s, and taken for positive: %v", s, d, checkPositive(s) == nil)
		}
		// A duration of its own in front adds up, or is refused.
		if sum, err := ParseDuration("1y" + s); err == nil && d > 0 && sum != 365*24*time.Hour+d {
			t.Errorf("a year and %q are %s", s, sum)
		}
	})
}
