// Package directory is the state of the sandbox: tenants with applications, service
// principals, credentials and policies. The token service and Graph share it, so that a
// secret added through Graph can sign in, and a removed one no longer can.
package directory

import (
	"sync"
	"time"
)

// World holds the tenants of one sandbox. Its lock guards all of them.
type World struct {
	sync.RWMutex
	Tenants []*Tenant
	// Clock returns the service's time, which faults can shift.
	Clock func() time.Time
}

// Tenant is one Entra tenant.
type Tenant struct {
	ID          string   // GUID, lower case
	Domains     []string // verified domain names, the initial one first
	DisplayName string
	Cloud       string // "public", "usgov", "usgov-dod", "china": where the tenant lives
	RegionScope string // tenant_region_scope claim, such as "EU"
	Created     time.Time
	// Subscriptions are the IDs of the Azure subscriptions that trust the tenant.
	Subscriptions []string

	Applications      []*Application
	ServicePrincipals []*ServicePrincipal
	Users             []User
	Groups            []Group
	// Premium allows reading sign-in logs and reports (P1/P2 licence).
	Premium bool
	// DefaultPolicy is the tenant-wide app management policy; nil means the disabled one
	// that every tenant has.
	DefaultPolicy *AppManagementPolicy
	// Policies are the custom app management policies.
	Policies []*AppManagementPolicy
	// Deleted and DeletedPrincipals can be restored.
	Deleted           []*Application
	DeletedPrincipals []*ServicePrincipal
	// Journal records changes for delta queries, whose behaviour is Delta.
	Journal Journal
	Delta   DeltaRules
	// AccessPolicy is the Conditional Access policy that blocks service principals, nil
	// if there is none.
	AccessPolicy *AccessPolicy
	// SignIns and Audits are the two logs, newest last.
	SignIns []SignIn
	Audits  []Audit
	// PropagationDelay is how long a new credential is refused, and then how long
	// replicas disagree about it.
	PropagationDelay time.Duration
	// ListDelay is how long Graph does not show a new credential and refuses its removal,
	// like lagging replicas.
	ListDelay time.Duration
	// Flap makes every n-th sign-in fail with a credential younger than twice
	// PropagationDelay, like lagging replicas; 0 disables this.
	Flap int
}

// Object is what applications and service principals have in common.
type Object struct {
	ID, AppID, DisplayName    string
	SignInAudience            string // AzureADMyOrg, AzureADMultipleOrgs, ...
	DisabledByMicrosoftStatus string
	Created                   time.Time
	Tags                      []string
	Credentials
	Owners   []string // object IDs of service principals or users
	PolicyID string   // assigned app management policy, or empty
	Notes    string
	// DeletedAt is zero unless the object was deleted.
	DeletedAt time.Time
}

// Base returns the object, for functions that accept both kinds.
func (o *Object) Base() *Object { return o }

// Application is an app registration.
type Application struct {
	Object
	IdentifierURIs []string
	PublicClient   bool // isFallbackPublicClient
	Disabled       bool // isDisabled: the owner disabled it (AADSTS7000116)
	Federated      []Federated
	Lock           *Lock
	// UniqueName is the alternate key that infrastructure-as-code tools set, or empty.
	UniqueName string
}

// AccessPolicy is a Conditional Access policy that blocks all networks except the named
// locations with the IDs in Except.
type AccessPolicy struct {
	ID, Name string
	Except   []string
}

// ServicePrincipal is an application's account in a tenant.
type ServicePrincipal struct {
	Object
	Type               string // Application, ManagedIdentity, Legacy
	Enabled            bool   // accountEnabled
	OwnerTenant        string // appOwnerOrganizationId
	Names              []string
	AlternativeNames   []string
	PreferredSSOMode   string   // preferredSingleSignOnMode, such as "saml"
	SigningThumbprint  string   // preferredTokenSigningKeyThumbprint, in hex
	Roles              []string // granted application permissions on Microsoft Graph
	DirectoryRoles     []string // IDs of role definitions
	BlockedByPolicy    bool     // a Conditional Access policy for workload identities blocks it (53003)
	AssignmentRequired bool     // appRoleAssignmentRequired
}

// Credentials are the credentials of an object.
type Credentials struct {
	Passwords []Password
	Keys      []Key
}

// Password is a passwordCredential with its secret.
type Password struct {
	KeyID, DisplayName, Hint string
	CustomKeyIdentifier      []byte
	Start, End               *time.Time // nil is null
	Secret                   string
	Added                    time.Time // zero if it existed at the start
	Removed                  *time.Time
}

// Key is a keyCredential.
type Key struct {
	KeyID, DisplayName, Type, Usage string
	CustomKeyIdentifier             []byte
	Start, End                      *time.Time
	Certificate                     []byte    // DER, public part only
	Added                           time.Time // zero if it existed at the start
}

// Federated is a federatedIdentityCredential.
type Federated struct {
	ID, Name, Issuer, Subject, Description string
	Audiences                              []string
	Added                                  time.Time // zero if it existed at the start
}

// Lock is servicePrincipalLockConfiguration.
type Lock struct {
	Enabled, AllProperties, CredentialsWithUsageVerify bool
}

// User is a user of the tenant.
type User struct{ ID, DisplayName, UserPrincipalName, Mail string }

// Group is a security or mail group.
type Group struct {
	ID, DisplayName, Mail string
	Members               []string // object IDs of users or service principals
}

// AppManagementPolicy restricts credentials.
type AppManagementPolicy struct {
	ID, DisplayName string
	Enabled         bool
	Restrictions    []Restriction // of passwordCredentials
	// OnServicePrincipals are those of service principals in the tenant-wide policy.
	// Custom policies do not distinguish them.
	OnServicePrincipals []Restriction
	// Keys and KeysOnServicePrincipals are the restrictions of keyCredentials.
	Keys, KeysOnServicePrincipals []Restriction
}

// Restriction is one entry of a policy.
type Restriction struct {
	Type         string // passwordAddition, passwordLifetime, asymmetricKeyLifetime, ...
	MaxLifetime  string // ISO 8601, such as P90D
	CreatedAfter *time.Time
	State        string // enabled, disabled
	// Exempts exempts callers with a custom security attribute, which all callers of the
	// sandbox have.
	Exempts bool
}

// SignIn is an entry of the service principal sign-in log. It also feeds the credential
// activity report.
type SignIn struct {
	Time                            time.Time
	AppID, ServicePrincipalID       string
	KeyID, CredentialType, Origin   string // Origin: application, servicePrincipal
	ErrorCode                       int
	FailureReason, IPAddress, Token string
	Resource                        string // empty is Microsoft Graph
}

// Names of password changes in the audit log. The first contains an en dash. Source: a
// recording of 2026.
const (
	AuditApplication = "Update application \u2013 Certificates and secrets management"
	AuditAdded       = "Add service principal credentials"
	AuditRemoved     = "Remove service principal credentials"
)

// Audit is an entry of the directory audit log.
type Audit struct {
	Time                        time.Time
	Activity                    string // activityDisplayName
	TargetID, TargetName, KeyID string
	KeyName, Actor, ActorAppID  string
	// KeyType is the KeyType of a KeyDescription, empty for a password.
	KeyType string
	// AppID is that of the changed application. ActorID is the user or service principal
	// that changed it.
	AppID, ActorID    string
	Added             bool // whether the key was added (else removed)
	IPAddress, Client string
	// Before and After describe all keys of the object. Both are nil if only KeyID is
	// known.
	Before, After []string
	// Operation is operationType, empty for an update.
	Operation string
}
