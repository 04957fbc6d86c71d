// Package incident reconstructs the histories of credentials in chronological order: who
// added each, from where it was used and who removed it, including credentials that are
// gone. Its sources are the directory audit log, the service principal sign-in log, the
// activity report and the credentials in the tenant now. All of them contain hostile text.
// They are matched only by key IDs.
package incident

import (
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// retention is how long Microsoft Entra keeps both logs with a P1 or P2 licence, and
// shortRetention is how long without one.
const (
	retention      = 30 * 24 * time.Hour
	shortRetention = 7 * 24 * time.Hour
)

// Tenant reads a tenant. The client of package graph implements it.
type Tenant interface {
	scan.PowerReader
	FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error)
	FindApplications(ctx context.Context, name string) ([]objects.Application, error)
	ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error)
	ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error)
	ApplicationNamed(ctx context.Context, id string) (*objects.Application, error)
	ServicePrincipalNamed(ctx context.Context, id string) (*objects.ServicePrincipal, error)
	FederatedCredentials(ctx context.Context, appID, applicationID string) ([]objects.Credential, error)
	FindDeleted(ctx context.Context, name string) ([]objects.Deleted, error)
	Scan(ctx context.Context, l objects.Listing) error
	EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error
	EachChangeOf(ctx context.Context, objectID string, since time.Time, visit func(objects.Change)) error
	EachSignIn(ctx context.Context, appID string, since time.Time, visit func(objects.SignInEntry)) (whole bool, err error)
	Activity(ctx context.Context, appID string) ([]objects.Activity, error)
}

// Options select the histories.
type Options struct {
	// Asked is a key ID, or an application by its name, application ID, object ID or a
	// service principal name.
	Asked string
	// TenantID is the GUID of the tenant.
	TenantID string
	// Since is the start of the histories. Zero means as far back as the logs go.
	Since time.Time
	Now   time.Time
}

// Reconstruct reads the tenant and the logs. The sources in the report say what could not be
// read. An error means that nothing was found, or that the search failed.
func Reconstruct(ctx context.Context, r Tenant, o Options) (*result.Incident, error) {
	t := &trail{Tenant: r, Options: o, since: o.Now.Add(-retention), sources: map[string]*source{}}
	for _, name := range sourceNames {
		t.sources[name] = &source{}
	}
	if o.Since.After(t.since) {
		t.since = o.Since
	}
	if err := t.find(ctx); err != nil {
		return nil, err
	}
	t.read(ctx)
	return t.report(), nil
}

// trail collects the facts for the histories.
type trail struct {
	Tenant
	Options
	since time.Time
	// key is the requested key, or empty for all keys of the subjects.
	key      string
	subjects []*subject
	changes  []objects.Change
	signIns  map[string]*uses // by application ID
	activity map[string]time.Time
	powers   scan.Powers
	sources  map[string]*source
	notes    []msg.Text
}

// subject is an object that has or had credentials.
type subject struct {
	id, appID, name, kind, state string
	credentials                  []objects.Credential
	// unread means that not all of its credentials could be read.
	unread bool
}

func ofApplication(a *objects.Application) *subject {
	return &subject{id: a.ID, appID: a.AppID, name: a.DisplayName, kind: objects.OnApplication, state: listed, credentials: a.Credentials, unread: objects.Incomplete(a.Problems)}
}

func ofPrincipal(p *objects.ServicePrincipal) *subject {
	return &subject{id: p.ID, appID: p.AppID, name: p.DisplayName, kind: objects.OnServicePrincipal, state: listed, credentials: p.Credentials, unread: objects.Incomplete(p.Problems)}
}

func ofDeleted(d *objects.Deleted) *subject {
	return &subject{id: d.ID, appID: d.AppID, name: d.DisplayName, kind: objects.OnApplication, state: deleted}
}

// wants reports whether the report includes a key.
func (t *trail) wants(key string) bool { return t.key == "" || t.key == key }

// appIDs returns the application IDs of the subjects, each once.
func (t *trail) appIDs() []string {
	var ids []string
	for _, s := range t.subjects {
		if s.appID != "" && !slices.Contains(ids, s.appID) {
			ids = append(ids, s.appID)
		}
	}
	return ids
}
