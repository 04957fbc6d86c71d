// Package renew replaces a client secret or a certificate without an outage: it adds a new
// one, stores it where the product reads it, and proves by sign-ins that it works. The old
// ones stay until a separate command removes them. An interruption never costs the only
// working credential, and the next run knows every secret whose value was lost.
package renew

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
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
	On string
	// DryRun changes nothing. Resume continues an interrupted renewal.
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
	// Parse opens a target that an earlier run recorded (target.Reopen).
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

// Run renews a secret. The report is always complete. The error says what ended the run
// early; it is a *fail.Error or the error of the context.
func Run(ctx context.Context, req Request) (*result.Renewal, error) {
	r := &secretRun{run: newRun(req.Renewal, journal.Secret, secretSteps()),
		targets: req.Targets, parse: req.Parse, newTargets: req.NewTargets, retireAfter: req.RetireAfter, mask: req.Mask}
	err := r.renew(ctx, r)
	r.finish(ctx, r, err)
	return r.res, err
}
