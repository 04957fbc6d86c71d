package graph

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/spcheck/spcheck/internal/secrets"
)

// traceKey is the context key of a trace.
type traceKey struct{}

// trace collects what a caller needs to know about a request besides its answer.
type trace struct {
	retried atomic.Bool
	// token is the token that was sent.
	token atomic.Pointer[secrets.Value]
}

func withTrace(ctx context.Context) (context.Context, *trace) {
	t := &trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// markRetried records that a request is sent again.
func markRetried(ctx context.Context) {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		t.retried.Store(true)
	}
}

// markToken records the token that a request is sent with.
func markToken(ctx context.Context, token secrets.Value) {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		t.token.Store(&token)
	}
}

// forget makes the token source replace the token, if it can.
func (c *Client) forget(token secrets.Value) bool {
	f, ok := c.tokens.(interface{ Refused(token secrets.Value) })
	if ok {
		f.Refused(token)
	}
	return ok
}

// holdUntil records when Graph may be asked again. It applies to all requests, because
// earlier ones count against the quota and lengthen the wait.
func (c *Client) holdUntil(at time.Time) {
	for nanos := at.UnixNano(); ; {
		old := c.calm.Load()
		if old >= nanos || c.calm.CompareAndSwap(old, nanos) {
			return
		}
	}
}

// whenCalm waits until Graph may be asked again, if that fits into the time that is
// left. A wait requested of one request also applies to those in parallel.
func (c *Client) whenCalm(ctx context.Context) error {
	calm := time.Until(time.Unix(0, c.calm.Load()))
	if deadline, ok := ctx.Deadline(); calm <= 0 || ok && time.Until(deadline) <= calm {
		return nil
	}
	return c.sleep(ctx, calm)
}
