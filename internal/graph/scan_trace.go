package graph

import (
	"context"
	"sync/atomic"
	"time"
)

// traceKey is the context key of a trace.
type traceKey struct{}

// trace is what a caller learns of one exchange beside its answer.
type trace struct{ retried atomic.Bool }

func withTrace(ctx context.Context) (context.Context, *trace) {
	t := &trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// markRetried notes that a request is sent again.
func markRetried(ctx context.Context) {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		t.retried.Store(true)
	}
}

// setPace keeps the pause that the last answer asks for, and holdBack reads it.
// All listings of a tenant share the quota, and therefore the pause.
func (c *Client) setPace(d time.Duration) { c.slow.Store(int64(d)) }

func (c *Client) holdBack() time.Duration { return time.Duration(c.slow.Load()) }
