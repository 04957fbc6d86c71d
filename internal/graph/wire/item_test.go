package wire

import (
	"strings"
	"testing"
	"time"
)

func TestCredentialNamesAndThumbprints(t *testing.T) {
	print := "00112233445566778899AABBCCDDEEFF00112233"
	for in, want := range map[string]string{
		"cgBiAGEAYwA=":     "rbac",      // UTF-16
		"//5yAGIAYQBjAA==": "rbac",      // with a mark
		"bWFpbHN0b3Jl":     "mailstore", // plain
		"AAECAw==":         "00010203",
		"":                 "",
		"!":                "",
	} {
		if got := passwordName(in); got != want {
			t.Errorf("name of %q is %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"ABEiM0RVZneImaq7zN3u/wARIjM=":                             print,
		strings.ToLower(print):                                     print,
		"MDAxMTIyMzM0NDU1NjY3Nzg4OTlBQUJCQ0NEREVFRkYwMDExMjIzMw==": print,
		"c2hvcnQ=": "",
	} {
		if got := thumbprint(in); got != want {
			t.Errorf("thumbprint of %q is %q, want %q", in, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	want := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, in := range []string{
		"2026-03-04T05:06:07Z", "2026-03-04T05:06:07.0000000Z", "2026-03-04T05:06:07+00:00", "2026-03-04 05:06:07Z",
		"2026-03-04T05:06:07", "2026-03-03T21:06:07-8:00", "2026-03-04T07:06:07+0200", "2026-03-04t05:06:07z",
	} {
		if got, ok := parseTime(in); !ok || !got.Equal(want) {
			t.Errorf("%q gives %v, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "soon", "2026-13-04T05:06:07Z", "04.03.2026", strings.Repeat("2", 100)} {
		if got, ok := parseTime(in); ok {
			t.Errorf("%q gives %v", in, got)
		}
	}
}

// A duration of a policy that cannot be read is 0, which makes the policy unclear. None is
// read as longer than it is.
func TestLifetime(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"P90D": 90 * day, "P1Y": 365 * day, "P2W": 14 * day, "PT12H": day / 2, "P4DT12H30M5.0S": 4*day + 12*time.Hour + 30*time.Minute + 5*time.Second,
		"P6M": 0, "": 0, "P": 0, "90": 0, "-P90D": 0, "P-1D": 0, "xP90D": 0, "P" + strings.Repeat("9", 400) + "D": 0,
	} {
		if got := lifetime(text); got != want {
			t.Errorf("%.20q is %s, want %s", text, got, want)
		}
	}
}
