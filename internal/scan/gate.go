package scan

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// gate bounds how many tenants are read at a time. It begins with its bound,
// halves whenever Graph asks to wait, and opens by one for each tenant that was
// read since without such a request: tenants have quotas of their own, but the
// application has one over all of them, and addresses have one too.
type gate struct {
	mu            sync.Mutex
	free          sync.Cond
	most, limit   int
	inside        int
	narrowed      time.Time
	throttledEver *atomic.Int64
}

// defaultParallel is how many tenants are read at a time unless told otherwise.
const defaultParallel = 4

// narrowing is how long one request to wait counts for: several listings of a
// tenant are throttled together.
const narrowing = 2 * time.Second

func newGate(parallel int, counter *atomic.Int64) *gate {
	if parallel <= 0 {
		parallel = defaultParallel
	}
	g := &gate{most: parallel, limit: parallel, throttledEver: counter}
	g.free.L = &g.mu
	return g
}

// enter waits for a place.
func (g *gate) enter(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { g.mu.Lock(); defer g.mu.Unlock(); g.free.Broadcast() })
	defer stop()
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside >= g.limit && ctx.Err() == nil {
		g.free.Wait()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g.inside++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.limit < g.most && time.Since(g.narrowed) > narrowing {
		g.limit++
	}
	g.free.Broadcast()
}

// throttled notes that Graph asked to wait.
func (g *gate) throttled() {
	g.throttledEver.Add(1)
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.narrowed) > narrowing {
		g.limit, g.narrowed = max(1, g.limit/2), time.Now()
	}
}
