package gather

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Session is who signs in and who reads. Package session has the real one.
type Session interface {
	// Credential reads the configured credential.
	Credential(ctx context.Context) (secrets.Credential, error)
	// SignIn asks for a token as the configured application.
	SignIn(ctx context.Context, how SignIn) entra.Attempt
	// Own is Microsoft Graph as the application sees it, once it has signed in.
	Own() (Directory, error)
	// TenantID is the GUID of the tenant that a GUID or a domain names, by a request
	// without a credential; empty where Entra knows none.
	TenantID(ctx context.Context, name string) (string, error)
	// SubscriptionTenant is the GUID of the tenant that the Azure subscription of
	// that ID trusts, by a request without a credential; empty where there is none.
	SubscriptionTenant(ctx context.Context, id string) (string, error)
	// Readers are those that --reader allows, the first to be tried first.
	Readers() []Reader
}

// SignIn is one sign-in.
type SignIn struct {
	ClientID   string
	Credential secrets.Credential
	// Fresh opens new connections, so that another front end may answer.
	Fresh bool
}

// Reader is somebody who may read Microsoft Graph.
type Reader struct {
	// Name is as in --reader; Self says that it is the diagnosed credential.
	Name string
	Self bool
	// Ask lets a person sign in, nil where nobody must act first.
	Ask func(context.Context) error
	// Open gives what the reader sees.
	Open func(context.Context) (Directory, error)
}

// Directory is a tenant as one identity sees it; graph.Client is one. All its
// methods may be called at the same time.
type Directory interface {
	// FindServicePrincipals and FindApplications look up what a person calls an
	// object, and return every match.
	FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error)
	FindApplications(ctx context.Context, name string) ([]objects.Application, error)
	// ServicePrincipalsByAppID has at most one element; ApplicationByAppID is nil
	// where the tenant has none.
	ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error)
	ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error)
	// ServicePrincipalNamed and ApplicationNamed have that object ID, nil where
	// the tenant has none.
	ServicePrincipalNamed(ctx context.Context, id string) (*objects.ServicePrincipal, error)
	ApplicationNamed(ctx context.Context, id string) (*objects.Application, error)
	// DeletedApplication was deleted and can be restored, nil where there is none.
	DeletedApplication(ctx context.Context, appID string) (*objects.DeletedApplication, error)
	// EachApplication and EachServicePrincipal visit all, until the visitor
	// returns objects.ErrEnough, and report whether they came to the end.
	EachApplication(ctx context.Context, visit func(objects.Application) error) (bool, error)
	EachServicePrincipal(ctx context.Context, visit func(objects.ServicePrincipal) error) (bool, error)

	// Thumbprints are those of the certificates of an object, by key ID.
	Thumbprints(ctx context.Context, storedOn, id string) (map[string]string, error)
	// FederatedCredentials are those of an application; its object ID may be
	// empty.
	FederatedCredentials(ctx context.Context, appID, id string) ([]objects.Credential, error)
	// IdentityFederatedCredentials are those of a managed identity, by the object ID
	// of its service principal.
	IdentityFederatedCredentials(ctx context.Context, id string) ([]objects.Credential, error)
	Owners(ctx context.Context, storedOn, id string) ([]objects.Owner, error)
	Policies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error)
	Changes(ctx context.Context, objectID string, since time.Time) ([]objects.Change, error)
	Activity(ctx context.Context, appID string) ([]objects.Activity, error)
	SignIns(ctx context.Context, appID string, since time.Time) ([]objects.SignInEntry, error)
	// AccessPolicy is the Conditional Access policy of that ID.
	AccessPolicy(ctx context.Context, id string) (objects.AccessPolicy, error)
	Organization(ctx context.Context) (objects.Organization, error)

	// ReadUsers and ReadGroups do what a synchronization begins with.
	ReadUsers(ctx context.Context) error
	ReadGroups(ctx context.Context) error
}
