package sts

import (
	"testing"
	"time"
)

// A credential is valid from its start up to, but not including, its end. A date that is
// missing sets no limit.
func TestWithin(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	before, after := now.Add(-time.Second), now.Add(time.Second)
	for _, c := range []struct {
		start, end *time.Time
		want       bool
	}{
		{nil, nil, true}, {&now, &after, true}, {&before, &now, false}, {&after, nil, false}, {nil, &before, false}, {&before, nil, true},
	} {
		if got := within(c.start, c.end, now); got != c.want {
			t.Errorf("from %v to %v at %v: %v", c.start, c.end, now, got)
		}
	}
}
