// Package objects holds the objects of a tenant as spcheck sees them: small
// types without any wire format, which facts, findings and reports share. The
// package internal/graph fills them.
package objects

import (
	"errors"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// Kinds of credential and the objects that hold them, spelled as in reports.
const (
	Password    = "password"
	Certificate = "certificate"
	Federated   = "federated"

	OnApplication      = "application"
	OnServicePrincipal = "servicePrincipal"
)

// Problems of an object whose credentials did not all come: whether it has more
// is unknown.
const (
	NoPasswords           = "passwordCredentials is missing"
	MalformedPasswords    = "passwordCredentials is malformed"
	MalformedCertificates = "keyCredentials is malformed"
)

// ServicePrincipal is an application's account in a tenant.
type ServicePrincipal struct {
	ID, AppID, DisplayName string // GUIDs in lower case
	Type                   string // Application, ManagedIdentity, Legacy, ...
	AccountEnabled         *bool  // nil where Graph did not say
	// OwnerTenant is the tenant in which the application is registered; a foreign
	// one has no application object here.
	OwnerTenant         string
	DisabledByMicrosoft string // disabledByMicrosoftStatus, empty where null
	Names               []string
	SSOMode             string // preferredSingleSignOnMode, such as "saml"
	SigningThumbprint   string // preferredTokenSigningKeyThumbprint, see Holder
	SignInAudience      string
	Tags                []string
	Created             *time.Time
	Credentials         []Credential
	// Problems name fields that came malformed and are therefore missing here.
	Problems []string
}

// Application is an app registration.
type Application struct {
	ID, AppID, DisplayName string
	SignInAudience         string // AzureADMyOrg, AzureADMultipleOrgs, ...
	Disabled               *bool  // isDisabled: its owner disabled it
	DisabledByMicrosoft    string
	PublicClient           *bool // isFallbackPublicClient
	Lock                   *Lock
	Created                *time.Time
	Credentials            []Credential
	Problems               []string
}

// Lock is servicePrincipalLockConfiguration: it is set on the application and
// forbids changes to its service principals.
type Lock struct{ Enabled, AllProperties, VerifyCredentials bool }

// Credential is a password, certificate or federated credential.
type Credential struct {
	KeyID    string // GUID in lower case; a federated credential's object ID
	Kind     string
	StoredOn string
	ObjectID string // of the object that holds it
	Name     string // displayName, else what customKeyIdentifier spells
	// Hint is the first three characters of a password; empty where the service
	// kept none, as for those that MSOnline made.
	Hint string
	// Thumbprint is the SHA-1 thumbprint of a certificate in upper-case hex.
	Thumbprint string
	// Usage is Verify or Sign for a certificate; only Verify signs in.
	Usage      string
	Start, End *time.Time // nil is null, or unreadable where Problem says so
	// Issuer, Subject and Audiences of a federated credential.
	Issuer, Subject string
	Audiences       []string
	// Purpose is what the credential is for; empty is to sign in.
	Purpose result.Purpose
	// Problem says which field came malformed, or is empty.
	Problem string
}

// SignsSAML reports a signing certificate of single sign-on, or an entry that belongs
// to one.
func (c Credential) SignsSAML() bool { return c.Purpose == result.SAMLSigning }

// DeletedApplication is an app registration that was deleted, and can be restored
// for 30 days.
type DeletedApplication struct {
	ID, AppID, DisplayName string
	Deleted                *time.Time
}

// ErrEnough, returned by a visitor, ends a listing early, without an error.
var ErrEnough = errors.New("enough")

// Owner may change the credentials of an object.
type Owner struct {
	ID, DisplayName string
	// Type is "user", "servicePrincipal" or another type of Graph's.
	Type string
	// Mail and UserPrincipalName are a user's; a mail address may be missing.
	Mail, UserPrincipalName string
}

// Ownership is who owns an application or service principal.
type Ownership struct {
	Owners []Owner
	More   int    // owners beyond those
	Notes  string // the object's notes, a free text of its administrators
}

// Activity is the last use of a credential, from the activity report.
type Activity struct {
	KeyID    string
	LastUsed *time.Time
}

// LoggedUses is what the service principal sign-in log says of an application's keys.
type LoggedUses struct {
	// Last is when each key was last tried, by its key ID, whatever came of it.
	Last map[string]time.Time
	// Whole says that the log was read to the end of what was asked for; Unnamed that
	// it has sign-ins by a secret whose key ID it does not tell.
	Whole, Unnamed bool
}

// Change is an entry of the directory audit log about credentials.
type Change struct {
	Time     time.Time
	Activity string
	Actor    string
	// ByAppID and ByPrincipal are the application ID and object ID of an application
	// that made the change; empty for a user.
	ByAppID, ByPrincipal string
	// Through is the application that a user acted with, where the log names both.
	Through string
	// IPAddress and Client are a user's address, and the program by its User-Agent,
	// where the log has them.
	IPAddress, Client string
	// ObjectID is what was changed; ObjectName and ObjectKind, OnApplication or
	// OnServicePrincipal, and AppID are empty where the log does not tell.
	ObjectID, ObjectName, ObjectKind, AppID string
	// Added and Removed are the keys that came and went.
	Added, Removed []ChangedKey
}

// ChangedKey is a credential by its key ID; Kind is empty for one that is
// neither a password nor a certificate. Name is what whoever made it wrote.
type ChangedKey struct{ ID, Kind, Name string }

// SignInEntry is an entry of the service principal sign-in log.
type SignInEntry struct {
	Time          time.Time
	ErrorCode     string // digits, "0" for success
	FailureReason string
	KeyID         string // servicePrincipalCredentialKeyId, often empty
	FederatedID   string // federatedCredentialId, the ID of a federated credential
	IPAddress     string
	Resource      string
	// Blocking are the Conditional Access policies that refused it.
	Blocking []AppliedPolicy
}

// AppliedPolicy is a Conditional Access policy as an entry of the sign-in log
// names it. Conditions are those that it found satisfied, as Microsoft spells
// them, such as "location"; empty where the log does not say.
type AppliedPolicy struct{ ID, Name, Conditions string }

// AccessPolicy is a Conditional Access policy.
type AccessPolicy struct {
	ID, Name string
	// From and Except are the named locations that it holds for and spares: IDs,
	// or words such as All and AllTrusted.
	From, Except []string
	// Risks are the risk levels of a service principal that it holds for, such as
	// high.
	Risks []string
}

// Organization names the tenant.
type Organization struct {
	ID, DisplayName string
	Domains         []string
}

// Policy is what the app management policies say about passwords, or about
// certificates, of one object.
type Policy struct {
	// Source names the policy: "tenant" or the custom policy's display name.
	Source string
	ID     string
	// PasswordsForbidden since the date, or at once where it is nil.
	PasswordsForbidden      bool
	PasswordsForbiddenSince *time.Time
	// AuthoritiesOnly says that certificates must be issued by authorities that the
	// policy names, so that a self-signed one is refused.
	AuthoritiesOnly bool
	// MaxLifetime of a new credential; zero means no limit.
	MaxLifetime time.Duration
	// Exempts says that a restriction spares some callers, by attributes that no
	// request tells. Unclear says that one could not be read.
	Exempts, Unclear bool
}

// Label is how a sentence names a credential: by its name in quotation marks
// where it has one, then by its key ID.
func (c Credential) Label() string {
	switch {
	case c.Name == "":
		return c.KeyID
	case c.KeyID == "":
		return `"` + c.Name + `"`
	}
	return `"` + c.Name + `" (` + c.KeyID + ")"
}
