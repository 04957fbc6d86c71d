package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

// verify signs in with the new certificate until that works several times in a row. The
// product still uses the old one.
func (r *certRun) verify(ctx context.Context) error {
	r.begin(certVerify, msg.New("signing in with the new certificate until it works %d times in a row", inARow))
	return r.prove(ctx, proof{
		limit: r.VerifyFor, signIn: r.trySignIn,
		step: &r.res.Steps[certVerify], counts: &r.res.Verification,
		worked:      msg.New("The new certificate worked %d times in a row.", inARow),
		interrupted: r.interrupted(),
		refused: func(answer msg.Text) *fail.Error {
			return fail.Critical(msg.New("the new certificate does not work: %s", answer), r.stillValid(), r.findOutWhy(), thenContinueWith(r.entry.Resume()))
		},
		late: func(answer msg.Text) *fail.Error {
			return fail.Unknown(msg.New("the new certificate did not work %d times in a row within %s; last answer: %s", inARow, r.VerifyFor, answer),
				r.stillValid(), continueWith(r.entry.Resume()))
		},
	})
}

// trySignIn signs in once. Until all servers know a new certificate, Entra may answer that
// it is not registered (AADSTS700027, "The key was not found").
func (r *certRun) trySignIn(ctx context.Context) error {
	return r.signIn(ctx, r.tenant, r.made, aadsts.CertificateRefused, aadsts.OldSpelling)
}

// place installs the certificate where the product reads it, and reads it back.
func (r *certRun) place(ctx context.Context) error {
	if ctx.Err() != nil {
		return r.interruptedAt(certPlace)
	}
	r.begin(certPlace, msg.New("installing the certificate: %s", r.to.Path))
	pause.Finish()
	err := r.save(journal.Placing)
	if err == nil {
		r.reached(atPlacing)
		err = r.putInPlace(context.WithoutCancel(ctx))
	}
	if err != nil {
		r.step(certPlace, result.Fail, msg.Of(err))
		return fail.Unknown(msg.New("the new certificate works, but could not be installed: %s", msg.Of(err)), r.stillValid(), continueWith(r.entry.Resume()))
	}
	r.reached(atPlaced)
	r.res.StoredIn = result.OrNil(r.to.Spec())
	text := msg.New("The certificate and its key are in %s.", r.to.Path)
	if r.to.Replaced {
		text = msg.New("The certificate and its key are in %s; the previous ones were kept in %s.", r.to.Path, r.to.Backup)
	}
	r.step(certPlace, result.Pass, text)
	return nil
}

func (r *certRun) putInPlace(ctx context.Context) error {
	held, err := r.to.Load(ctx, r.to.Path)
	if err != nil || held.Certificate.SHA1 != r.entry.Thumbprint { // otherwise an earlier run has installed it
		if err := r.to.Place(); err != nil {
			return err
		}
		if held, err = r.to.Load(ctx, r.to.Path); err != nil {
			return err
		}
	}
	if held.Certificate.SHA1 != r.entry.Thumbprint {
		return fail.Unknown(msg.New("%s now contains a different certificate: someone else has written to it", r.to.Path))
	}
	return nil
}

// nextSteps returns what a person has to do afterwards: reload the product, and later remove
// the old certificate.
func (r *certRun) nextSteps() []result.Remedy {
	steps := []result.Remedy{result.Advice(msg.New("The product reads the new certificate from %s. If it caches the certificate, restart it or make it reload its settings.", r.to.Path))}
	if r.to.PFX() {
		steps = append(steps, result.Advice(msg.New("If the product reads it from the Windows certificate store, import the file there with Import-PfxCertificate, and configure the thumbprint %s in the product.", r.made.Certificate.SHA1)))
	}
	steps = append(steps, checkSignIn())
	steps = append(steps, r.removals(objects.Certificate, r.tenant.configuredKeys(), func(c objects.Credential) msg.Text {
		if c.End == nil {
			return msg.New("Once the product uses the new certificate, remove the old one, %s, which never expires:", c.KeyID)
		}
		return msg.New("Once the product uses the new certificate, remove the old one, %s, which is valid until %s:", c.KeyID, *c.End)
	})...)
	if r.to.Replaced {
		steps = append(steps, result.Advice(msg.New("Then delete %s, which contains the previous key.", r.to.Backup)))
	}
	return steps
}
