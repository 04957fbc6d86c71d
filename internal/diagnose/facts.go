// Package diagnose finds the root cause of a failed sign-in. Its functions are pure: they
// depend only on the facts, which package gather collects.
package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Facts are everything that a run read, or the reasons why it could not be read.
type Facts struct {
	// Now is this machine's clock at the start of the run.
	Now    time.Time
	Within time.Duration // the warning window
	// TimeLimit is the limit of the run (--timeout).
	TimeLimit time.Duration
	Setup     Setup

	// The format or content of the configured credential, by its kind.
	Secret      fact.Fact[secrets.Shape]
	Certificate fact.Fact[secrets.Certificate]
	Token       fact.Fact[secrets.FederatedToken]

	SignIn fact.Fact[SignIn]
	// Repeats are further sign-ins on new connections. They are made with a new secret,
	// which not every server may know.
	Repeats []SignIn
	// Probes are sign-ins with corrected values.
	Probes []Probe

	// Text contains the errors found in --error-text.
	Text fact.Fact[[]aadsts.Match]

	Reader Reader
	// ServicePrincipals has more than one element only if --sp is ambiguous.
	ServicePrincipals fact.Fact[[]objects.ServicePrincipal]
	// Application is nil if the tenant has none with this client ID.
	Application fact.Fact[*objects.Application]
	// Namesake is the object whose ID is configured as the client ID.
	Namesake fact.Fact[*Namesake]
	// Deleted is the deleted application with this client ID, or nil. It is read if Entra
	// or Graph does not know the application.
	Deleted fact.Fact[*objects.Deleted]
	// DeletedPrincipal is the deleted service principal with this client ID, or nil. It is
	// read if the tenant has none.
	DeletedPrincipal fact.Fact[*objects.Deleted]
	// ClientIDTenant is the tenant with the client ID as its ID, or empty. It is read if
	// Entra does not know the client ID or the tenant, as are Meant and Subscription.
	ClientIDTenant fact.Fact[string]
	// Meant is the tenant that was probably meant.
	Meant fact.Fact[Meant]
	// Subscription is the tenant that an Azure subscription trusts, if the subscription's
	// ID is configured as the tenant, or empty.
	Subscription fact.Fact[string]
	// Elsewhere lists other applications with a credential like the configured one.
	Elsewhere fact.Fact[Elsewhere]

	Owners    fact.Fact[[]objects.Owner]
	Policies  fact.Fact[[]objects.Policy]
	Changes   fact.Fact[[]objects.Change]
	Activity  fact.Fact[[]objects.Activity]
	SignInLog fact.Fact[[]objects.SignInEntry]
	// Access are the Conditional Access policies that blocked the sign-in.
	Access       fact.Fact[[]objects.AccessPolicy]
	Organization fact.Fact[objects.Organization]

	Users, Groups fact.Fact[Access]
	// Renewal is an unfinished renewal on this machine, or has a zero State.
	Renewal fact.Fact[Renewal]
	// Notes are added to the report unchanged.
	Notes []msg.Text
}

// Setting is a configured value and its source.
type Setting struct {
	Value  string
	Origin origin.Origin
}

// Setup is the configuration.
type Setup struct {
	Tenant, ClientID, Cloud      Setting
	AuthorityHost, GraphEndpoint string
	// GraphResource is the resource that the token is requested for, such as
	// https://graph.microsoft.com.
	GraphResource string
	PortalURL     string
	// Kind is password, certificate or federated, or empty without a credential.
	Kind     string
	Origin   origin.Origin
	Warnings []msg.Text
	// SP is the value of --sp, or empty.
	SP string
	// Problem is what makes a sign-in impossible.
	Problem *Problem
}

// SignIn is an attempt to get a token for Microsoft Graph.
type SignIn struct {
	// Exactly one of these is set.
	Token   *Token
	Refusal *Refusal
	// Network is why Entra did not answer, or that it asked to try later.
	Network *netfail.Error

	// TenantID is the tenant's GUID in the discovery document, or empty.
	TenantID string
	// Region and CloudInstance are from the discovery document.
	Region, CloudInstance string
	// ServerTime is the last Date header of the sign-in host, or nil.
	ServerTime *time.Time
	// Skew is the server's clock minus this machine's.
	Skew *time.Duration
	// Waits is how often the service asked to wait, Waited the total time, and WaitStatus
	// the last HTTP status (429, 503, 504).
	Waits      int
	Waited     time.Duration
	WaitStatus int
	Took       time.Duration
}

// Token describes an issued token. It does not contain the token.
type Token struct {
	TenantID, AppID, ObjectID, AppName string
	// Roles are the application permissions. They are unknown if the token cannot be read.
	Roles   fact.Fact[[]string]
	Expires time.Time
}

// Refusal is Entra's answer that it issues no token.
type Refusal struct {
	aadsts.Match
	Status int    // HTTP
	Stage  string // "discovery" or "token"
	OAuth  string // OAuth error, such as invalid_client
	// Policies are the IDs of the Conditional Access policies in the answer.
	Policies []string
}

// Failure is why something could not be read.
type Failure struct {
	Sentence msg.Text
	// Network is set if the service sent no usable response.
	Network *netfail.Error
	// Status, Code and Message are Microsoft Graph's refusal. Status is 0 if it did not
	// refuse. Needs is the missing application permission, or empty.
	Status               int
	Code, Message, Needs string
	// Unlicensed means that the tenant lacks the required licence.
	Unlicensed bool
}

func (f *Failure) Error() string { return f.Sentence.String() }

// Text returns the reason as a clause without a full stop.
func (f *Failure) Text() msg.Text { return f.Sentence }

// Probe is a sign-in with a corrected value.
type Probe struct {
	Repair msg.Text // what was changed
	SignIn SignIn
}

// Reader is the identity that reads Microsoft Graph.
type Reader struct {
	// Mode is the value of --reader.
	Mode string
	// Name is the reader that was used, or empty if none could read.
	Name string
	// Self means that the diagnosed credential reads.
	Self bool
	// ReadsOnly means that the reader's token does not allow changes.
	ReadsOnly bool
	// Tried are the readers that could not read.
	Tried []ReaderAttempt
}

// ReaderAttempt is a reader that could not read, and the reason.
type ReaderAttempt struct {
	Name   string
	Reason msg.Text
}

// Namesake is an object that has the client ID as another kind of ID.
type Namesake struct {
	Kind        string // "application", "servicePrincipal", "keyId"
	DisplayName string
	AppID       string
}

// Meant is the GUID or domain that was probably meant by the tenant setting.
type Meant struct {
	Name string
	// Tenant is the GUID of that tenant, or empty if Entra knows none.
	Tenant fact.Fact[string]
}

// Elsewhere is the result of searching the other applications.
type Elsewhere struct {
	Found []Other
	// Searched is the number of objects that were read. All means that those are all
	// objects of the tenant.
	Searched int
	All      bool
}

// Other is another application that has a credential like the configured one.
type Other struct {
	AppID, DisplayName, KeyID string
}

// Access is whether users or groups can be read.
type Access struct {
	Allowed bool
	// Code and Message are Graph's refusal.
	Code, Message string
	Status        int
}

// Renewal is an unfinished renewal on this machine.
type Renewal struct {
	// State describes the renewal in a sentence. Zero means that there is none.
	State msg.Text
	// KeyID is the key ID of the added secret, or empty if it is unknown.
	KeyID string
	// Command continues the renewal.
	Command commandline.Words
}
