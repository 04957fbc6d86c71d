// Package incident tells the histories of credentials: who added each, from where it was
// used, who removed it, in order of time, also of those that are gone. It goes by the
// directory audit log, the service principal sign-in log, the activity report and what
// the tenant lists now. Everything in them is hostile text, matched by key IDs alone.
package incident

import (
	"context"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// retention is how far back Microsoft Entra keeps both logs with a P1 or P2 licence;
// shortRetention is how far without one.
const (
	retention      = 30 * 24 * time.Hour
	shortRetention = 7 * 24 * time.Hour
)

// Tenant reads a tenant; package graph's client is one.
type Tenant interface {
	scan.PowerReader
	FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error)
	FindApplications(ctx context.Context, name string) ([]objects.Application, error)
	ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error)
	ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error)
	ApplicationNamed(ctx context.Context, id string) (*objects.Application, error)
	ServicePrincipalNamed(ctx context.Context, id string) (*objects.ServicePrincipal, error)
	FederatedCredentials(ctx context.Context, appID, applicationID string) ([]objects.Credential, error)
	FindDeleted(ctx context.Context, name string) ([]objects.DeletedApplication, error)
	Scan(ctx context.Context, l objects.Listing) error
	EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error
	EachChangeOf(ctx context.Context, objectID string, since time.Time, visit func(objects.Change)) error
	EachSignIn(ctx context.Context, appID string, since time.Time, visit func(objects.SignInEntry)) (whole bool, err error)
	Activity(ctx context.Context, appID string) ([]objects.Activity, error)
}

// Options say what to tell of.
type Options struct {
	// Asked is a key ID, or an application by its name, application ID, object ID or a
	// service principal name.
	Asked string
	// TenantID is the GUID of the tenant.
	TenantID string
	// Since is when the history begins; zero is as far back as the logs go.
	Since time.Time
	// Now is the time.
	Now time.Time
}

// Reconstruct reads the tenant and the logs. What could not be read is told by the report's
// sources; the error is that nothing of that name was found, or that nobody could look
// for it.
func Reconstruct(ctx context.Context, r Tenant, o Options) (*result.Incident, error) {
	t := &trail{Tenant: r, Options: o, since: o.Now.Add(-retention), sources: map[string]*source{}}
	if o.Since.After(t.since) {
		t.since = o.Since
	}
	if err := t.find(ctx); err != nil {
		return nil, err
	}
	t.read(ctx)
	return t.report(), nil
}

// trail gathers what the histories are made of.
type trail struct {
	Tenant
	Options
	since time.Time
	// key is the one that was asked for, empty for all of the subjects.
	key      string
	subjects []*subject
	changes  []objects.Change
	signIns  map[string]*uses // by application ID
	activity map[string]time.Time
	powers   scan.Powers
	sources  map[string]*source
	notes    []noted
}

// subject is an object that holds credentials, or held some.
type subject struct {
	id, appID, name, kind, state string
	credentials                  []objects.Credential
}

// wants reports whether a key's history is to be told.
func (t *trail) wants(key string) bool { return t.key == "" || t.key == key }

// appIDs are those of the subjects, each once.
func (t *trail) appIDs() []string {
	var ids []string
	seen := map[string]bool{"": true}
	for _, s := range t.subjects {
		if !seen[s.appID] {
			seen[s.appID] = true
			ids = append(ids, s.appID)
		}
	}
	return ids
}
