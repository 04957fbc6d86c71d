package scan

import (
	"context"
	"testing"
	"time"
)

func TestGateNarrowsAndWidens(t *testing.T) {
	p := &Progress{}
	g := newGate(8, p)
	for range 3 {
		if err := g.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	g.throttled()
	g.throttled() // at the same moment
	if g.limit != 4 || p.Counts().Throttled != 2 {
		t.Errorf("limit %d, %+v", g.limit, p.Counts())
	}
	g.narrowed = time.Now().Add(-time.Minute)
	g.leave()
	if g.limit != 5 {
		t.Errorf("limit %d", g.limit)
	}
	g.limit = 1
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.enter(ctx); err == nil {
		t.Error("entered a full gate")
	}
}
