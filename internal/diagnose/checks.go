package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Part is a set of facts, as bits. It is complete when none of its facts changes any
// more.
type Part uint

// The parts of the facts.
const (
	// OfAnswer is Entra's first answer, or the failure to get one: the connection, the
	// service and its clock.
	OfAnswer Part = 1 << iota
	// OfSignIn is the result of the sign-in, including repeated ones.
	OfSignIn
	// OfObjects is the reader and the objects that it found.
	OfObjects
	// OfOrganization is the tenant's name.
	OfOrganization
	// No other fact depends on OfOwners, OfPolicies, OfChanges and OfActivity.
	OfOwners
	OfPolicies
	OfChanges
	OfActivity
	// OfSurroundings is everything that is read about the objects.
	OfSurroundings
	// OfSync is what a synchronization reads.
	OfSync
)

// check is one question that the facts answer.
type check struct {
	id    string
	title msg.Text
	// dependsOn are the checks that explain a failure of this one.
	dependsOn []string
	// needs are the facts that the answer depends on. Zero means all.
	needs Part
	run   func(*view) outcome
}

// outcome is the answer to a check.
type outcome struct {
	status  result.CheckStatus
	summary msg.Text
	took    time.Duration
	// after is another check that explains the answer, if only the facts show that.
	after string
}

func pass(summary msg.Text) outcome    { return outcome{status: result.Pass, summary: summary} }
func warn(summary msg.Text) outcome    { return outcome{status: result.Warn, summary: summary} }
func failed(summary msg.Text) outcome  { return outcome{status: result.Fail, summary: summary} }
func unknown(summary msg.Text) outcome { return outcome{status: result.CheckUnknown, summary: summary} }
func skipped(summary msg.Text) outcome { return outcome{status: result.Skipped, summary: summary} }

// checks returns all checks in the order of the report.
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

// Settled answers the checks that need only the parts in complete, in the order of the
// report. These answers do not change any more.
func Settled(f *Facts, complete Part) []result.Check {
	v := newView(f)
	var settled []result.Check
	for _, c := range checks() {
		if c.needs != 0 && c.needs&^complete == 0 {
			o := c.run(v)
			settled = append(settled, result.Check{ID: c.id, Title: c.title, Status: o.status, Summary: o.summary})
		}
	}
	return settled
}

// runChecks answers every check. One that did not pass names the check that explains it.
func runChecks(v *view) []result.Check {
	done := map[string]result.Check{}
	var list []result.Check
	for _, c := range checks() {
		o := c.run(v)
		r := result.Check{ID: c.id, Title: c.title, Status: o.status, Summary: o.summary}
		if o.took > 0 {
			r.DurationMs = new(o.took.Milliseconds())
		}
		if o.status == result.Fail || o.status == result.CheckUnknown || o.status == result.Skipped {
			r.CausedBy = blame(append([]string{o.after}, c.dependsOn...), done)
		}
		done[c.id] = r
		list = append(list, r)
	}
	return list
}

// blame returns the first dependency that failed or is unknown, or what explains it.
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

// reached returns the stage that the sign-in got to, and whether Entra refused it there.
// The stage is StageNone if the answer does not show it.
func (v *view) reached() (at aadsts.Stage, refused bool) {
	switch {
	case v.refusal == nil && v.token != nil:
		return aadsts.StageToken, false
	case v.refusal == nil:
		return aadsts.StageNone, false
	case v.refusal.Entry == nil || v.refusal.Entry.Guess:
		return aadsts.StageNone, true
	}
	return v.refusal.Entry.Stage, true
}

// passed answers a check by the stage that the sign-in got to.
func (v *view) passed(own aadsts.Stage, proven, refused msg.Text) outcome {
	at, was := v.reached()
	switch {
	case v.Setup.Problem != nil, !was && at == aadsts.StageNone:
		return skipped(msg.New("not checked, since Entra was not reached"))
	case at == aadsts.StageNone:
		return unknown(msg.New("the answer does not say"))
	case at == own && was:
		return failed(refused)
	case at.After(own):
		return pass(proven)
	}
	return skipped(msg.New("not checked: Entra refused the request before this point"))
}
