package gather

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Session provides the identities. Package session implements it.
type Session interface {
	Credential(ctx context.Context) (secrets.Credential, error)
	// SignIn requests a token as the configured application.
	SignIn(ctx context.Context, how SignIn) entra.Attempt
	// Own returns Microsoft Graph as the application sees it, after a successful sign-in.
	Own() (Directory, error)
	// TenantID returns the GUID of the tenant with this GUID or domain, or an empty
	// string. It sends no credential.
	TenantID(ctx context.Context, name string) (string, error)
	// SubscriptionTenant returns the GUID of the tenant that an Azure subscription
	// trusts, or an empty string. It sends no credential.
	SubscriptionTenant(ctx context.Context, id string) (string, error)
	// Readers returns the readers that --reader allows, in the order to try them.
	Readers() []Reader
}

// SignIn describes a sign-in.
type SignIn struct {
	ClientID   string
	Credential secrets.Credential
	// Fresh opens new connections, so that another front end may answer.
	Fresh bool
}

// Reader is an identity that may read Microsoft Graph.
type Reader struct {
	// Name is its name in --reader. Self means that it is the diagnosed credential.
	Name string
	Self bool
	// Ask lets a person sign in. It is nil if no person is needed.
	Ask  func(context.Context) error
	Open func(context.Context) (Directory, error)
}

// Directory is a tenant as one identity sees it. graph.Client implements it. It is safe
// for concurrent use.
type Directory interface {
	// FindServicePrincipals and FindApplications look up a display name, a service
	// principal name or an ID, and return all matches.
	FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error)
	FindApplications(ctx context.Context, name string) ([]objects.Application, error)
	// FindBoth does both with fewer requests, which may take longer.
	FindBoth(ctx context.Context, name string) (principals []objects.ServicePrincipal, refused error, apps []objects.Application, appsRefused error)
	// ServicePrincipalsByAppID returns at most one element. ApplicationByAppID returns
	// nil if there is none.
	ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error)
	ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error)
	// ServicePrincipalNamed and ApplicationNamed look up an object ID. They return nil if
	// there is none.
	ServicePrincipalNamed(ctx context.Context, id string) (*objects.ServicePrincipal, error)
	ApplicationNamed(ctx context.Context, id string) (*objects.Application, error)
	// DeletedObject returns a deleted object of a kind that can be restored, or nil.
	DeletedObject(ctx context.Context, kind, appID string) (*objects.Deleted, error)
	// EachApplication and EachServicePrincipal call visit for each object, until it
	// returns objects.ErrEnough. They report whether all objects were visited.
	EachApplication(ctx context.Context, visit func(objects.Application) error) (bool, error)
	EachServicePrincipal(ctx context.Context, visit func(objects.ServicePrincipal) error) (bool, error)

	// Thumbprints returns the thumbprints of an object's certificates by key ID.
	Thumbprints(ctx context.Context, storedOn, id string) (map[string]string, error)
	// FederatedCredentials returns those of an application. Its object ID may be empty.
	FederatedCredentials(ctx context.Context, appID, id string) ([]objects.Credential, error)
	// IdentityFederatedCredentials returns those of a managed identity, by the object ID
	// of its service principal.
	IdentityFederatedCredentials(ctx context.Context, id string) ([]objects.Credential, error)
	Owners(ctx context.Context, storedOn, id string) ([]objects.Owner, error)
	Policies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error)
	Changes(ctx context.Context, objectID string, since time.Time) ([]objects.Change, error)
	Activity(ctx context.Context, appID string) ([]objects.Activity, error)
	SignIns(ctx context.Context, appID string, since time.Time) ([]objects.SignInEntry, error)
	AccessPolicy(ctx context.Context, id string) (objects.AccessPolicy, error)
	Organization(ctx context.Context) (objects.Organization, error)

	// ReadUsers and ReadGroups make the first requests of a synchronization.
	ReadUsers(ctx context.Context) error
	ReadGroups(ctx context.Context) error
}
