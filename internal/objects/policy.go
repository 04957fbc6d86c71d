package objects

import "time"

// AppPolicy is an app management policy: the tenant's default policy, or a policy
// assigned to objects, which replaces the default for them.
type AppPolicy struct {
	ID, Name string
	Enabled  bool
	// Application and ServicePrincipal are the restrictions for each kind of object. An
	// assigned policy has the same for both.
	Application, ServicePrincipal []Restriction
	// AppliesTo are the IDs of the objects that an assigned policy applies to.
	AppliesTo []string
}

// Restrictions are those for a kind of object: OnApplication or OnServicePrincipal.
func (p *AppPolicy) Restrictions(kind string) []Restriction {
	if kind == OnServicePrincipal {
		return p.ServicePrincipal
	}
	return p.Application
}

// UnknownCreation is the creation date that Entra assumes for an object without one
// (Microsoft's documentation of the policies).
func UnknownCreation() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// AppPolicies are all app management policies of a tenant.
type AppPolicies struct {
	Default  AppPolicy
	Assigned []AppPolicy
}

// Kinds of restriction (Graph's reference of appManagementPolicy).
const (
	RestrictPasswords       = "passwordAddition"
	RestrictCustomPasswords = "customPasswordAddition" // chosen by the caller
	RestrictPasswordLife    = "passwordLifetime"
	RestrictSymmetricKeys   = "symmetricKeyAddition"
	RestrictSymmetricLife   = "symmetricKeyLifetime"
	RestrictKeyLife         = "asymmetricKeyLifetime"
	RestrictAuthorities     = "trustedCertificateAuthority" // issuers allowed for a certificate
)

// Restriction is one restriction of a policy.
type Restriction struct {
	// Type is one of the kinds above, or Graph's name of an unknown kind.
	Type string
	// MaxLifetime is set for kinds that end in Lifetime.
	MaxLifetime time.Duration
	// From is restrictForAppsCreatedAfterDateTime. Objects created earlier are exempt.
	// Nil means that none are.
	From *time.Time
	// Disabled means that the entry has no effect.
	Disabled bool
	// Exempts means that callers with certain attributes are exempt.
	Exempts bool
	// Problem says why spcheck cannot apply the restriction, or is empty.
	Problem restrictionProblem
	// Wrote is the value that could not be read.
	Wrote string
}

// restrictionProblem says why a restriction could not be read.
type restrictionProblem string

// The problems: an unknown kind, an invalid duration, an invalid date, and a kind that
// cannot be judged from a listing of credentials.
const (
	NotJudged          restrictionProblem = "notJudged"
	UnknownRestriction restrictionProblem = "restrictionType"
	BadLifetime        restrictionProblem = "maxLifetime"
	BadDate            restrictionProblem = "restrictForAppsCreatedAfterDateTime"
)

// Assignment is a permission or directory role of a service principal. Principal is its
// object ID. Role is the ID of the app role or the role definition.
type Assignment struct{ Principal, Role string }
