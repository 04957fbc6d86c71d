package main

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/scan"
)

// Of a line that is cut to a terminal's width, what a person waits for stays.
func TestProgressSaysFirstWhatMatters(t *testing.T) {
	got := progressText(scan.Counts{Pages: 12, Objects: 9000, Tenants: 40, Done: 3, Lost: 1, Throttled: 2}, 2*time.Second)
	if want := "3 of 40 tenants, 1 not read, 9000 objects on 12 pages, 4500/s, throttled 2 times"; got.String() != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := progressText(scan.Counts{Tenants: 1}, 0); strings.Contains(got.String(), "tenant") {
		t.Errorf("one tenant is counted: %q", got)
	}
}
