// Package scan judges the credentials of whole tenants: rules are pure functions
// in one table, tenants are read as streams in nearly constant memory, and what
// could not be read is unknown, never healthy.
package scan

import (
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// need is something that a rule wants to be read beside the two collections.
type need int

// What rules need. Each costs a listing of its own.
const (
	needNothing   need = iota
	needOwners         // which objects nobody owns
	needActivity       // when each credential was last used
	needSuspicion      // the same, only where there are secrets that spcheck added
	NeedBaseline       // an earlier scan
	NeedLifetime       // the option --max-lifetime
	needPolicies       // app management policies
	NeedPreview        // the option --policy-preview
	needPowers         // what privileged applications may do
	needIssuers        // the federated credentials themselves
)

// ruleCase is one credential with all that is known for its judgement, or an object
// as a whole where Credential is nil.
type ruleCase struct {
	Now           time.Time
	Within        time.Duration
	MaxLifetime   time.Duration // 0 is none
	MaxPasswords  int
	Object        *objects.Listed
	Credential    *objects.Credential
	Status        result.CredentialStatus
	UsableSecrets int // passwords of the object that are usable now
	// Joined says that the facts below are known. They are, once the whole tenant
	// was read; before that, a rule answers as if they were the worst.
	Joined bool
	// Complete says that nothing of the tenant is missing.
	Complete bool
	// Beside says that the application has a credential that is usable now, on
	// whichever object.
	Beside bool
	// Outlasted says that it has a credential of the same kind that is usable beyond
	// the warning window.
	Outlasted bool
	// Stronger says that it has a usable certificate or a federated credential.
	Stronger bool
	// Ownerless says that nobody owns the object.
	Ownerless bool
	// LastUsed is the last use of the credential, zero for never.
	LastUsed time.Time
	// Change is how the credential compares with the baseline: "new", "renewed" or
	// empty.
	Change string
	// Privileged says that the application holds a permission or role by which whoever
	// signs in can take over the tenant.
	Privileged bool
	// Foreign says that the issuer of a federated credential is to be looked at.
	Foreign bool
	// Refused, Starting and Previewed are the restrictions of app management policies
	// that the credential would break today, from a later date on, and by the policy
	// that is played; nil for none.
	Refused, Starting, Previewed *result.PolicyBreach
}

// rule is one thing that a scan looks for.
type rule struct {
	ID       string
	Title    msg.Text
	Severity result.Severity // the highest that the rule gives
	Remedy   msg.Text
	Need     need
	// OnRequest marks a rule that runs only where it is asked for, since it costs
	// further requests.
	OnRequest bool
	// Objects marks a rule about objects rather than credentials.
	Objects bool
	// Purpose is what the credentials that the rule is about are for: empty is to sign
	// in, Every is anything.
	Purpose result.Purpose
	// Judge returns the severity of what it finds, or nothing.
	Judge func(*ruleCase) result.Severity
}

// every is the purpose of a rule about credentials of any.
const every result.Purpose = "every"

// about reports whether a rule is about credentials of that purpose. Objects have
// none.
func (r *rule) about(c *objects.Credential) bool {
	switch {
	case c == nil || r.Purpose == every:
		return true
	case r.Purpose == "":
		return c.Purpose.SignsIn()
	}
	return r.Purpose == c.Purpose
}

// Rules lists every rule; it is the only place that does.
func Rules() []rule {
	return []rule{
		{
			ID: "ended", Severity: result.SevCritical, Judge: judgeExpired,
			Title:  msg.New("The credential has expired"),
			Remedy: msg.New("Add a new one where the application is still used (spcheck renew-secret), and remove what has expired (spcheck remove-secret --expired)."),
		},
		{
			ID: "ending", Severity: result.SevWarning, Judge: judgeEnding,
			Title:  msg.New("The credential expires within the warning window"),
			Remedy: msg.New("Renew it before it expires with spcheck renew-secret, and store the new value in the product."),
		},
		{
			ID: result.RuleReplaced, Severity: result.SevInfo, Judge: judgeReplaced,
			Title:  msg.New("The credential expires within the warning window, and a longer-lived one exists"),
			Remedy: msg.New("Switch the product to the newer one if it does not use it yet, then remove this one (spcheck remove-secret). No renewal is needed."),
		},
		{
			ID: "saml-ended", Severity: result.SevWarning, Purpose: result.SAMLSigning, Judge: judgeSAMLExpired,
			Title:  msg.New("The certificate that signs SAML tokens has expired: users cannot sign in to the application"),
			Remedy: msg.New("Create a new one in the Entra admin center (Enterprise applications > the application > Single sign-on > SAML certificates), configure it in the application, then make it active."),
		},
		{
			ID: "saml-ending", Severity: result.SevWarning, Purpose: result.SAMLSigning, Judge: judgeSAMLEnding,
			Title:  msg.New("The certificate that signs SAML tokens expires within the warning window; after that, users cannot sign in to the application"),
			Remedy: msg.New("Agree on a date with the application's owner, then renew it in the Entra admin center (Enterprise applications > the application > Single sign-on > SAML certificates)."),
		},
		{
			ID: "disabled", Severity: result.SevInfo, Objects: true, Judge: judgeDisabled,
			Title:  msg.New("The service principal is disabled, and the application has usable credentials"),
			Remedy: msg.New("It cannot sign in until it is enabled again. If it is meant to stay disabled, remove the credentials."),
		},
		{
			ID: "lifetime-too-long", Severity: result.SevWarning, Need: NeedLifetime, Judge: judgeLifetime,
			Title:  msg.New("The credential is valid for longer than allowed"),
			Remedy: msg.New("Replace it with one that expires sooner; an app management policy can limit the lifetime of new ones."),
		},
		{
			ID: "never-ends", Severity: result.SevInfo, Judge: judgeNever,
			Title:  msg.New("The credential never expires"),
			Remedy: msg.New("Replace it with one that expires, so that a leaked value does not work forever."),
		},
		{
			ID: "on-service-principal", Severity: result.SevInfo, Judge: judgePrincipal,
			Title:  msg.New("The secret is on the service principal, where the portal's app page does not show it"),
			Remedy: msg.New("If the application is registered in this tenant, add a secret there, store it in the product, then remove this one."),
		},
		{
			ID: "too-many", Severity: result.SevInfo, Objects: true, Judge: judgeMany,
			Title:  msg.New("The object has more usable secrets than allowed"),
			Remedy: msg.New("Find out which ones are in use (spcheck list-secrets shows when each was last used), and remove the others."),
		},
		{
			ID: "unused", Severity: result.SevInfo, Need: needActivity, OnRequest: true, Judge: judgeUnused,
			Title:  msg.New("The credential has not been used recently"),
			Remedy: msg.New("Remove it if nobody knows what it is for."),
		},
		{
			ID: "possibly-lost", Severity: result.SevWarning, Need: needSuspicion, Judge: judgeLost,
			Title:  msg.New("A secret that spcheck added was never used; its value is probably lost"),
			Remedy: msg.New("Remove it if no product uses it, and renew again."),
		},
		{
			ID: "ownerless", Severity: result.SevInfo, Need: needOwners, OnRequest: true, Objects: true, Judge: judgeOwnerless,
			Title:  msg.New("The object has credentials but no owner"),
			Remedy: msg.New("Assign an owner who can renew the credentials before they expire."),
		},
		{
			ID: "password-where-federation", Severity: result.SevInfo, OnRequest: true, Judge: judgePassword,
			Title:  msg.New("The application has a secret in addition to a certificate or federated credential"),
			Remedy: msg.New("Remove the secret if the product signs in without it."),
		},
		{
			ID: "policy-refused", Severity: result.SevInfo, Need: needPolicies, OnRequest: true, Judge: judgeRefused,
			Title:  msg.New("An app management policy would refuse the credential if it were added today"),
			Remedy: msg.New("It still works, but renewing it will be refused unless the new one complies with the policy: choose a shorter lifetime, a certificate or a federated credential."),
		},
		{
			ID: "policy-starting", Severity: result.SevWarning, Need: needPolicies, OnRequest: true, Judge: judgeStarting,
			Title:  msg.New("The credential violates a rule of an app management policy that takes effect on a later date"),
			Remedy: msg.New("Change how it is renewed before that date, or have the application exempted."),
		},
		{
			ID: "policy-preview", Severity: result.SevWarning, Need: NeedPreview, Judge: judgePreviewed,
			Title:  msg.New("The previewed policy would refuse the credential"),
			Remedy: msg.New("Agree with the owner on how to renew it, or exempt the application, before the policy takes effect."),
		},
		{
			ID: "privileged", Severity: result.SevInfo, Need: needPowers, OnRequest: true, Judge: judgePrivileged,
			Title:  msg.New("Whoever has the credential can take over the tenant: the application is privileged"),
			Remedy: msg.New("Make sure that few people can read it, renew it often, and use a certificate or federated credential in place of a secret."),
		},
		{
			ID: result.RuleForeignIssuer, Severity: result.SevWarning, Need: needIssuers, OnRequest: true, Purpose: every, Judge: judgeForeign,
			Title:  msg.New("A federated credential trusts an issuer that is neither a well-known platform nor part of this tenant"),
			Remedy: msg.New("Find out who runs the issuer. If nobody knows, remove the credential: whoever runs the issuer can sign in as the application."),
		},
		{
			ID: "appeared", Severity: result.SevWarning, Need: NeedBaseline, Purpose: every, Judge: judgeAppeared,
			Title:  msg.New("The credential was added since the last scan"),
			Remedy: msg.New("Ask the owner whether it was added on purpose: attackers often add their own credentials."),
		},
	}
}

// Choose returns the rules of a list of IDs. "default" stands for those that
// cost no further request, "all" for every one. The second result names an
// unknown ID.
func Choose(ids []string) (chosen []rule, unknown string) {
	for _, id := range ids {
		known := id == "default" || id == "all" || slices.ContainsFunc(Rules(), func(r rule) bool { return r.ID == id })
		if !known {
			return nil, id
		}
	}
	for _, r := range Rules() {
		if slices.Contains(ids, r.ID) || slices.Contains(ids, "all") || !r.OnRequest && slices.Contains(ids, "default") {
			chosen = append(chosen, r)
		}
	}
	return chosen, ""
}

// IDs lists the IDs of all rules.
func IDs() []string {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}
