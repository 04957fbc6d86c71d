package directory

import (
	"time"

	"github.com/microsoft/kiota-abstractions-go/serialization"
)

// unknownCreation is the creation time that policies assume for a service
// principal without one. Source: Microsoft's documentation of app management
// policies.
var unknownCreation = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

// Kinds of restriction that concern new passwords and certificates.
const (
	restrictAddition    = "passwordAddition"
	RestrictLifetime    = "passwordLifetime"
	RestrictKeyLifetime = "asymmetricKeyLifetime"
	restrictAuthority   = "trustedCertificateAuthority" // of the tenant's own choice, which no certificate of the sandbox is of
)

// DefaultPolicyID is the ID of every tenant's default app management policy.
const DefaultPolicyID = "00000000-0000-0000-0000-000000000000"

// violation says which policy forbids a new password, and by which kind of
// restriction.
type violation struct{ PolicyID, Type string }

// ApplicationPolicy is the policy in force for an application, and its
// restrictions; nil where none is enabled. A custom policy takes the place of
// the tenant's.
func (t *Tenant) ApplicationPolicy(a *Application) (*AppManagementPolicy, []Restriction) {
	if p := t.custom(a.PolicyID); p != nil {
		return p, p.Restrictions
	}
	if p := t.DefaultPolicy; p != nil && p.Enabled {
		return p, p.Restrictions
	}
	return nil, nil
}

// ServicePrincipalPolicy is the same for a service principal.
func (t *Tenant) ServicePrincipalPolicy(s *ServicePrincipal) (*AppManagementPolicy, []Restriction) {
	if p := t.custom(s.PolicyID); p != nil {
		return p, p.Restrictions
	}
	if p := t.DefaultPolicy; p != nil && p.Enabled {
		return p, p.OnServicePrincipals
	}
	return nil, nil
}

func (t *Tenant) custom(id string) *AppManagementPolicy {
	if id == "" {
		return nil
	}
	if p := t.Policy(id); p != nil && p.Enabled {
		return p
	}
	return nil
}

// ApplicationKeyRules are the restrictions on certificates of an application,
// with their policy as ApplicationPolicy gives it.
func (t *Tenant) ApplicationKeyRules(a *Application) (*AppManagementPolicy, []Restriction) {
	p, _ := t.ApplicationPolicy(a)
	if p == nil {
		return nil, nil
	}
	return p, p.Keys
}

// ServicePrincipalKeyRules is the same for a service principal.
func (t *Tenant) ServicePrincipalKeyRules(s *ServicePrincipal) (*AppManagementPolicy, []Restriction) {
	p, _ := t.ServicePrincipalPolicy(s)
	switch p {
	case nil:
		return nil, nil
	case t.DefaultPolicy:
		return p, p.KeysOnServicePrincipals
	}
	return p, p.Keys
}

// Violated reports whether a policy forbids an object, created at that time, a
// credential of that lifetime. A zero time of creation means unknown.
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

// LockedPasswords reports whether an application's lock keeps passwords from
// being added to or removed from its service principals. Source: Microsoft's
// documentation of servicePrincipalLockConfiguration; it is said to hold for the
// home tenant too.
func (a *Application) LockedPasswords() bool {
	return a != nil && a.Lock != nil && a.Lock.Enabled && (a.Lock.AllProperties || a.Lock.CredentialsWithUsageVerify)
}

// TwoSecretsAtMost reports whether an application's audience limits it to two
// passwords. Source: Microsoft's "supported accounts validation".
func TwoSecretsAtMost(signInAudience string) bool {
	return signInAudience == "AzureADandPersonalMicrosoftAccount" || signInAudience == "PersonalMicrosoftAccount"
}
