package renew

import (
	"context"
	"errors"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/secrets"
)

// verify signs in with the new secret until that works several times in a row. If it does
// not, the secret stays stored, and the old ones stay valid.
func (r *secretRun) verify(ctx context.Context) error {
	r.begin(stepVerify, msg.New("signing in with the new secret until it works %d times in a row", inARow))
	stays := msg.New("the new secret is stored and stays; everything that was valid before still is")
	resume := journal.ResumeCommand(r.tenant.appID())
	return r.prove(ctx, proof{
		limit: r.VerifyFor, signIn: r.trySecret,
		step: &r.res.Steps[stepVerify], counts: &r.res.Verification,
		worked:      msg.New("The new secret worked %d times in a row.", inARow),
		interrupted: fail.Interrupted(msg.New("interrupted before the new secret was verified"), stays, continueWith(resume)),
		refused: func(answer msg.Text) *fail.Error {
			return fail.Critical(msg.New("the new secret does not work: %s", answer), stays, r.findOutWhy(), thenContinueWith(resume))
		},
		late: func(answer msg.Text) *fail.Error {
			return fail.Unknown(msg.New("the new secret did not work %d times in a row within %s; last answer: %s", inARow, r.VerifyFor, answer),
				stays, continueWith(resume))
		},
	})
}

// trySecret signs in once. Until all servers know a new secret, Entra may answer that it
// is wrong or, if old ones have expired, that it has expired (public reports).
func (r *secretRun) trySecret(ctx context.Context) error {
	err := r.signIn(ctx, r.tenant, secrets.Credential{Secret: r.value}, aadsts.SecretWrong, aadsts.SecretExpired, aadsts.OldSpelling)
	if ctx.Err() == nil {
		refusal, refused := errors.AsType[*signInError](err)
		r.stillUnknown = refused && refusal.spreading
	}
	return err
}
