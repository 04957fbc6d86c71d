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
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	// inARow is how many sign-ins must succeed one after the other. Not all of Entra's
	// servers know a new credential at the same time.
	inARow = 3
	// shortPause and longPause are the limits of the pause between two sign-ins.
	shortPause = time.Second
	longPause  = 5 * time.Second
	// oneSignIn is the time limit of one sign-in.
	oneSignIn = 30 * time.Second
)

// proof is a test of a new credential by sign-ins, and what is said of its result.
type proof struct {
	limit  time.Duration
	signIn func(context.Context) error
	// step and counts are where the report has the result.
	step   *result.Step
	counts **result.Verification

	worked      msg.Text
	interrupted *fail.Error
	// refused and late return the error for a credential that will not work, and for one
	// that did not work within the limit. answer is Entra's last answer.
	refused, late func(answer msg.Text) *fail.Error
}

// prove tests a new credential. The error is a *fail.Error.
func (c *Common) prove(ctx context.Context, p proof) error {
	c.reached(atProving)
	began := time.Now()
	trial, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	counts := &result.Verification{}
	err := c.signInRepeatedly(trial, counts, p.signIn)
	counts.TookMs = time.Since(began).Milliseconds()
	*p.counts = counts
	var refusal *signInError
	switch {
	case err == nil:
		record(p.step, result.Pass, p.worked)
		c.reached(atVerified)
		return nil
	case ctx.Err() != nil:
		record(p.step, result.Fail, msg.New("Interrupted."))
		return p.interrupted
	case errors.As(err, &refusal) && refusal.final:
		record(p.step, result.Fail, refusal.text)
		return p.refused(refusal.text)
	}
	record(p.step, result.CheckUnknown, msg.New("Not verified within %s: %s.", p.limit, msg.Of(err)))
	return p.late(msg.Of(err))
}

// signInRepeatedly signs in until that works several times in a row. The error is the
// *signInError of the last attempt, or that of the context. The counts are in v.
func (c *Common) signInRepeatedly(ctx context.Context, v *result.Verification, try func(context.Context) error) error {
	pause := shortPause
	var last error
	for {
		v.Attempts++
		err := try(ctx)
		var refusal *signInError
		switch {
		case err == nil:
			v.InARow++
			pause = shortPause
			c.tell(msg.New("sign-in %d: accepted (%d of %d in a row)", v.Attempts, v.InARow, inARow))
		case errors.As(err, &refusal) && refusal.final:
			v.InARow = 0
			return err
		case ctx.Err() != nil: // it was cut off, so it says nothing about the credential
			v.InARow = 0
			if last != nil {
				return last
			}
		default:
			v.InARow, last = 0, err
			c.tell(msg.New("sign-in %d: not yet (%s)", v.Attempts, msg.Of(err)))
		}
		if v.InARow >= inARow {
			return nil
		}
		if c.sleep(ctx, pause) != nil || ctx.Err() != nil {
			if err == nil {
				err = &signInError{text: msg.New("it worked, but not often enough in a row")}
			}
			return err
		}
		pause = min(pause+shortPause, longPause)
	}
}

// signInError is the reason why a sign-in failed.
type signInError struct {
	text msg.Text
	// final means that waiting does not help. spreading means that the server may not know
	// the credential yet.
	final, spreading bool
}

func (e *signInError) Error() string  { return e.text.String() }
func (e *signInError) Text() msg.Text { return e.text }

// signIn signs in once on a new connection, as the product will. unheard are the rules of
// codes by which Entra says that it does not know a credential of this kind yet. The error
// is a *signInError.
func (c *Common) signIn(ctx context.Context, t *tenant, credential secrets.Credential, unheard ...aadsts.Rule) error {
	ctx, cancel := context.WithTimeout(ctx, oneSignIn)
	defer cancel()
	s := t.facts.Setup
	a := entra.SignIn(ctx, entra.Request{
		Tenant: s.Tenant.Value, ClientID: t.appID(), AuthorityHost: s.AuthorityHost, Scope: s.GraphResource + "/.default",
		Credential: credential, HTTPClient: c.Input.HTTPClient, Known: c.lastSignIn.Load(), Fresh: true, Now: c.Input.Now, Sleep: c.Sleep,
	})
	if a.Directory.Known() {
		c.lastSignIn.Store(&entra.Attempt{Exchanges: a.Exchanges})
	}
	switch {
	case a.Token != nil:
		return nil
	case a.Err != nil:
		return &signInError{text: a.Err.Text()}
	case a.Refusal != nil:
		return judgeRefusal(a.Refusal, unheard)
	case a.Input != nil:
		return &signInError{text: a.Input.Text, final: true}
	}
	return &signInError{text: msg.New("the sign-in failed")}
}

// judgeRefusal distinguishes a credential that Entra does not know yet from one that will
// not work.
func judgeRefusal(f *entra.Refusal, unheard []aadsts.Rule) error {
	if len(f.Codes) == 0 {
		return &signInError{text: msg.New("Entra refused the sign-in without a code")}
	}
	spreading := slices.ContainsFunc(f.Codes, func(c string) bool { return aadsts.Filed(c, unheard...) })
	return &signInError{text: msg.New("AADSTS%s", f.Codes[len(f.Codes)-1]), final: !spreading, spreading: spreading}
}
