package isoduration

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"P90D": 90 * day, "P1Y": 365 * day, "P6M": 180 * day, "P2W": 14 * day, "PT30S": 30 * time.Second,
		"P4DT12H30M5S": 4*day + 12*time.Hour + 30*time.Minute + 5*time.Second, "PT0.5S": time.Second / 2, "P0D": 0,
	} {
		if got, err := Parse(s); err != nil || got != want {
			t.Errorf("%q is %s, %v, want %s", s, got, err, want)
		}
	}
	for _, s := range []string{
		"", "P", "PT", "P1DT", "90", "P-1D", "P1.5D", "xP90D", "P90Dx", "P1H", "p90d",
		"P106752D", "PT9999999999999999H", "PT9223372036.854775807S", "P" + strings.Repeat("9", 400) + "D",
	} {
		if got, err := Parse(s); err == nil {
			t.Errorf("%q is %s", s, got)
		}
	}
}

// FuzzParse looks for durations that are read as others than they say.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"P90D", "P1Y2M3W4DT5H6M7.5S", "PT2562047H", "P-1D", "PT99999999999999H", "P106751D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if d < 0 || err != nil && d != 0 {
			t.Errorf("%q is %s, %v", s, d, err)
		}
		if n, numErr := strconv.Atoi(s); numErr == nil && n >= 0 {
			got, err := Parse("P" + strconv.Itoa(n) + "D")
			if fits := n <= int(math.MaxInt64/day); fits != (err == nil) || fits && got != time.Duration(n)*day {
				t.Errorf("%d days are %s, %v", n, got, err)
			}
		}
		if err == nil && s[len(s)-1] != 'S' && !strings.Contains(s, "T") {
			longer, err := Parse(s + "T1H")
			if err == nil && (longer-d).Round(time.Second) != time.Hour {
				t.Errorf("an hour makes %s of %s", longer, d)
			}
		}
	})
}
