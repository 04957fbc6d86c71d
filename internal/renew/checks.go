package renew

import (
	"time"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

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
