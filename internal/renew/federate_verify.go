package renew

import (
	"context"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// verify signs in with the token until that works several times in a row. The credential
// stays, whatever the result.
func (f *federation) verify(ctx context.Context, added bool) error {
	if !f.tokenFits {
		if ctx.Err() != nil && added {
			return untested()
		}
		f.step(federateVerify, result.Skipped, f.whyUntested())
		return nil
	}
	f.begin(federateVerify, msg.New("signing in with the token until it works %d times in a row", inARow))
	stays := msg.New("the federated credential was kept, and everything that was valid before still is")
	limit := f.patienceFor()
	return f.prove(ctx, proof{
		limit: limit, signIn: f.trySignIn,
		step: &f.res.Steps[federateVerify], counts: &f.res.Verification,
		worked:      msg.New("Signing in with the token worked %d times in a row.", inARow),
		interrupted: untested(),
		refused: func(answer msg.Text) *fail.Error {
			e := fail.Critical(msg.New("signing in with the token failed: %s", answer), stays)
			if strings.HasPrefix(answer.String(), "AADSTS") {
				e.Hint(msg.New("look the code up with: %s", commandline.Words{"spcheck", "explain", answer.String()}))
			}
			return e
		},
		late: func(answer msg.Text) *fail.Error {
			return fail.Unknown(msg.New("signing in with the token did not work %d times in a row within %s; last answer: %s", inARow, limit, answer), stays,
				msg.New("it takes a few minutes until a new federated credential is known everywhere; run the same command again with a new token"))
		},
	})
}

// patienceFor returns the time for the test: the token is useless once it has expired.
func (f *federation) patienceFor() time.Duration {
	if end := f.Token.Expires; !end.IsZero() {
		if left := end.Sub(f.clock.serviceNow()); left < f.VerifyFor {
			return max(left, oneSignIn)
		}
	}
	return f.VerifyFor
}

// trySignIn signs in once. Until all servers know a new federated credential, Entra may
// answer that none matches the token, or that the application has none (public reports).
func (f *federation) trySignIn(ctx context.Context) error {
	return f.signIn(ctx, f.tenant, secrets.Credential{Token: f.Token}, aadsts.FederationRefused, aadsts.FederationIssuer,
		aadsts.FederationAudience, aadsts.FederationSubject, aadsts.FederationCase, aadsts.FederationNone)
}

func (f *federation) whyUntested() msg.Text {
	if f.Token == nil || !f.Given {
		return msg.New("Not tested: no token of this workload was given.")
	}
	return msg.New("Not tested: the token has expired.")
}

// untested returns the error of a run that was interrupted after something was added.
func untested() *fail.Error {
	return fail.Interrupted(msg.New("interrupted before the federated credential was tested"),
		msg.New("the credential was kept, and nothing was removed; run the same command again to test it"))
}

// nextSteps returns what a person has to do afterwards: set up the workload, test it, and
// later remove the secrets.
func (f *federation) nextSteps() []result.Remedy {
	var steps []result.Remedy
	if f.found.Next != nil {
		steps = f.found.Next(f.Audience, f.tenant.appID())
	}
	if f.res.Verification == nil {
		steps = append(steps, result.Remedy{Title: msg.New("Test it with a token of the workload, which is valid for a few minutes only:"),
			Commands: result.Typed("spcheck", "federate", "--sp", f.tenant.appID(), "--from-token", "token.jwt")})
	}
	return append(steps, f.secretRemovals()...)
}

// secretRemovals says when each secret can be removed.
func (f *federation) secretRemovals() []result.Remedy {
	var steps []result.Remedy
	activity := f.tenant.facts.Activity
	for _, c := range f.tenant.credentials() {
		if c.Kind != objects.Password || c.SignsSAML() || !c.Usable(f.clock.serviceNow()) {
			continue
		}
		title := msg.New("Remove the secret %s once the workload signs in with its own token and nothing else uses the secret. It is not known when the secret was last used (%s):", c.Label(), msg.Of(activity.Err()))
		switch last := objects.LastUse(activity.Value, c.KeyID); {
		case activity.Known() && last != nil:
			title = msg.New("Remove the secret %s once the workload signs in with its own token and nothing has used the secret for some days. It was last used on %s:", c.Label(), *last)
		case activity.Known():
			title = msg.New("Remove the secret %s once the workload signs in with its own token. No use of the secret is known:", c.Label())
		}
		steps = append(steps, result.Remedy{Title: title, Commands: result.Typed(removeCommand(f.tenant.appID(), c.KeyID)...)})
	}
	return steps
}
