package renew

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// checkExisting says which secrets are valid before the renewal.
func (r *run) checkExisting() finding {
	now := r.clock.serviceNow()
	usable := slices.DeleteFunc(usablePasswords(r.tenant.credentials(), now), func(c objects.Credential) bool {
		if r.trust(c) != lost {
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

// checkAccount checks whether a new credential could sign in at all.
func (t *tenant) checkAccount() finding {
	sp := t.sp
	switch {
	case sp == nil:
		return failed(msg.New("the application has no service principal in this tenant, so nothing can sign in"),
			msg.New("create one with: %s", commandline.Words{"az", "ad", "sp", "create", "--id", t.appID()}))
	case sp.Type == objects.ManagedIdentity:
		return failed(msg.New("it is a managed identity; Azure renews its credentials itself"))
	case sp.AccountEnabled != nil && !*sp.AccountEnabled:
		return failed(msg.New("the service principal is disabled, so nothing can sign in"),
			msg.New("enable it first: %s", commandline.Words{"az", "ad", "sp", "update", "--id", sp.ID, "--set", "accountEnabled=true"}))
	case sp.AccountEnabled == nil:
		return unknown(msg.New("Whether the service principal is enabled could not be read."))
	}
	return passed(msg.New("The service principal is enabled."))
}

// checkLock checks the lock that an application can put on its service principals.
func (r *run) checkLock() finding {
	switch app := r.tenant.app; {
	case r.res.Plan.StoredOn == objects.OnApplication:
		return passed(msg.New("A lock on the service principal does not affect the application."))
	case app == nil:
		return unknown(msg.New("The lock is set on the application, which is not in this tenant. If the service principal is locked, the change is refused and nothing is changed."))
	case app.Lock != nil && app.Lock.Enabled && (app.Lock.AllProperties || app.Lock.VerifyCredentials):
		return failed(msg.New("the service principal is locked against new credentials"),
			msg.New("add it to the application instead: --on application"))
	}
	return passed(msg.New("The service principal is not locked."))
}

const personalLimit = 2

// checkLimit checks the limit for applications that allow personal accounts: two secrets
// (Microsoft's "Validation differences by supported account types").
func (r *run) checkLimit() finding {
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

// tolerable is the largest clock difference that does no harm.
const tolerable = 5 * time.Minute

func (r *run) checkClock() finding {
	skew, known := r.clock.skew()
	switch {
	case !known:
		return unknown(msg.New("The clock of the service could not be read; the expiry date is based on this machine's clock."))
	case skew.Abs() > tolerable:
		return warned(msg.New("This machine's clock is %s off; the expiry date is based on the clock of the service.", skew.Abs().Round(time.Second)))
	}
	return passed(msg.New("This machine's clock agrees with that of the service."))
}
