// Package renew replaces a client secret without an outage: it adds a new one, stores it
// where the product reads it, and proves by sign-ins that it works. Old secrets stay until
// they are removed by a separate command. However a run is interrupted, the only working
// secret is never removed, and every secret whose value was lost is named.
package renew

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/session"
	"github.com/spcheck/spcheck/internal/transport"
)

// Renewal describes a new credential, either a secret or a certificate.
type Renewal struct {
	Common
	Lifetime Lifetime
	// DisplayName is the person's part of the credential's name; empty is "spcheck".
	DisplayName string
	// On is objects.OnApplication or objects.OnServicePrincipal; empty is the
	// application where it is in this tenant. A certificate that an application renews
	// itself stays where the former one is.
	On             string
	DryRun, Resume bool
	// IfExpiringWithin renews only what ends within that time; nil always.
	IfExpiringWithin *time.Duration
	// VerifyFor is how long the new credential may take to sign in.
	VerifyFor time.Duration
	// Then runs once the new credential is in its place and proven, to restart what
	// reads it. It may be nil.
	Then func(context.Context) error
}

// Request is what to do about a secret.
type Request struct {
	Renewal
	// Targets all get the value. There may be none for a dry run, and for one that
	// resumes.
	Targets []target.Target
	// Parse reads a target that an earlier run noted.
	Parse func(spec string) (target.Target, error)
	// NewTargets says that a target that holds nothing is to be filled, and is no
	// mistake, with IfExpiringWithin.
	NewTargets bool
	// RetireAfter removes secrets that an earlier renewal has replaced in the targets,
	// once they were unused for so long; 0 is never.
	RetireAfter time.Duration
	// Mask tells whoever keeps a log of the value, before anything can print it.
	// It may be nil.
	Mask func(secrets.Value)
}

// Common are the settings that adding and removing share.
type Common struct {
	Input session.Options
	Store *journal.Store
	// Claim is called for the application before anything is changed; its error ends
	// the run. It may be nil.
	Claim  func(appID string) error
	Dialog dialog // nil where there is nobody to ask
	// Progress is called with what is being done. It may be nil.
	Progress func(msg.Text)
	// Patience is how long one request that changes something may take, a minute
	// where zero; then its answer counts as lost.
	Patience time.Duration
	// Sleep pauses, nil means a timer; tests replace it.
	Sleep func(context.Context, time.Duration) error
	// Reached is called at the points of a run, for tests that interrupt it.
	Reached func(point)

	clock *watch
}

// Shared returns a Common for runs on several applications: an identity signs in once
// for all of them, and they share what is known of the service's clock.
func (c Common) Shared() Common {
	c.Input.Tokens = &session.Tokens{}
	c.watchClock()
	return c
}

// watchClock makes the requests of the run tell the service's time.
func (c *Common) watchClock() {
	if c.clock == nil {
		c.clock = &watch{now: c.Input.Now}
		c.Input.HTTPClient = transport.Wrap(c.Input.HTTPClient, c.clock.over)
	}
}

// dialog asks a person.
type dialog interface {
	// Another offers the value once more after a target failed; nil refuses.
	Another(ctx context.Context, problem msg.Text) target.Target
	// Confirm asks a question that is answered by yes or no.
	Confirm(ctx context.Context, question msg.Text) bool
}

// point is a moment of a run.
type point string

// The moments between which a run may be interrupted.
const (
	atIntent   point = "intent"   // the journal knows what will be added
	atAdded    point = "added"    // Graph has answered
	atNoted    point = "noted"    // the journal knows the key ID
	atStoring  point = "storing"  // the journal knows that the value leaves
	atStored   point = "stored"   // the target has the value
	atProving  point = "proving"  // before the first sign-in
	atVerified point = "verified" // proven, the former value not yet given up
	atClosed   point = "closed"   // all done
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

// patiently runs a task that an interruption must not cut off, and tells the person who
// waits.
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

// cleanup is how long it may take to put things in order after an interruption.
const cleanup = time.Minute

// anyway returns a context for what must be done even after an interruption.
func anyway(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanup)
}

// run is one renewal.
type run struct {
	Request
	res    *result.Renewal
	tenant *tenant
	facts  *diagnose.Facts

	// kind is what is renewed, suits chooses who acts, next says what is left to do.
	kind  journal.Kind
	suits func(*session.Actor) bool
	next  func() []result.Remedy

	entry *journal.Entry
	// proven are the key IDs of secrets that earlier runs have proven.
	proven []string
	value  secrets.Value
	// added is the new credential, nil before and after it stands.
	added *objects.Credential
	// unanswered are the names of secrets that were asked for unsuccessfully: no answer
	// came, and no such secret was seen.
	unanswered []string
	// replaced are the key IDs of what the targets held before.
	replaced []string
	// logged is the sign-in log, once it was asked for.
	logged fact.Fact[objects.LoggedUses]
	// unsure are targets that were given up for another one, and may hold the value.
	unsure []msg.Text
	// stillUnknown says that Entra answered to the last sign-in that it does not know
	// the secret.
	stillUnknown bool
	// intended says that an earlier run was to store into these targets, so that one
	// of them that holds nothing is no mistake.
	intended bool
}

// Run renews a secret. The report is complete in any case; the error, a
// *fail.Error or the context's, says what ended the run early.
func Run(ctx context.Context, req Request) (*result.Renewal, error) {
	r := newRun(req, blankSteps())
	r.suits, r.next = suits, r.nextSteps
	err := r.take(ctx, r)
	r.finish(ctx, err)
	return r.res, err
}

func newRun(req Request, steps []result.Step) *run {
	r := &run{Request: req}
	r.watchClock()
	r.res = &result.Renewal{Outcome: result.Stopped, Steps: steps,
		Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: req.Input.Now().UTC()}}
	return r
}

// proveAndClose is what a resumed run shares with a whole one.
func (r *run) proveAndClose(ctx context.Context) error {
	if err := r.verify(ctx); err != nil {
		return err
	}
	if err := r.readBack(ctx); err != nil {
		return err
	}
	r.close(ctx)
	r.res.Outcome = result.Renewed
	return r.afterwards(ctx)
}
