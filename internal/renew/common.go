package renew

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// Common are the settings of all runs that change credentials.
type Common struct {
	// Input says how to sign in and whose credentials to change.
	Input session.Options
	// Store keeps the journals. A federation needs none.
	Store *journal.Store
	// Claim is called with the application ID before anything is changed. Its error ends
	// the run. It may be nil.
	Claim  func(appID string) error
	Dialog Dialog // nil if nobody can be asked
	// Progress is called with a description of each step. It may be nil.
	Progress func(msg.Text)
	// Patience limits one request that adds a credential. After that its answer counts as
	// lost. The default is one minute.
	Patience time.Duration
	// Sleep pauses. The default is a timer.
	Sleep func(context.Context, time.Duration) error
	// Reached is called at certain points of a run. Tests use it to interrupt the run.
	Reached func(point)

	clock *serviceClock
	// lastSignIn is the last sign-in. The next one reuses its discovery document.
	lastSignIn *atomic.Pointer[entra.Attempt]
}

// Shared returns a Common for runs on several applications. They share the tokens of each
// identity, the discovery document, and what is known about the service's clock. They read
// only what a renewal needs: their reports do not contain the other credentials.
func (c Common) Shared() Common {
	c.Input.Shared, c.Input.ObjectsOnly = &session.Shared{}, true
	c.setUp()
	return c
}

// setUp prepares what the requests of this run share. The service's time is read from all
// responses.
func (c *Common) setUp() {
	if c.lastSignIn == nil {
		c.lastSignIn = &atomic.Pointer[entra.Attempt]{}
	}
	if c.clock == nil {
		c.clock = &serviceClock{now: c.Input.Now}
		c.Input.HTTPClient = transport.Wrap(c.Input.HTTPClient, c.clock.wrap)
	}
}

// Dialog asks a person.
type Dialog interface {
	// Another asks for another target after one has failed. Nil means that there is none.
	Another(ctx context.Context, problem msg.Text) target.Target
	// Confirm asks a yes-or-no question. The details are shown before it, one per line.
	Confirm(ctx context.Context, question msg.Text, details ...msg.Text) bool
}

// point is a moment in a run at which tests can interrupt it.
type point string

// The points, in order.
const (
	atIntent   point = "intent"   // the journal records what will be added
	atAdded    point = "added"    // the credential exists
	atNoted    point = "noted"    // the journal records the key ID
	atStoring  point = "storing"  // the journal records that a target is about to get the value
	atStored   point = "stored"   // all targets have the value
	atProving  point = "proving"  // before the first sign-in
	atVerified point = "verified" // the new credential is proven
	atClosed   point = "closed"   // the journal is closed
)

func (c *Common) tell(t msg.Text) {
	if c.Progress != nil {
		c.Progress(t)
	}
}

func (c *Common) reached(p point) {
	if c.Reached != nil {
		c.Reached(p)
	}
}

func (c *Common) sleep(ctx context.Context, d time.Duration) error {
	if c.Sleep != nil {
		return c.Sleep(ctx, d)
	}
	return pause.For(ctx, d)
}

// patiently runs a task that an interruption must not cut off. After one, it tells the user
// what it is waiting for.
func (c *Common) patiently(interrupt context.Context, task func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		task()
	}()
	select {
	case <-done:
	case <-interrupt.Done():
		c.tell(msg.New("interrupted; waiting for the answer, so that no secret is lost"))
		<-done
	}
}

// cleanup is the time limit of what is done after an interruption.
const cleanup = time.Minute

// anyway returns a context for what must be done even after an interruption.
func anyway(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanup)
}

// looks is how often a credential is looked for that may not be listed yet.
const looks = 6

// looks yields up to most times, with growing pauses. It stops when the context is done.
func (c *Common) looks(ctx context.Context, most int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range most {
			if i > 0 && c.sleep(ctx, time.Duration(i)*time.Second) != nil || !yield(i) {
				return
			}
		}
	}
}
