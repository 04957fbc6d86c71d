// Package renew replaces a client secret or a certificate without an outage: it adds a new
// one, stores it where the product reads it, and proves by sign-ins that it works. The old
// ones stay until a separate command removes them. An interruption never costs the only
// working credential, and the next run knows every secret whose value was lost.
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

// Renewal describes the new credential, which is a secret or a certificate.
type Renewal struct {
	Common
	Lifetime Lifetime
	// DisplayName is the user's part of the display name. The default is "spcheck".
	DisplayName string
	// On is the object that gets the credential, objects.OnApplication or
	// objects.OnServicePrincipal. The default is the application if it is registered in
	// this tenant. If an application renews its own certificate, the default is the object
	// with the old one.
	On             string
	DryRun, Resume bool
	// IfExpiringWithin renews only what expires within this time. If it is nil, the renewal
	// is always done.
	IfExpiringWithin *time.Duration
	// VerifyFor limits the time for the test sign-ins.
	VerifyFor time.Duration
	// Then is called after the new credential was stored and proven, for example to restart
	// the product. It may be nil.
	Then func(context.Context) error
}

// Request describes how to renew a secret.
type Request struct {
	Renewal
	// Targets are the places for the value. There may be none with DryRun or Resume.
	Targets []target.Target
	// Parse parses a target that an earlier run recorded.
	Parse func(spec string) (target.Target, error)
	// NewTargets accepts empty targets with IfExpiringWithin. Otherwise they are taken for
	// a mistake.
	NewTargets bool
	// RetireAfter removes the secrets that earlier renewals have replaced, once they were
	// not used for this time. Zero removes none.
	RetireAfter time.Duration
	// Mask is called with the value before anything can print it, so that the logs of a CI
	// system do not show it. It may be nil.
	Mask func(secrets.Value)
}

// Common are the settings of all runs that change credentials.
type Common struct {
	Input session.Options
	Store *journal.Store
	// Claim is called with the application ID before anything is changed. Its error ends
	// the run. It may be nil.
	Claim  func(appID string) error
	Dialog dialog // nil if nobody can be asked
	// Progress is called with a description of each step. It may be nil.
	Progress func(msg.Text)
	// Patience limits one request that adds a credential. After that its answer counts as
	// lost. The default is one minute.
	Patience time.Duration
	// Sleep pauses. The default is a timer.
	Sleep func(context.Context, time.Duration) error
	// Reached is called at certain points of a run. Tests use it to interrupt the run.
	Reached func(point)

	clock *watch
}

// Shared returns a Common for runs on several applications. They share the tokens of each
// identity, and what is known about the service's clock.
func (c Common) Shared() Common {
	c.Input.Tokens = &session.Tokens{}
	c.watchClock()
	return c
}

// watchClock reads the service's time from all responses of this run.
func (c *Common) watchClock() {
	if c.clock == nil {
		c.clock = &watch{now: c.Input.Now}
		c.Input.HTTPClient = transport.Wrap(c.Input.HTTPClient, c.clock.over)
	}
}

// dialog asks a person.
type dialog interface {
	// Another asks for another target after one has failed. Nil means that there is none.
	Another(ctx context.Context, problem msg.Text) target.Target
	// Confirm asks a yes-or-no question.
	Confirm(ctx context.Context, question msg.Text) bool
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

// run is one renewal of a credential. certRun extends it for certificates.
type run struct {
	Request
	res    *result.Renewal
	tenant *tenant
	facts  *diagnose.Facts

	// kind is the kind of the credential. suits chooses the identity that acts. next
	// returns what a person has to do afterwards.
	kind  journal.Kind
	suits func(*session.Actor) bool
	next  func() []result.Remedy

	entry *journal.Entry
	// proven are the key IDs of secrets that earlier runs have proven.
	proven []string
	value  secrets.Value
	// added is the new credential, or nil if it does not exist.
	added *objects.Credential
	// unanswered are the names of secrets whose requests were not answered, and which have
	// not appeared so far.
	unanswered []string
	// replaced are the key IDs of the secrets that the targets contained before.
	replaced []string
	// logged is the sign-in log, if it was read.
	logged fact.Fact[objects.LoggedUses]
	// unsure says which targets may contain the value although another one was used
	// instead.
	unsure []msg.Text
	// stillUnknown means that Entra did not know the secret at the last sign-in.
	stillUnknown bool
	// intended means that an earlier run was going to write to these targets, so an empty
	// one is no mistake.
	intended bool
}

// Run renews a secret. The report is always complete. The error says what ended the run
// early; it is a *fail.Error or the error of the context.
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

// proveAndClose does what remains after the value was stored, in a new or a resumed run.
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
