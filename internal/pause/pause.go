// Package pause contains waits that end with Ctrl-C and at the deadline of the run.
package pause

import (
	"context"
	"sync/atomic"
	"time"
)

// For waits for d. It returns the error of ctx if that ends first.
func For(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Await runs a task that cannot be interrupted in another goroutine. It returns the error of
// ctx if that ends first.
func Await[T any](ctx context.Context, task func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		value, err := task()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// grace is how long a run may take to end after a signal.
const grace = 700 * time.Millisecond

var finishing atomic.Bool

// Finish makes the first signal only ask the run to end, because its current step must
// not be left half done: a secret that was added but not stored, a command that handles
// signals itself, or a scrape. A second signal always ends the run.
func Finish() { finishing.Store(true) }

// EndSoon waits for a moment and then calls end, unless Finish was called. It ends runs
// that are blocked by something that no context can end, such as opening a named pipe or
// a file on an unreachable network share.
func EndSoon(end func()) {
	time.Sleep(grace)
	if !finishing.Load() {
		end()
	}
}
