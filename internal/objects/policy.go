package objects

import "time"

// AppPolicy is an app management policy: the tenant's default one, or one that is
// assigned to objects, for which it takes the default's place.
type AppPolicy struct {
	ID, Name string
	Enabled  bool
	// Application and ServicePrincipal are the restrictions of either kind of object;
	// an assigned policy has the same for both.
	Application, ServicePrincipal []Restriction
	// AppliesTo are the object IDs of an assigned policy.
	AppliesTo []string
}

// AppPolicies are all of a tenant.
type AppPolicies struct {
	Default  AppPolicy
	Assigned []AppPolicy
}

// Kinds of restriction (Graph's reference of appManagementPolicy).
const (
	RestrictPasswords       = "passwordAddition"
	RestrictCustomPasswords = "customPasswordAddition" // that the caller chose
	RestrictPasswordLife    = "passwordLifetime"
	RestrictSymmetricKeys   = "symmetricKeyAddition"
	RestrictSymmetricLife   = "symmetricKeyLifetime"
	RestrictKeyLife         = "asymmetricKeyLifetime"
	RestrictAuthorities     = "trustedCertificateAuthority" // who must have issued a certificate
)

// Restriction is one of a policy.
type Restriction struct {
	// Type is one of the kinds above, or what Graph calls one that is not known here.
	Type string
	// MaxLifetime is set for the kinds that end in Lifetime.
	MaxLifetime time.Duration
	// From is restrictForAppsCreatedAfterDateTime: objects that were created before it
	// are exempt. Nil is none.
	From *time.Time
	// Disabled entries are in a policy without any effect.
	Disabled bool
	// Exempts says that callers with certain attributes are spared.
	Exempts bool
	// Problem says why the restriction cannot be applied here, or is empty.
	Problem RestrictionProblem
	// Wrote is the value that could not be read.
	Wrote string
}

// RestrictionProblem is why a restriction could not be read.
type RestrictionProblem string

// The problems: a kind that is not known, a lifetime that is no duration, a date that
// is none, and a kind that no listing of credentials can answer.
const (
	NotJudged          RestrictionProblem = "notJudged"
	UnknownRestriction RestrictionProblem = "restrictionType"
	BadLifetime        RestrictionProblem = "maxLifetime"
	BadDate            RestrictionProblem = "restrictForAppsCreatedAfterDateTime"
)
