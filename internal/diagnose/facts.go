// Package diagnose finds the root cause of a sign-in that fails. Facts go in,
// findings come out: everything here is pure, without a client, a context or a
// clock but the one in the facts. The package gather collects the facts.
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

// Facts are what a run saw. Where something could not be seen, the reason stands
// in its place.
type Facts struct {
	// Now is this machine's clock when the run began.
	Now    time.Time
	Within time.Duration // the warning window
	Setup  Setup

	// What the configured credential shows offline, by its kind.
	Secret      fact.Fact[secrets.Shape]
	Certificate fact.Fact[secrets.Certificate]
	Token       fact.Fact[secrets.FederatedToken]

	SignIn fact.Fact[SignIn]
	// Repeats are further sign-ins on fresh connections, made where a secret is
	// so new that it may flap between replicas.
	Repeats []SignIn
	// Probes are the mechanical repairs of a damaged value that were tried.
	Probes []Probe

	// Text is what was found in --error-text.
	Text fact.Fact[[]aadsts.Match]

	Reader Reader
	// ServicePrincipals are those of the client ID or of --sp; more than one
	// only where --sp is ambiguous.
	ServicePrincipals fact.Fact[[]objects.ServicePrincipal]
	// Application is nil where the tenant has none of that client ID.
	Application fact.Fact[*objects.Application]
	// Namesake is the object whose ID is given instead of the client ID.
	Namesake fact.Fact[*Namesake]
	// Deleted is the application of the client ID among the deleted ones, nil
	// where it is not there. It is looked for where Entra or Graph knows none.
	Deleted fact.Fact[*objects.DeletedApplication]
	// ClientIDTenant is the GUID of the tenant that the client ID names, empty where
	// it names none. It is asked for where Entra does not know the client ID or the
	// tenant, as are the next two.
	ClientIDTenant fact.Fact[string]
	// Meant is the tenant that the setting nearly names.
	Meant fact.Fact[Meant]
	// Subscription is the GUID of the tenant that the Azure subscription trusts
	// whose ID is given instead of the tenant, empty where there is no such.
	Subscription fact.Fact[string]
	// Elsewhere is where else a credential like the configured one is found.
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
	// Renewal is what an earlier run of renew-secret left unfinished on this
	// machine; empty where nothing is under way.
	Renewal fact.Fact[Renewal]
	// Notes are news from gathering that belong into the report as they are.
	Notes []msg.Text
}

// Setting is a configured value and where it came from.
type Setting struct {
	Value  string
	Origin origin.Origin
}

// Setup is what is configured.
type Setup struct {
	Tenant, ClientID, Cloud      Setting
	AuthorityHost, GraphEndpoint string
	// GraphResource is what the token is asked for, such as
	// https://graph.microsoft.com.
	GraphResource string
	PortalURL     string
	// Kind is password, certificate or federated, empty where no credential is
	// configured.
	Kind     string
	Origin   origin.Origin
	Warnings []msg.Text
	// SP is what --sp named, empty where it was not given.
	SP string
	// Problem is what keeps the question from being asked at all.
	Problem *Problem
}

// SignIn is one attempt to get a token for Microsoft Graph.
type SignIn struct {
	// Exactly one of these is set.
	Token   *Token
	Refusal *Refusal
	// Network is why Entra did not answer, or that it says "later".
	Network *netfail.Error

	// TenantID is the tenant's GUID as the discovery document names it, empty
	// where it did not.
	TenantID string
	// Region and CloudInstance come from the discovery document.
	Region, CloudInstance string
	// ServerTime is the sign-in host's clock by its last Date header, nil
	// without one.
	ServerTime *time.Time
	// Skew is the server's clock minus this machine's.
	Skew *time.Duration
	// Waits is how often the service asked to wait, Waited for how long in all,
	// WaitStatus the last status that it asked with (429, 503, 504).
	Waits      int
	Waited     time.Duration
	WaitStatus int
	Took       time.Duration
}

// Token is a token that was issued, without the token.
type Token struct {
	TenantID, AppID, ObjectID, AppName string
	Roles                              []string
	Expires                            time.Time
}

// Refusal is the answer of Entra that refused the sign-in.
type Refusal struct {
	aadsts.Match
	Status int    // HTTP
	Stage  string // "discovery" or "token"
	OAuth  string // the OAuth error, such as invalid_client
	// Policies are the IDs of the Conditional Access policies that the answer
	// names.
	Policies []string
}

// Failure is why something could not be read.
type Failure struct {
	Sentence msg.Text
	// Network is set if the service sent no usable response.
	Network *netfail.Error
	// Status, Code and Message are Microsoft Graph's refusal; Status is 0 where it
	// did not refuse. Needs is the application permission that was missing, empty
	// where it is not known or something else was wrong.
	Status               int
	Code, Message, Needs string
	// Unlicensed says that the tenant lacks the licence for what was asked.
	Unlicensed bool
}

func (f *Failure) Error() string { return f.Sentence.String() }

// Text says why, as a clause without a full stop.
func (f *Failure) Text() msg.Text { return f.Sentence }

// Probe is a sign-in with a mechanically repaired value.
type Probe struct {
	Repair msg.Text // what was changed
	SignIn SignIn
}

// Reader is who read Microsoft Graph.
type Reader struct {
	// Mode is what --reader says.
	Mode string
	// Name is who reads in the end, empty where nobody does.
	Name string
	// Self says that the diagnosed credential itself reads.
	Self bool
	// ReadsOnly says that the reader's own token tells that it may change nothing.
	ReadsOnly bool
	// Tried are the candidates that did not work.
	Tried []ReaderAttempt
}

// ReaderAttempt is a reader that could not read, and why.
type ReaderAttempt struct {
	Name   string
	Reason msg.Text
}

// Namesake is an object that has the client ID as something else.
type Namesake struct {
	Kind        string // "application", "servicePrincipal", "keyId"
	DisplayName string
	AppID       string
}

// Meant is a tenant's GUID or domain that the setting nearly is.
type Meant struct {
	Name string
	// Tenant is the GUID of the tenant of that name, empty where Entra knows none.
	Tenant fact.Fact[string]
}

// Elsewhere is the search of other applications for the configured credential.
type Elsewhere struct {
	Found []Other
	// Searched is how many objects were looked at, All whether that was every
	// one of the tenant.
	Searched int
	All      bool
}

// Other is another application that has a credential like the configured one.
type Other struct {
	AppID, DisplayName, KeyID string
}

// Access is whether a collection can be read as a synchronization reads it.
type Access struct {
	Allowed bool
	// Code and Message are Graph's refusal.
	Code, Message string
	Status        int
}

// Renewal is a renewal that was begun on this machine and not finished.
type Renewal struct {
	// State says what exists, as a sentence; zero where nothing is under way.
	State msg.Text
	// KeyID of the secret that was added, empty where none is known.
	KeyID string
	// Command continues with it.
	Command commandline.Words
}
