package renew

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	// inARow is how many sign-ins must work one after the other: while a secret
	// spreads, one server may know it and the next not yet.
	inARow = 3
	// shortPause and longPause bound the time between two sign-ins.
	shortPause = time.Second
	longPause  = 5 * time.Second
	// oneSignIn bounds a single one.
	oneSignIn = 30 * time.Second
)

// verify signs in with the new secret on fresh connections until it works
// several times in a row. Whatever comes of it, nothing is taken back: the value
// is stored, and the old secrets are valid.
func (r *run) verify(ctx context.Context) error {
	r.begin(stepVerify, msg.New("signing in with the new secret until it works %d times in a row", inARow))
	r.reached(AtProving)
	began := time.Now()
	whole, cancel := context.WithTimeout(ctx, r.VerifyFor)
	defer cancel()
	v := &result.Verification{}
	r.res.Verification = v
	err := r.prove(whole, v)
	v.TookMs = time.Since(began).Milliseconds()
	if err == nil {
		r.step(stepVerify, result.Pass, msg.New("The new secret signed in %d times in a row.", v.InARow))
		r.reached(AtVerified)
		return nil
	}
	return r.unproven(ctx, err)
}

// prove returns nil once the row is complete, else the *signInError of the last
// attempt, or the context's error.
func (r *run) prove(ctx context.Context, v *result.Verification) error {
	pause := shortPause
	var last error
	for {
		v.Attempts++
		err := r.trySecret(ctx)
		var refusal *signInError
		switch {
		case err == nil:
			v.InARow++
			pause = shortPause
			r.tell(msg.New("sign-in %d: accepted (%d of %d in a row)", v.Attempts, v.InARow, inARow))
		case errors.As(err, &refusal) && refusal.final:
			v.InARow = 0
			return err
		case ctx.Err() != nil: // it was cut off, and says nothing of the secret
			v.InARow = 0
			if last != nil {
				return last
			}
		default:
			v.InARow, last = 0, err
			r.tell(msg.New("sign-in %d: not yet (%s)", v.Attempts, msg.Of(err)))
		}
		if v.InARow >= inARow {
			return nil
		}
		if r.sleep(ctx, pause) != nil || ctx.Err() != nil {
			if err == nil {
				err = &signInError{text: msg.New("it worked, but not often enough in a row")}
			}
			return err
		}
		pause = min(pause+shortPause, longPause)
	}
}

// signInError is why a sign-in gave no token.
type signInError struct {
	text msg.Text
	// final says that waiting will not change it, spreading that the secret is
	// refused as one that is not known everywhere yet.
	final, spreading bool
}

func (e *signInError) Error() string  { return e.text.String() }
func (e *signInError) Text() msg.Text { return e.text }

// trySecret signs in once, as the product will.
func (r *run) trySecret(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, oneSignIn)
	defer cancel()
	s := r.facts.Setup
	a := entra.SignIn(ctx, entra.Request{
		Tenant: s.Tenant.Value, ClientID: r.tenant.appID(), AuthorityHost: s.AuthorityHost, Scope: s.GraphResource + "/.default",
		Credential: entra.Credential{Secret: r.value}, HTTPClient: r.Input.HTTPClient, Fresh: true, Now: r.Input.Now, Sleep: r.Sleep,
	})
	switch {
	case a.Token != nil:
		return nil
	case a.Err != nil:
		return &signInError{text: a.Err.Text()}
	case a.Refusal != nil:
		return judgeRefusal(a.Refusal)
	case a.Input != nil:
		return &signInError{text: a.Input.Text, final: true}
	}
	return &signInError{text: msg.New("the sign-in failed")}
}

// judgeRefusal tells a secret that has not spread yet from a sign-in that will
// not work. While it spreads, a new secret is called wrong or, where older ones
// have expired, expired (public reports).
func judgeRefusal(f *entra.Refusal) error {
	if len(f.Codes) == 0 {
		return &signInError{text: msg.New("Entra refused the sign-in without a code")}
	}
	spreading := slices.ContainsFunc(f.Codes, func(c string) bool {
		return aadsts.Filed(c, aadsts.SecretWrong, aadsts.SecretExpired, aadsts.OldSpelling)
	})
	return &signInError{text: msg.New("AADSTS%s", f.Codes[len(f.Codes)-1]), final: !spreading, spreading: spreading}
}

// unproven ends a run whose secret is stored but does not sign in yet.
func (r *run) unproven(ctx context.Context, err error) error {
	resume := journal.ResumeCommand(r.tenant.appID())
	stays := msg.New("nothing is taken back: the new secret is stored, and what was valid before still is")
	var refusal *signInError
	switch {
	case ctx.Err() != nil:
		r.step(stepVerify, result.Fail, msg.New("Interrupted."))
		return &fail.Error{Code: fail.CodeInterrupted, What: msg.New("interrupted before the new secret was proven"), Hints: []msg.Text{stays, msg.New("go on with: %s", resume)}}
	case errors.As(err, &refusal) && refusal.final:
		r.step(stepVerify, result.Fail, refusal.text)
		e := &fail.Error{Code: fail.CodeCritical, What: msg.New("the new secret does not sign in: %s", refusal.text)}
		return e.Hint(stays).Hint(msg.New("find out why with: %s", "spcheck diagnose --sp "+r.tenant.appID())).Hint(msg.New("then go on with: %s", resume))
	}
	r.stillUnknown = errors.As(err, &refusal) && refusal.spreading
	r.step(stepVerify, result.CheckUnknown, msg.New("Not proven in %s: %s.", r.VerifyFor, msg.Of(err)))
	e := fail.Unknown(msg.New("the new secret did not sign in %d times in a row within %s; the last answer: %s", inARow, r.VerifyFor, msg.Of(err)))
	return e.Hint(stays).Hint(msg.New("go on with: %s", resume))
}
