package diagnose

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// blocked is a Conditional Access policy for workload identities. The answer contains its
// ID; Graph and the sign-in log contain its name and conditions. That Entra checks the
// credential first is reported by the authors of two tools, not by Microsoft.
func blocked(v *view) []*verdict {
	if !v.family(aadsts.PolicyBlock) {
		return nil
	}
	d := proven(causes.ConditionalAccess, v.refusedOnly()).
		because(msg.New("A Conditional Access policy for workload identities blocks this service principal because of its network location or its risk. The credential was probably accepted: as far as is known, it is checked first."))
	v.answered(d)
	for _, id := range v.refusal.Policies {
		d.seen(msg.New("the policy that the answer names"), seen.String(fact.Of(id), msg.New("answer from the token endpoint, field claims")))
	}
	for _, p := range v.Access.Value {
		source := msg.New("Microsoft Graph, Conditional Access policy %s", p.ID)
		d.says(msg.New("The Conditional Access policy %q blocks the sign-in.", p.Name)).
			seen(msg.New("name of the policy"), seen.Text(fact.Of(p), source, func(p objects.AccessPolicy) string { return p.Name })).
			seen(msg.New("its conditions"), seen.Of(fact.Of(p), source, conditions))
	}
	if e, found := v.blockedEntry(); found {
		v.seenBlocking(d, e)
	}
	return one(d)
}

// conditions describes the conditions of a policy.
func conditions(p objects.AccessPolicy) msg.Text {
	switch {
	case len(p.Risks) > 0:
		return msg.New("service principals at risk: %s", strings.Join(p.Risks, ", "))
	case len(p.Except) > 0:
		return msg.New("all networks except the named locations %s", strings.Join(p.Except, ", "))
	case len(p.From) > 0:
		return msg.New("the named locations %s", strings.Join(p.From, ", "))
	}
	return msg.New("its conditions could not be read")
}

// blockedEntry returns the latest entry of the sign-in log with the policies that blocked
// this application.
func (v *view) blockedEntry() (objects.SignInEntry, bool) {
	for _, e := range v.failures() {
		if len(e.Blocking) > 0 && (len(v.refusal.Policies) == 0 || slices.ContainsFunc(e.Blocking, func(p objects.AppliedPolicy) bool {
			return slices.ContainsFunc(v.refusal.Policies, func(id string) bool { return strings.EqualFold(id, p.ID) })
		})) {
			return e, true
		}
	}
	return objects.SignInEntry{}, false
}

func (v *view) seenBlocking(d *verdict, e objects.SignInEntry) {
	for _, p := range e.Blocking {
		if d.summary.IsZero() && p.Name != "" {
			d.says(msg.New("The Conditional Access policy %q blocks the sign-in.", p.Name))
		}
		d.seen(msg.New("the sign-in log names the policy"), seen.Of(fact.Of(p), msg.New("Microsoft Graph, sign-in log"), func(p objects.AppliedPolicy) msg.Text {
			if p.Conditions == "" {
				return msg.New("%s (%s)", p.Name, p.ID)
			}
			return msg.New("%s (%s), because of its condition %s", p.Name, p.ID, p.Conditions)
		}))
	}
	d.seen(msg.New("the refusal in the sign-in log"), logged(e))
}

// unblock says what to do about a policy that blocks the sign-in.
func (v *view) unblock() []result.Remedy {
	id, name := "", ""
	if v.refusal == nil {
		return nil
	}
	if len(v.refusal.Policies) > 0 {
		id = v.refusal.Policies[0]
	}
	for _, p := range v.Access.Value {
		id, name = p.ID, p.Name
	}
	if e, found := v.blockedEntry(); found && id == "" {
		id, name = e.Blocking[0].ID, e.Blocking[0].Name
	}
	if !objects.IsGUID(id) {
		return nil
	}
	title := msg.New("Have an administrator check the policy %s: add the address of this machine to a location that the policy excludes, or exclude the service principal", id)
	if name != "" {
		title = msg.New("Have an administrator check the policy %q: add the address of this machine to a location that the policy excludes, or exclude the service principal", name)
	}
	url := strings.TrimSuffix(v.Setup.GraphResource, "/") + "/v1.0/identity/conditionalAccess/policies/" + id
	return []result.Remedy{remedy(title, append(result.Typed("az", "rest", "--method", "GET", "--url", url),
		result.PowerShell("Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId %s", id)...)...)}
}

// restore says how to restore a deleted application.
func (v *view) restore() []result.Remedy {
	gone := v.Deleted.Value
	if gone == nil || !objects.IsGUID(gone.ID) {
		return nil
	}
	url := strings.TrimSuffix(v.Setup.GraphResource, "/") + "/v1.0/directory/deletedItems/" + gone.ID + "/restore"
	commands := append(result.Typed("az", "rest", "--method", "POST", "--url", url), result.PowerShell("Restore-MgDirectoryDeletedItem -DirectoryObjectId %s", gone.ID)...)
	title := msg.New("Find out who deleted it and why, then restore it")
	if gone.Deleted != nil {
		title = msg.New("Find out who deleted it and why, then restore it by %s", gone.Deleted.AddDate(0, 0, 30))
	}
	return []result.Remedy{remedy(title, commands...), remedy(msg.New("Then check that the sign-in works"), result.Typed("spcheck", "diagnose")...)}
}
