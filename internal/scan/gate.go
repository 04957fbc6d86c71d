package scan

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// gate limits how many tenants are read in parallel. The limit is halved when Graph
// requests a pause, and raised by one for each tenant that was read afterwards without one.
// Each tenant has its own quota, but there are also quotas for the application over all
// tenants, and for addresses.
type gate struct {
	mu          sync.Mutex
	free        sync.Cond
	most, limit int
	inside      int
	narrowed    time.Time
	progress    *Progress
}

// defaultParallel is the default number of tenants that are read in parallel.
const defaultParallel = 4

// narrowing is how long one request for a pause counts: several listings of a tenant are
// throttled together.
const narrowing = 2 * time.Second

func newGate(parallel int, p *Progress) *gate {
	parallel = cmp.Or(max(parallel, 0), defaultParallel)
	g := &gate{most: parallel, limit: parallel, progress: p}
	g.free.L = &g.mu
	return g
}

// enter waits for a free place.
func (g *gate) enter(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { g.mu.Lock(); defer g.mu.Unlock(); g.free.Broadcast() })
	defer stop()
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.inside >= g.limit && ctx.Err() == nil {
		g.free.Wait()
	}
	err := ctx.Err()
	if err == nil {
		g.inside++
	}
	return err
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

// throttled records that Graph requested a pause.
func (g *gate) throttled() {
	g.progress.note(func(c *Counts) { c.Throttled++ })
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.narrowed) > narrowing {
		g.limit, g.narrowed = max(1, g.limit/2), time.Now()
	}
}
