// Package objects defines the objects of a tenant as small types without a wire format.
// Facts, findings and reports share them. Package graph fills them.
package objects

import (
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
)

// Kinds of credential, and of the objects that have them, spelled as in reports.
const (
	Password    = "password"
	Certificate = "certificate"
	Federated   = "federated"

	OnApplication      = "application"
	OnServicePrincipal = "servicePrincipal"
)

// Problems of an object whose credentials were not all received. It is unknown whether
// it has more.
const (
	NoPasswords           = "passwordCredentials is missing"
	MalformedPasswords    = "passwordCredentials is malformed"
	MalformedCertificates = "keyCredentials is malformed"
	// UnreadFederated is set by who reads the federated credentials, which are a list of
	// their own.
	UnreadFederated = "federatedIdentityCredentials could not be read"
)

// Incomplete reports whether the problems of an object mean that not all of its passwords and
// certificates were received.
func Incomplete(problems []string) bool {
	return slices.ContainsFunc(problems, func(p string) bool {
		return p == NoPasswords || p == MalformedPasswords || p == MalformedCertificates
	})
}

// ServicePrincipal is an application's identity in a tenant.
type ServicePrincipal struct {
	ID, AppID, DisplayName string // GUIDs in lower case
	Type                   string // Application, ManagedIdentity, Legacy, ...
	AccountEnabled         *bool  // nil if Graph did not send it
	// OwnerTenant is the tenant in which the application is registered. An application
	// of another tenant has no application object here.
	OwnerTenant         string
	DisabledByMicrosoft string // disabledByMicrosoftStatus; empty if null
	Disabled            *bool  // isDisabled: that of its application, in whichever tenant
	Names               []string
	SSOMode             string // preferredSingleSignOnMode, such as "saml"
	SigningThumbprint   string // preferredTokenSigningKeyThumbprint, see Holder
	SignInAudience      string
	Tags                []string
	Created             *time.Time
	Credentials         []Credential
	// Problems name fields that were malformed and are therefore not set.
	Problems []string
}

// Application is an app registration.
type Application struct {
	ID, AppID, DisplayName string
	SignInAudience         string // AzureADMyOrg, AzureADMultipleOrgs, ...
	Disabled               *bool  // isDisabled: disabled by its owner
	DisabledByMicrosoft    string
	PublicClient           *bool // isFallbackPublicClient
	Lock                   *Lock
	Created                *time.Time
	Credentials            []Credential
	Problems               []string
}

// Lock is servicePrincipalLockConfiguration. It is set on the application and forbids
// changes to its service principals.
type Lock struct{ Enabled, AllProperties, VerifyCredentials bool }

// Credential is a password, certificate or federated credential.
type Credential struct {
	KeyID    string // GUID in lower case; for a federated credential its object ID
	Kind     string
	StoredOn string
	ObjectID string // of the object that has the credential
	Name     string // displayName, or else the text in customKeyIdentifier
	// Hint is the first three characters of a password. It is empty if Entra stored
	// none, as for passwords added through MSOnline.
	Hint string
	// Thumbprint is the SHA-1 thumbprint of a certificate in upper-case hex.
	Thumbprint string
	// Usage is Verify or Sign, for a certificate. Only Verify is for sign-in.
	Usage      string
	Start, End *time.Time // nil if null, or if unreadable according to Problem
	// Issuer, Subject and Audiences are set for a federated credential.
	Issuer, Subject string
	Audiences       []string
	// Purpose is what the credential is for. Empty means sign-in.
	Purpose result.Purpose
	// Problem names a malformed field. It is empty if there is none.
	Problem string
}

// SignsSAML reports whether the credential is a SAML signing certificate, or an entry
// that belongs to one.
func (c Credential) SignsSAML() bool { return c.Purpose == result.SAMLSigning }

// Deleted is a deleted application or service principal. It can be restored for 30 days.
type Deleted struct {
	ID, AppID, DisplayName string
	At                     *time.Time
}

// ErrEnough is returned by a visitor to end a listing early. It is not reported as an
// error.
var ErrEnough = errors.New("enough")

// Owner is somebody who may change the credentials of an object.
type Owner struct {
	ID, DisplayName string
	// Type is "user", "servicePrincipal" or another Graph type.
	Type string
	// Mail and UserPrincipalName are set for a user. A user may have no mail address.
	Mail, UserPrincipalName string
}

// Ownership lists the owners of an application or service principal.
type Ownership struct {
	Owners []Owner
	More   int    // number of further owners
	Notes  string // free text written by administrators
}

// Activity is the last use of a credential, from the activity report.
type Activity struct {
	KeyID    string
	LastUsed *time.Time
}

// LoggedUses are the uses of an application's keys in the service principal sign-in
// log.
type LoggedUses struct {
	// Last maps key IDs to the time of the last sign-in attempt, successful or not.
	Last map[string]time.Time
	// Whole means that the log was read completely for the requested period. Unnamed
	// means that it has sign-ins with a secret whose key ID is missing.
	Whole, Unnamed bool
}

// Change is an entry of the directory audit log about credentials.
type Change struct {
	Time     time.Time
	Activity string
	Actor    string
	// ByAppID and ByPrincipal are the application ID and the object ID of the
	// application that made the change. They are empty for a user.
	ByAppID, ByPrincipal string
	// Through is the application that a user acted with, if the log names both.
	Through string
	// IPAddress is a user's address, and Client is the program's User-Agent, if the log
	// has them.
	IPAddress, Client string
	// ObjectID is the changed object. ObjectName, ObjectKind (OnApplication or
	// OnServicePrincipal) and AppID are empty if the log does not name them.
	ObjectID, ObjectName, ObjectKind, AppID string
	// Added and Removed are the added and removed keys.
	Added, Removed []ChangedKey
}

// ChangedKey is an added or removed credential. ID is its key ID. Kind is empty if it
// is neither a password nor a certificate. Name was chosen by whoever created it.
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
	// Blocking are the Conditional Access policies that blocked the sign-in.
	Blocking []AppliedPolicy
}

// AppliedPolicy is a Conditional Access policy in an entry of the sign-in log.
// Conditions are the conditions that were satisfied, in Microsoft's spelling, such as
// "location". It is empty if the log does not name them.
type AppliedPolicy struct{ ID, Name, Conditions string }

// AccessPolicy is a Conditional Access policy.
type AccessPolicy struct {
	ID, Name string
	// From and Except are the included and excluded named locations: IDs, or words such
	// as All and AllTrusted.
	From, Except []string
	// Risks are the service principal risk levels that the policy applies to, such as
	// high.
	Risks []string
}

// Organization names the tenant.
type Organization struct {
	ID, DisplayName string
	Domains         []string
}

// Policy is the part of the app management policies that applies to the passwords, or
// to the certificates, of one object.
type Policy struct {
	// Source is "tenant", or the display name of a custom policy.
	Source string
	ID     string
	// PasswordsForbidden applies from PasswordsForbiddenSince, or immediately if that
	// is nil.
	PasswordsForbidden      bool
	PasswordsForbiddenSince *time.Time
	// AuthoritiesOnly means that certificates must be issued by authorities that the
	// policy names. A self-signed certificate is rejected.
	AuthoritiesOnly bool
	// MaxLifetime is the longest lifetime of a new credential. Zero means no limit.
	MaxLifetime time.Duration
	// Exempts means that a restriction exempts callers with certain attributes, which
	// no request can read. Unclear means that a restriction could not be read.
	Exempts, Unclear bool
}

// Label names a credential in a sentence: its name in quotation marks, if it has one,
// and its key ID.
func (c Credential) Label() string {
	switch {
	case c.Name == "":
		return c.KeyID
	case c.KeyID == "":
		return `"` + c.Name + `"`
	}
	return `"` + c.Name + `" (` + c.KeyID + ")"
}

// Types of service principal (servicePrincipalType) without credentials that a person
// could configure. Azure manages those of a managed identity. An agent identity uses
// those of its blueprint. Source: Graph's reference of servicePrincipal, v1.0 and beta.
const (
	ManagedIdentity = "ManagedIdentity"
	AgentIdentity   = "ServiceIdentity"
)

// Keyless reports whether the service principal has no credentials by design, so that
// none are missing.
func (sp ServicePrincipal) Keyless() bool {
	return sp.Type == ManagedIdentity || sp.Type == AgentIdentity
}

// IsGUID reports whether s has the form of the ID of an object, an application or a
// tenant: a GUID of 36 characters, without braces or blanks.
func IsGUID(s string) bool { _, ok := ParseGUID(s); return ok }

// ParseGUID parses such an ID. It takes half the time of uuid.Parse, because a scan parses
// millions.
func ParseGUID(s string) (id uuid.UUID, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	var digits [32]byte
	n := copy(digits[:], s[:8])
	for at := 9; at < 24; at += 5 {
		n += copy(digits[n:], s[at:at+4])
	}
	copy(digits[n:], s[24:])
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil
}

// domain matches a domain name with at least one dot, such as a verified domain.
var domain = lazyregexp.New(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)

// IsDomain reports whether s has the form of a domain name.
func IsDomain(s string) bool { return domain().MatchString(s) }

// IsTenant reports whether s has the form of a tenant: a GUID or a domain name.
func IsTenant(s string) bool { return IsGUID(s) || IsDomain(s) }
