package renew

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// verify signs in with the new secret until that works several times in a row. If it does
// not, the secret stays stored, and the old ones stay valid.
func (r *run) verify(ctx context.Context) error {
	r.begin(stepVerify, msg.New("signing in with the new secret until it works %d times in a row", inARow))
	v, err := r.proveInTime(ctx, r.VerifyFor, &r.res.Verification, r.trySecret)
	if err == nil {
		r.step(stepVerify, result.Pass, msg.New("The new secret worked %d times in a row.", v.InARow))
		r.reached(atVerified)
		return nil
	}
	return r.unproven(ctx, err)
}

// trySecret signs in once. Until all servers know a new secret, Entra may answer that it is
// wrong or, if old ones have expired, that it has expired (public reports).
func (r *run) trySecret(ctx context.Context) error {
	return r.signIn(ctx, r.tenant, secrets.Credential{Secret: r.value}, aadsts.SecretWrong, aadsts.SecretExpired, aadsts.OldSpelling)
}

// unproven returns the error of a run whose secret is stored but does not sign in yet.
func (r *run) unproven(ctx context.Context, err error) error {
	resume := journal.ResumeCommand(r.tenant.appID())
	stays := msg.New("the new secret is stored and stays; everything that was valid before still is")
	var refusal *signInError
	switch {
	case ctx.Err() != nil:
		r.step(stepVerify, result.Fail, msg.New("Interrupted."))
		return &fail.Error{Code: fail.CodeInterrupted, What: msg.New("interrupted before the new secret was verified"), Hints: []msg.Text{stays, msg.New("continue with: %s", resume)}}
	case errors.As(err, &refusal) && refusal.final:
		r.step(stepVerify, result.Fail, refusal.text)
		e := &fail.Error{Code: fail.CodeCritical, What: msg.New("the new secret does not work: %s", refusal.text)}
		return e.Hint(stays).Hint(msg.New("find out why with: %s", commandline.Words{"spcheck", "diagnose", "--sp", r.tenant.appID()})).Hint(msg.New("then continue with: %s", resume))
	}
	r.stillUnknown = errors.As(err, &refusal) && refusal.spreading
	r.step(stepVerify, result.CheckUnknown, msg.New("Not verified within %s: %s.", r.VerifyFor, msg.Of(err)))
	e := fail.Unknown(msg.New("the new secret did not work %d times in a row within %s; last answer: %s", inARow, r.VerifyFor, msg.Of(err)))
	return e.Hint(stays).Hint(msg.New("continue with: %s", resume))
}
