package diagnose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func principalMissing(v *view) []*verdict {
	if !v.family(aadsts.PrincipalMissing) {
		return nil
	}
	d := proven(causes.ServicePrincipalMissing, v.principalUnlisted()).
		because(msg.New("The application is registered, but it has no service principal (enterprise application) in this tenant. Registering an application by script does not create one, and it can be deleted separately."))
	if gone := v.DeletedPrincipal.Value; gone != nil {
		d.because(msg.New("The service principal (enterprise application) %q was deleted in this tenant. A deleted service principal can be restored for 30 days, with its permissions and credentials.", gone.DisplayName)).
			seen(msg.New("deleted service principal with the configured client ID"), seen.Text(known(gone), fromDirectory("deletedItems", "id"),
				func(p objects.Deleted) string { return p.ID }))
		v.seenDeletion(d, gone)
	}
	return one(v.answered(d))
}

// seenDeletion adds the date of a deletion, if it is known.
func (v *view) seenDeletion(d *verdict, gone *objects.Deleted) {
	if gone.At != nil {
		d.seen(msg.New("deleted"), seen.Text(known(gone), fromDirectory("deletedItems", "deletedDateTime"), func(o objects.Deleted) string { return rfc3339(*o.At) }))
	}
}

// resourceUnknown is an API that the tenant does not know. The answer does not show
// whether the address or the cloud is wrong.
func resourceUnknown(v *view) []*verdict {
	if v.fromText || !v.family(aadsts.ResourceUnknown) {
		return nil
	}
	return []*verdict{
		v.answered(proven(causes.ResourceNotFound, v.resourceUnread()).because(v.meaning()).
			seen(msg.New("the API that the token was asked for"), seen.Text(fact.Of(v.Setup), msg.New("configuration"), func(s Setup) string { return s.GraphResource }))),
		possible(causes.WrongCloud).alongside(),
	}
}

// Entra's sign-in servers learn of new objects and credentials minutes after Graph lists
// them. objectPropagation is the longest time assumed here; reports speak of seconds to minutes.
const objectPropagation = time.Hour

// principalNotPropagated is a listed service principal that Entra does not find yet.
func principalNotPropagated(v *view) []*verdict {
	if v.fromText || !v.clientUnknown() && !v.family(aadsts.PrincipalMissing) || v.sp == nil {
		return nil
	}
	d := possible(causes.SecretNotPropagated)
	if t := v.sp.Created; t != nil && v.now.Sub(*t) >= -skewLimit && v.now.Sub(*t) < objectPropagation {
		d = likely(causes.SecretNotPropagated).
			seen(msg.New("the service principal was created"), v.inPrincipal("createdDateTime", func(sp objects.ServicePrincipal) string { return rfc3339(*sp.Created) }))
	}
	return one(v.answered(d.
		says(msg.New("Microsoft Graph lists the application, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A new or restored application takes a few minutes to become known everywhere. You do not have to create anything.")).
		seen(msg.New("a service principal with that client ID exists"), v.inPrincipal("id", func(sp objects.ServicePrincipal) string { return sp.ID }))))
}

// certificateNotPropagated is a listed certificate that Entra does not find yet.
func certificateNotPropagated(v *view) []*verdict {
	listed := v.which(v.hasThumbprint)
	if v.fromText || !v.keyNotFound() || len(listed) == 0 {
		return nil
	}
	d := possible(causes.SecretNotPropagated)
	if age, ok := v.age(listed[0]); ok && age < objectPropagation {
		d = likely(causes.SecretNotPropagated)
	}
	return one(v.answered(d.
		says(msg.New("The certificate is registered, but Entra's sign-in service does not know it yet.")).
		because(msg.New("After an upload it takes a few minutes until a certificate is known everywhere. Uploading it again does not help.")).
		seen(msg.New("thumbprint of the certificate"), v.fingerprint()).
		seen(msg.New("the credential with the certificate's thumbprint"), v.entry(listed[0]))))
}

// federationNotPropagated is a listed federated credential that Entra does not find yet. Graph
// does not show when it was created.
func federationNotPropagated(v *view) []*verdict {
	if v.Setup.Kind != objects.Federated || len(federationMismatch(v)) == 0 || len(v.match.sure) == 0 {
		return nil
	}
	c := v.match.sure[0]
	return one(v.answered(likely(causes.SecretNotPropagated).
		says(msg.New("The federated credential is registered, but Entra's sign-in service does not know it yet.")).
		because(msg.New("A registered federated credential matches the issuer, subject and audience of the token. A new one takes a few minutes to become known everywhere.")).
		seen(msg.New("federated credential %s expects", c.Name), seen.Of(known(&c), fromCredential(c), expected))))
}

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
	e, found := v.blockedEntry()
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
	if found {
		d.seen(msg.New("the refusal in the sign-in log"), logged(e))
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
	named := func(p objects.AppliedPolicy) bool {
		return len(v.refusal.Policies) == 0 ||
			slices.ContainsFunc(v.refusal.Policies, func(id string) bool { return strings.EqualFold(id, p.ID) })
	}
	for _, e := range v.failures() {
		if slices.ContainsFunc(e.Blocking, named) {
			return e, true
		}
	}
	return objects.SignInEntry{}, false
}

// unblock says what to do about a policy that blocks the sign-in.
func (v *view) unblock() []result.Remedy {
	if v.refusal == nil {
		return nil
	}
	id, name := cmp.Or(v.refusal.Policies...), ""
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
