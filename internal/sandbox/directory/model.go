// Package directory is the state of the sandbox: tenants with their
// applications, service principals, credentials and policies, as Entra keeps
// them. The token service and the Graph emulation both work on it, so that a
// secret added through Graph signs in, and a removed one stops doing so.
package directory

import (
	"sync"
	"time"
)

// World is every tenant of one sandbox. Its lock guards all tenants.
type World struct {
	sync.RWMutex
	Tenants []*Tenant
	// Clock is the server's clock; faults may shift it against the machine's.
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
	// Premium says whether sign-in logs and reports may be read (P1/P2 licence).
	Premium bool
	// DefaultPolicy is the tenant-wide app management policy, nil for the
	// disabled one every tenant has.
	DefaultPolicy *AppManagementPolicy
	// Policies are the custom app management policies, by ID.
	Policies []*AppManagementPolicy
	// Deleted are the applications that can be restored, and DeletedPrincipals the
	// service principals.
	Deleted           []*Application
	DeletedPrincipals []*ServicePrincipal
	// Journal is what changed, and Delta how the queries behave that read it.
	Journal Journal
	Delta   DeltaRules
	// AccessPolicy is the Conditional Access policy that blocks service
	// principals, nil where there is none.
	AccessPolicy *AccessPolicy
	// SignIns and Audits feed the two logs, newest last.
	SignIns []SignIn
	Audits  []Audit
	// PropagationDelay is how long a new credential is refused, and flaps, after
	// it was added; zero means at once.
	PropagationDelay time.Duration
	// ListDelay is how long Graph's own reads do not show a new credential, and
	// its removal is refused, as replicas that lag do.
	ListDelay time.Duration
	// Flap makes every n-th sign-in with a credential younger than twice the
	// delay fail, as replicas do; 0 means never.
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
}

// Base returns the object itself, for functions that take both kinds.
func (o *Object) Base() *Object { return o }

// Application is an app registration.
type Application struct {
	Object
	IdentifierURIs []string
	PublicClient   bool      // isFallbackPublicClient
	Disabled       bool      // isDisabled: the owner disabled it (AADSTS7000116)
	DeletedAt      time.Time // zero unless it was deleted
	Federated      []Federated
	Lock           *Lock
	// UniqueName is the alternate key that infrastructure-as-code tools set, or
	// empty.
	UniqueName string
}

// AccessPolicy is a Conditional Access policy that blocks every network but the
// named locations of Except, by their IDs.
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

// Credentials are what both kinds of object hold.
type Credentials struct {
	Passwords []Password
	Keys      []Key
}

// Password is a passwordCredential with the value that only the token service
// knows.
type Password struct {
	KeyID, DisplayName, Hint string
	CustomKeyIdentifier      []byte
	Start, End               *time.Time // nil is null
	Secret                   string
	Added                    time.Time // when it was added in this run; zero means long ago
	Removed                  *time.Time
}

// Key is a keyCredential.
type Key struct {
	KeyID, DisplayName, Type, Usage string
	CustomKeyIdentifier             []byte
	Start, End                      *time.Time
	Certificate                     []byte    // DER, public part only
	Added                           time.Time // when it was added in this run; zero means long ago
}

// Federated is a federatedIdentityCredential.
type Federated struct {
	ID, Name, Issuer, Subject, Description string
	Audiences                              []string
	Added                                  time.Time // when it was added in this run; zero means long ago
}

// Lock is servicePrincipalLockConfiguration.
type Lock struct {
	Enabled, AllProperties, CredentialsWithUsageVerify bool
}

// User and Group are what a synchronization reads.
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
	// OnServicePrincipals holds the restrictions of service principals; only the
	// tenant-wide policy tells the two apart.
	OnServicePrincipals []Restriction
	// Keys and KeysOnServicePrincipals are the same of keyCredentials.
	Keys, KeysOnServicePrincipals []Restriction
}

// Restriction is one entry of a policy.
type Restriction struct {
	Type         string // passwordAddition, passwordLifetime, asymmetricKeyLifetime, ...
	MaxLifetime  string // ISO 8601, such as P90D
	CreatedAfter *time.Time
	State        string // enabled, disabled
	// Exempts spares callers with a custom security attribute, which every caller
	// of the sandbox has.
	Exempts bool
}

// SignIn is an entry of the service principal sign-in log and of the credential
// activity report.
type SignIn struct {
	Time                            time.Time
	AppID, ServicePrincipalID       string
	KeyID, CredentialType, Origin   string // Origin: application, servicePrincipal
	ErrorCode                       int
	FailureReason, IPAddress, Token string
	Resource                        string // empty is Microsoft Graph
}

// The audit log's names for changes of passwords. The first has an en dash.
// Source: a recording of 2026.
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
	// KeyType is KeyType of a KeyDescription, empty for a password.
	KeyType string
	// AppID is that of the changed application; ActorID the user, or the service
	// principal of an application, that changed it.
	AppID, ActorID    string
	Added             bool // whether the key was added (else removed)
	IPAddress, Client string
	// Before and After are the descriptions of all keys of the object, as the log
	// writes them; both are nil where only the key above is known.
	Before, After []string
	// Operation is operationType, empty for an update.
	Operation string
}
