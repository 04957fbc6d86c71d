package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// check is one question to the facts.
type check struct {
	id    string
	title msg.Text
	// dependsOn are the checks whose failure explains this one's.
	dependsOn []string
	// needs are the facts that the answer is drawn from; none stands for all.
	needs Part
	run   func(*view) outcome
}

// outcome is the answer to a check.
type outcome struct {
	status  result.CheckStatus
	summary msg.Text
	took    time.Duration
	// after names the check that this answer follows from, where only the facts
	// tell.
	after string
}

func pass(summary msg.Text) outcome    { return outcome{status: result.Pass, summary: summary} }
func warn(summary msg.Text) outcome    { return outcome{status: result.Warn, summary: summary} }
func failed(summary msg.Text) outcome  { return outcome{status: result.Fail, summary: summary} }
func unknown(summary msg.Text) outcome { return outcome{status: result.CheckUnknown, summary: summary} }
func skipped(summary msg.Text) outcome { return outcome{status: result.Skipped, summary: summary} }

// checks lists all checks in the order they are shown.
func checks() []check {
	return []check{
		{"configuration", msg.New("Configuration"), nil, OfAnswer | OfObjects, checkConfiguration},
		{"credential-shape", msg.New("Format of the credential"), []string{"configuration"}, OfAnswer, checkShape},
		{"network", msg.New("Connection to Entra"), []string{"configuration"}, OfAnswer, checkNetwork},
		{"service", msg.New("Entra service"), []string{"network"}, OfAnswer, checkService},
		{"clock", msg.New("Clock"), []string{"network"}, OfAnswer | OfSignIn, checkClock},
		{"tenant", msg.New("Tenant"), []string{"network", "service"}, OfSignIn | OfOrganization, checkTenant},
		{"application", msg.New("Client ID"), []string{"tenant"}, OfSignIn | OfObjects, checkApplication},
		{"credential", msg.New("Credential"), []string{"application", "credential-shape", "clock"}, OfSignIn, checkCredential},
		{"principal", msg.New("Service principal"), []string{"credential"}, OfSignIn | OfObjects, checkPrincipal},
		{"token", msg.New("Token for Microsoft Graph"), []string{"principal"}, OfSignIn, checkToken},
		{"reader", msg.New("Access to Microsoft Graph"), []string{"network"}, OfSignIn | OfObjects, checkReader},
		{"objects", msg.New("Objects in the tenant"), []string{"reader"}, OfSignIn | OfObjects | OfOrganization, checkObjects},
		{"end-dates", msg.New("Expiry dates"), []string{"objects"}, OfSignIn | OfSurroundings, checkEndDates},
		{"reported-error", msg.New("Reported error"), nil, 0, checkReported},
		{"renewal", msg.New("Unfinished renewal"), nil, 0, checkRenewal},
		{"users", msg.New("Synchronization: users"), []string{"token"}, OfSignIn | OfSync, checkUsers},
		{"groups", msg.New("Synchronization: groups"), []string{"token"}, OfSignIn | OfSync, checkGroups},
		{"owners", msg.New("Owners"), []string{"objects"}, OfOwners, checkOwners},
		{"lock", msg.New("Lock of the service principal"), []string{"objects"}, OfSignIn | OfObjects | OfOrganization, checkLock},
		{"policies", msg.New("App management policies"), []string{"objects"}, OfPolicies, checkPolicies},
		{"audit-log", msg.New("Recent changes"), []string{"objects"}, OfChanges, checkChanges},
		{"last-use", msg.New("Last use of each credential"), []string{"objects"}, OfActivity, checkActivity},
		{"sign-in-log", msg.New("Sign-in log"), []string{"objects"}, OfSignIn | OfSurroundings, checkSignInLog},
	}
}

// runChecks answers every check. A symptom names the check that it follows
// from; that check's own cause, where it has one, comes first.
func runChecks(v *view) []result.Check {
	done := map[string]result.Check{}
	list := make([]result.Check, 0, len(checks()))
	for _, c := range checks() {
		o := c.run(v)
		r := result.Check{ID: c.id, Title: c.title, Status: o.status, Summary: o.summary}
		if o.took > 0 {
			ms := o.took.Milliseconds()
			r.DurationMs = &ms
		}
		if o.status == result.Fail || o.status == result.CheckUnknown || o.status == result.Skipped {
			r.CausedBy = blame(append([]string{o.after}, c.dependsOn...), done)
		}
		done[c.id] = r
		list = append(list, r)
	}
	return list
}

// blame finds the check behind a failure: a dependency that failed or could not
// be answered, or the one behind that.
func blame(dependencies []string, done map[string]result.Check) *string {
	for _, id := range dependencies {
		d := done[id]
		if d.CausedBy != nil {
			return d.CausedBy
		}
		if d.Status == result.Fail || d.Status == result.CheckUnknown {
			return &d.ID
		}
	}
	return nil
}
