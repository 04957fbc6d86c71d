package directory

import (
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// unknownCreation is the creation time that policies assume for service principals
// without one. Source: Microsoft's documentation of app management policies.
var unknownCreation = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

// Restriction types for passwords and certificates.
const (
	restrictAddition    = "passwordAddition"
	RestrictLifetime    = "passwordLifetime"
	RestrictKeyLifetime = "asymmetricKeyLifetime"
	restrictAuthority   = "trustedCertificateAuthority" // which issued no certificate of the sandbox
)

// DefaultPolicyID is the ID of every tenant's default app management policy.
const DefaultPolicyID = "00000000-0000-0000-0000-000000000000"

// violation is the policy and the type of restriction that forbid a credential.
type violation struct{ PolicyID, Type string }

// PolicyFor returns the policy in force for an object and its restrictions on passwords
// and certificates; nil if none is enabled. A custom policy replaces the tenant's.
func (t *Tenant) PolicyFor(kind Kind, o *Object) (p *AppManagementPolicy, passwords, keys []Restriction) {
	if p := t.Policy(o.PolicyID); o.PolicyID != "" && p != nil && p.Enabled {
		return p, p.Restrictions, p.Keys
	}
	switch p := t.DefaultPolicy; {
	case p == nil || !p.Enabled:
		return nil, nil, nil
	case kind == ServicePrincipals:
		return p, p.OnServicePrincipals, p.KeysOnServicePrincipals
	default:
		return p, p.Restrictions, p.Keys
	}
}

// Violated reports whether a policy forbids a credential with this lifetime for an object
// with this creation time; zero means unknown.
func (p *AppManagementPolicy) Violated(rules []Restriction, created time.Time, start, end time.Time) (violation, bool) {
	if created.IsZero() {
		created = unknownCreation
	}
	for _, r := range rules {
		if r.State == "disabled" || r.Exempts || (r.CreatedAfter != nil && created.Before(*r.CreatedAfter)) {
			continue
		}
		if r.forbids(start, end) {
			return violation{PolicyID: p.id(), Type: r.Type}, true
		}
	}
	return violation{}, false
}

func (r Restriction) forbids(start, end time.Time) bool {
	switch r.Type {
	case restrictAddition, restrictAuthority:
		return true
	case RestrictLifetime, RestrictKeyLifetime:
		longest, err := serialization.ParseISODuration(r.MaxLifetime)
		if err != nil {
			return false
		}
		limit, err := longest.ToDuration()
		return err == nil && end.Sub(start) > limit
	}
	return false
}

func (p *AppManagementPolicy) id() string {
	if p.ID == "" {
		return DefaultPolicyID
	}
	return p.ID
}

// LockedPasswords reports whether an application's lock forbids changing the passwords of
// its service principals. Source: Microsoft's documentation of
// servicePrincipalLockConfiguration, which includes the home tenant.
func (a *Application) LockedPasswords() bool {
	return a != nil && a.Lock != nil && a.Lock.Enabled && (a.Lock.AllProperties || a.Lock.CredentialsWithUsageVerify)
}
