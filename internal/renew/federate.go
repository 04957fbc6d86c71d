package renew

import (
	"context"
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/workload"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// FederateRequest describes which tokens an application is to accept.
type FederateRequest struct {
	Common
	// Source is the workload.
	Source workload.Source
	// Audience is the audience of the tokens. Name is the name of the credential; if it is
	// empty, one is derived from the subject.
	Audience, Name string
	// Token is a token to test the credential with. It may be nil. Given means that the
	// user named it, so a token of another workload is an error.
	Token  *secrets.FederatedToken
	Given  bool
	DryRun bool
	// VerifyFor limits the time of the test sign-ins.
	VerifyFor time.Duration
}

// federation is one run. It needs no journal: the next run reads from Microsoft Graph what
// was added, and continues.
type federation struct {
	FederateRequest
	res    *result.Federation
	tenant *tenant
	found  workload.Found
	// tokenFits means that Token can be used to test a credential of this run.
	tokenFits bool
}

// The steps of a federation after stepPreflight, by their index in the report.
const (
	federateAdd    = 1
	federateVerify = 2
	federateReport = 3
)

func federateSteps() []result.Step {
	return []result.Step{
		blank("preflight", msg.New("Preflight")),
		blank("add", msg.New("Add")),
		blank("verify", msg.New("Verify")),
		blank("report", msg.New("Report")),
	}
}

// Federate makes an application accept the tokens of a workload. It keeps those that the
// application already accepts. The report is always complete. The error says what ended the
// run early; it is a *fail.Error or the error of the context.
func Federate(ctx context.Context, req FederateRequest) (*result.Federation, error) {
	f := &federation{FederateRequest: req}
	f.setUp()
	f.res = &result.Federation{Outcome: result.Stopped, Steps: federateSteps(),
		Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: req.Input.Now().UTC()}}
	err := f.run(ctx)
	f.finish(err)
	return f.res, err
}

func (f *federation) run(ctx context.Context) error {
	if err := f.open(ctx); err != nil {
		f.step(stepPreflight, result.Fail, msg.Of(err))
		return err
	}
	if err := f.preflight(ctx); err != nil {
		return err
	}
	if f.DryRun {
		f.res.Outcome = result.Planned
		return nil
	}
	added, err := f.add(ctx)
	if err != nil {
		return err
	}
	if err := f.verify(ctx, added); err != nil {
		return err
	}
	f.res.Outcome = result.AlreadyThere
	if added {
		f.res.Outcome = result.Added
	}
	return nil
}

func (f *federation) step(i int, status result.CheckStatus, summary msg.Text) {
	record(&f.res.Steps[i], status, summary)
}

func (f *federation) begin(i int, what msg.Text) {
	f.tell(msg.New("step %d of %d: %s", i+1, len(f.res.Steps), what))
}

// open reads the objects, and finds out which tokens the workload sends.
func (f *federation) open(ctx context.Context) (err error) {
	f.begin(stepPreflight, msg.New("preflight (changes nothing)"))
	if f.tenant, err = open(ctx, &f.Common, mayChange); err != nil {
		return err
	}
	t := f.tenant
	f.res.ServicePrincipal, f.res.Application, f.res.ActingAs = t.described()
	if t.app == nil {
		return nil // checkAccount says why
	}
	reading, cancel := context.WithTimeout(ctx, f.Input.Timeout)
	defer cancel()
	if err := f.reread(reading); err != nil {
		return t.failure(unchanged(msg.New("the federated credentials could not be read")), err)
	}
	f.found, err = f.Source.Find(ctx)
	f.narrowToToken()
	f.res.Notes = append(f.res.Notes, f.found.Notes...)
	if errors.Is(ctx.Err(), context.Canceled) {
		err = ctx.Err()
	}
	if err != nil {
		e := fail.From(err)
		e.What = unchanged(e.What)
		return e
	}
	for _, p := range f.found.Pairs {
		if err := p.Check(); err != nil {
			return err
		}
	}
	f.planTrusts()
	return nil
}

// reread reads the application's federated credentials.
func (f *federation) reread(ctx context.Context) error {
	t := f.tenant
	list, err := t.actor.Client.FederatedCredentials(ctx, t.appID(), t.app.ID)
	if err == nil {
		t.federated = list
	}
	return err
}

// finish completes the report, however the run ended.
func (f *federation) finish(err error) {
	complete(&f.res.Header, err)
	if f.tenant == nil {
		return
	}
	f.res.Remaining = f.remaining()
	if err == nil && !f.DryRun {
		f.res.NextSteps = f.nextSteps()
		f.step(federateReport, result.Pass, stays(f.res.Remaining))
	}
}

// remaining returns the secrets and certificates that can sign in.
func (f *federation) remaining() []result.Credential {
	now := f.clock.serviceNow()
	rest := only(f.tenant.credentials(), func(c objects.Credential) bool {
		return c.Kind != objects.Federated && c.Usable(now) && c.Usage != "Sign"
	})
	configured := f.tenant.configuredSecrets()
	return diagnose.Rows(rest, now, f.Input.Settings.Within, f.tenant.facts.Activity.Value, func(c objects.Credential) *bool {
		if c.Kind != objects.Password {
			return nil
		}
		return configured[c.KeyID]
	})
}
