package renew

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/result"
)

func (r *secretRun) plan(ctx context.Context) error {
	if err := r.run.plan(ctx); err != nil {
		return err
	}
	r.res.Plan.Target = result.OrNil(specsOf(r.targets))
	return nil
}

func (r *secretRun) questions() []question {
	return []question{
		{"earlier", msg.New("Earlier renewal"), plain(r.checkEarlier)},
		{"existing", msg.New("Existing secrets"), r.checkExisting},
		{"account", msg.New("Service principal"), plain(r.tenant.checkAccount)},
		{"permission", msg.New("Permission"), func(ctx context.Context) finding {
			return checkPermission(ctx, r.tenant.actor, r.res.Plan.StoredOn, r.res.Plan.ObjectID)
		}},
		{"policy", msg.New("Policies"), r.checkPolicy},
		{"lock", msg.New("Lock of the service principal"), plain(r.checkLock)},
		{"limit", msg.New("Number of secrets"), plain(r.checkLimit)},
		{"clock", msg.New("Clock"), plain(r.checkClock)},
		{"target", msg.New("Target"), r.checkTargets},
		{"journal", msg.New("Journal"), plain(r.checkJournal)},
	}
}

// checkTargets checks every target, and reports all that fail.
func (r *secretRun) checkTargets(ctx context.Context) finding {
	if len(r.targets) == 0 {
		return skipped(msg.New("No target was given, so none was checked."))
	}
	f := passed(msg.New("The value can be stored in %s.", specsOf(r.targets)))
	var problems []msg.Text
	for _, t := range r.targets {
		err := t.Check(ctx)
		switch remark := t.Remark(); {
		case errors.Is(err, target.ErrUnsure) && f.status == result.Pass:
			f = unknown(msg.New("Whether %s can be written to cannot be checked in advance; if storing fails, the new secret is removed again.", t.Spec()))
		case errors.Is(err, target.ErrUnsure):
		case err != nil:
			problems = append(problems, msg.Of(err))
		case !remark.IsZero():
			f = warned(msg.New("The value can be stored in %s. %s", t.Spec(), remark))
			r.note(msg.New("%s: %s", t.Spec(), remark))
		}
	}
	if len(problems) == 0 {
		return f
	}
	return failed(msg.New("the target cannot be used: %s", problems[0]), append(problems[1:], msg.New("choose another target"))...)
}

// checkExisting says which secrets are valid before the renewal.
func (r *secretRun) checkExisting(ctx context.Context) finding {
	now := r.clock.serviceNow()
	usable := slices.DeleteFunc(usablePasswords(r.tenant.credentials(), now), func(c objects.Credential) bool {
		if r.trust(ctx, c) != lost {
			return false
		}
		r.note(suspicion(c, lost))
		return true
	})
	var last *time.Time
	for _, c := range usable {
		if c.End != nil && (last == nil || c.End.After(*last)) {
			last = c.End
		}
	}
	switch {
	case len(usable) == 0:
		return warned(msg.New("No secret is valid at the moment: there is nothing to fall back on until the new one works."))
	case last == nil:
		return passed(msg.New("%d secrets are valid; all of them stay.", len(usable)))
	}
	return passed(msg.New("%d secrets are valid, the last until %s; all of them stay.", len(usable), *last))
}

const personalLimit = 2

// checkLimit checks the limit for applications that allow personal accounts: two secrets
// (Microsoft's "Validation differences by supported account types").
func (r *secretRun) checkLimit() finding {
	app := r.tenant.app
	if r.res.Plan.StoredOn != objects.OnApplication || !strings.Contains(app.SignInAudience, "PersonalMicrosoftAccount") {
		return passed(msg.New("The number of secrets is not limited to two."))
	}
	have := ofKind(app.Credentials, objects.Password)
	if len(have) < personalLimit {
		return passed(msg.New("The application allows personal accounts, so it may have %d secrets; it has %d.", personalLimit, len(have)))
	}
	now := r.clock.serviceNow()
	f := failed(msg.New("the application allows personal accounts, so it may have %d secrets; it has %d", personalLimit, len(have)))
	for _, c := range have {
		if c.Expired(now) {
			f.hints = append(f.hints, msg.New("remove the expired one first: %s", removeCommand(r.tenant.appID(), c.KeyID)))
		}
	}
	if len(f.hints) == 0 && r.tenant.sp != nil {
		f.hints = append(f.hints, msg.New("both are valid; add the secret to the service principal instead: --on service-principal"))
	}
	return f
}

// checkPolicy shortens the lifetime to what the policies allow, or reports that they forbid
// secrets. If a policy exempts some callers, only an attempt shows whether this is one of
// them.
func (r *secretRun) checkPolicy(ctx context.Context) finding {
	p := r.res.Plan
	policies, err := r.tenant.actor.Client.Policies(ctx, p.StoredOn, p.ObjectID, r.tenant.created(p.StoredOn))
	if err != nil {
		return policiesUnread(err)
	}
	var spared, unclear *objects.Policy
	for i, p := range policies {
		switch {
		case p.PasswordsForbidden && !p.Exempts:
			return failed(msg.New("%s forbids new secrets", result.PolicyName(p.Source)),
				msg.New("ask an administrator of the tenant to exempt the application from the policy, or use a certificate or a federated credential"))
		case p.PasswordsForbidden:
			spared = &policies[i]
		case p.Unclear:
			unclear = &policies[i]
		}
	}
	f := r.fitLifetime(policies)
	switch {
	case f.code != 0:
		return f
	case spared != nil:
		return warned(msg.New("%s forbids new secrets, but exempts some callers. Whether it exempts this one cannot be checked in advance.", result.PolicyName(spared.Source)))
	case unclear != nil:
		return unknown(msg.New("%s has a restriction that could not be read. If it forbids the new credential, it is refused and nothing is changed.", result.PolicyName(unclear.Source)))
	}
	return f
}
