// Package scan judges the credentials of whole tenants. Rules are pure functions in one
// table. Tenants are read as streams in nearly constant memory. What could not be read is
// unknown, never healthy.
package scan

import (
	"slices"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Rules returns every rule. They are listed only here.
func Rules() []rule {
	return []rule{
		{
			ID: "ended", Severity: result.SevCritical, Lower: expired, Finds: func(c *ruleCase) bool { return c.Status == result.Expired },
			Title:  msg.New("The credential has expired"),
			Remedy: msg.New("Add a new one where the application is still used (spcheck renew-secret or renew-certificate, with --sp and the application ID), and remove what has expired (spcheck remove-secret --expired)."),
		},
		{
			ID: "ending", Severity: result.SevWarning,
			Finds:  func(c *ruleCase) bool { return c.Status == result.Expiring && !(c.Joined && c.Outlasted) },
			Title:  msg.New("The credential expires within the warning window"),
			Remedy: msg.New("Renew it before it expires (spcheck renew-secret or renew-certificate, with --sp and the application ID), and store the new one in the product."),
		},
		{
			ID: result.RuleReplaced, Severity: result.SevInfo,
			Finds:  func(c *ruleCase) bool { return c.Status == result.Expiring && (!c.Joined || c.Outlasted) },
			Title:  msg.New("The credential expires within the warning window, and a longer-lived one exists"),
			Remedy: msg.New("Switch the product to the newer one if it does not use it yet, then remove this one (spcheck remove-secret). No renewal is needed."),
		},
		{
			ID: "saml-ended", Severity: result.SevWarning, Purpose: result.SAMLSigning, Lower: signingExpired, Finds: func(c *ruleCase) bool { return c.Status == result.Expired },
			Title:  msg.New("The certificate that signs SAML tokens has expired: users cannot sign in to the application"),
			Remedy: msg.New("Create a new one in the Entra admin center (Enterprise applications > the application > Single sign-on > SAML certificates), configure it in the application, then make it active."),
		},
		{
			ID: "saml-ending", Severity: result.SevWarning, Purpose: result.SAMLSigning,
			Finds:  func(c *ruleCase) bool { return c.Status == result.Expiring && !c.superseded() },
			Title:  msg.New("The certificate that signs SAML tokens expires within the warning window; after that, users cannot sign in to the application"),
			Remedy: msg.New("Agree on a date with the application's owner, then renew it in the Entra admin center (Enterprise applications > the application > Single sign-on > SAML certificates)."),
		},
		{
			ID: "disabled", Severity: result.SevInfo, Objects: true,
			Finds:  func(c *ruleCase) bool { return c.Object.Disabled && (!c.Joined || c.Beside) },
			Title:  msg.New("The service principal is disabled, and the application has usable credentials"),
			Remedy: msg.New("It cannot sign in until it is enabled again. If it is meant to stay disabled, remove the credentials."),
		},
		{
			ID: "lifetime-too-long", Severity: result.SevWarning, Need: NeedLifetime, Finds: tooLong,
			Title:  msg.New("The credential is valid for longer than allowed"),
			Remedy: msg.New("Replace it with one that expires sooner; an app management policy can limit the lifetime of new ones."),
		},
		{
			ID: "never-ends", Severity: result.SevInfo,
			Finds:  func(c *ruleCase) bool { return c.Status == result.NeverExpires },
			Title:  msg.New("The credential never expires"),
			Remedy: msg.New("Replace it with one that expires, so that a leaked value does not work forever."),
		},
		{
			ID: "on-service-principal", Severity: result.SevInfo, Finds: onServicePrincipal,
			Title:  msg.New("The secret is on the service principal, where the portal's app page does not show it"),
			Remedy: msg.New("If the application is registered in this tenant, add a secret there, store it in the product, then remove this one."),
		},
		{
			ID: "too-many", Severity: result.SevInfo, Objects: true, Finds: tooMany,
			Title:  msg.New("The object has more usable secrets than allowed"),
			Remedy: msg.New("Find out which ones are in use (spcheck list-secrets shows when each was last used), and remove the others."),
		},
		{
			ID: "unused", Severity: result.SevInfo, Need: needActivity, OnRequest: true, Finds: unused,
			Title:  msg.New("The credential has not been used recently"),
			Remedy: msg.New("Remove it if nobody knows what it is for."),
		},
		{
			ID: "possibly-lost", Severity: result.SevWarning, Need: needSuspicion,
			Finds: func(c *ruleCase) bool {
				return c.Credential.PossiblyLost(nil, c.Now) && (!c.Joined || c.LastUsed.IsZero())
			},
			Title:  msg.New("A secret that spcheck added was never used; its value is probably lost"),
			Remedy: msg.New("Remove it if no product uses it, and renew again."),
		},
		{
			ID: "ownerless", Severity: result.SevInfo, Need: needOwners, OnRequest: true, Objects: true,
			Finds:  func(c *ruleCase) bool { return !c.Joined || c.Ownerless },
			Title:  msg.New("The object has credentials but no owner"),
			Remedy: msg.New("Assign an owner who can renew the credentials before they expire."),
		},
		{
			ID: "password-where-federation", Severity: result.SevInfo, OnRequest: true, Finds: passwordBeside,
			Title:  msg.New("The application has a secret in addition to a certificate or federated credential"),
			Remedy: msg.New("Remove the secret if the product signs in without it."),
		},
		{
			ID: "policy-refused", Severity: result.SevInfo, Need: needPolicies, OnRequest: true,
			Finds:  func(c *ruleCase) bool { return c.Refused != nil || !c.Joined && c.alive() },
			Title:  msg.New("An app management policy would refuse the credential if it were added today"),
			Remedy: msg.New("It still works, but renewing it will be refused unless the new one complies with the policy: choose a shorter lifetime, a certificate or a federated credential."),
		},
		{
			ID: "policy-starting", Severity: result.SevWarning, Need: needPolicies, OnRequest: true,
			Finds:  func(c *ruleCase) bool { return c.Starting != nil || !c.Joined && c.alive() },
			Title:  msg.New("The credential violates a rule of an app management policy that takes effect on a later date"),
			Remedy: msg.New("Change how it is renewed before that date, or have the application exempted."),
		},
		{
			ID: "policy-preview", Severity: result.SevWarning, Need: NeedPreview,
			Finds:  func(c *ruleCase) bool { return c.Previewed != nil || !c.Joined && c.alive() },
			Title:  msg.New("The previewed policy would refuse the credential"),
			Remedy: msg.New("Agree with the owner on how to renew it, or exempt the application, before the policy takes effect."),
		},
		{
			ID: "privileged", Severity: result.SevInfo, Need: needPowers, OnRequest: true,
			Finds:  func(c *ruleCase) bool { return c.alive() && (!c.Joined || c.Privileged) },
			Title:  msg.New("Whoever has the credential can take over the tenant: the application is privileged"),
			Remedy: msg.New("Make sure that few people can read it, renew it often, and use a certificate or federated credential in place of a secret."),
		},
		{
			ID: result.RuleForeignIssuer, Severity: result.SevWarning, Need: needIssuers, OnRequest: true, Purpose: every,
			Finds:  func(c *ruleCase) bool { return c.Foreign },
			Title:  msg.New("A federated credential trusts an issuer that is neither a well-known platform nor part of this tenant"),
			Remedy: msg.New("Find out who runs the issuer. If nobody knows, remove the credential: whoever runs the issuer can sign in as the application."),
		},
		{
			ID: "appeared", Severity: result.SevWarning, Need: NeedBaseline, Purpose: every, Lower: renewed,
			Finds:  func(c *ruleCase) bool { return !c.Joined || c.Change != "" },
			Title:  msg.New("The credential was added since the last scan"),
			Remedy: msg.New("Ask the owner whether it was added on purpose: attackers often add their own credentials."),
		},
	}
}

// Choose returns the rules with these IDs. "default" stands for those that need no further
// requests, "all" for every rule. unknown is the first unknown ID.
func Choose(ids []string) (chosen []rule, unknown string) {
	known := append(IDs(), "default", "all")
	for _, id := range ids {
		if !slices.Contains(known, id) {
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

// IDs returns the IDs of all rules.
func IDs() []string {
	var ids []string
	for _, r := range Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}
