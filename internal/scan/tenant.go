package scan

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// tenantScan is the scan of one tenant. Its listings run at the same time, each into
// a stream of its own; they are joined once all have ended.
type tenantScan struct {
	options *Options
	// tenants are the tenant's names: its GUID, and what was configured.
	tenants []string
	now     time.Time
	within  time.Duration
	lister  lister
	cloud   string
	past    *tenantBaseline // nil where there is nothing to compare with

	main [4]stream // passwords and certificates of both kinds of object
	// federated and ownerless hold application IDs and object IDs.
	federated, ownerless idSet
	activity             idTimes
	policies             policyView

	mu           sync.Mutex
	pages, units int
	// failures are what could not be read.
	failures    []failure
	activityErr error
	// activityAsked says that the last uses were asked for.
	activityAsked bool
	changes       changes
	authors       authors
	powers        Powers
	// federations are the applications with federated credentials, where a rule is about
	// these; foreign are those that were found.
	federations []objects.Listed
	foreign     []foreign
	// notices are about what is kept between scans.
	notices []Notice
}

// parts are the listings that every scan makes.
var parts = [4]struct {
	kind string
	part objects.Part
	what listing
}{
	{objects.OnApplication, objects.Passwords, applications},
	{objects.OnServicePrincipal, objects.Passwords, servicePrincipals},
	{objects.OnApplication, objects.Certificates, certificatesOfApplications},
	{objects.OnServicePrincipal, objects.Certificates, certificatesOfPrincipals},
}

// read runs all listings. One that fails does not stop the others: what they
// bring is worth knowing.
func (t *tenantScan) read(ctx context.Context) {
	var g errgroup.Group
	for i := range parts {
		t.main[i].scan = t
		t.main[i].reset()
	}
	g.Go(func() error {
		if !t.follow(ctx) {
			t.readParts(ctx)
		}
		return nil
	})
	g.Go(func() error { t.readFederated(ctx); return nil })
	if t.options.needs(needOwners) {
		for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
			g.Go(func() error { t.readOwnerless(ctx, kind); return nil })
		}
	}
	if t.options.needs(needActivity) {
		g.Go(func() error { t.readActivity(ctx); return nil })
	}
	if t.options.wantsPolicies() {
		g.Go(func() error { t.readPolicies(ctx); return nil })
	}
	_ = g.Wait()
	// Only the report tells a secret of spcheck's own that signs in from one whose
	// value was lost. It is long, and read where there is one.
	if !t.options.needs(needActivity) && t.suspects() > 0 {
		t.activity, t.activityErr = t.lastUses(ctx)
		t.activityAsked = true
	}
}

// readParts lists the credentials.
func (t *tenantScan) readParts(ctx context.Context) {
	var g errgroup.Group
	for i, p := range parts {
		s := &t.main[i]
		g.Go(func() error {
			t.fail(p.what, t.lister.Scan(ctx, objects.Listing{
				Kind: p.kind, Part: p.part, Created: t.options.wantsPolicies(), Object: s.object, Page: s.count, Restart: s.reset,
			}))
			return nil
		})
	}
	_ = g.Wait()
}

// suspects counts the secrets that only their use can clear.
func (t *tenantScan) suspects() (n int) {
	for i := range t.main {
		n += t.main[i].suspects
	}
	return n
}

// useKnown reports whether the last use of every credential is known.
func (t *tenantScan) useKnown() bool { return t.activityAsked && t.activityErr == nil }

// readFederated lists the applications with federated credentials by one query,
// where a request for each application would take hours. Without it an
// application might look as if nothing signed it in, so that a failure counts.
func (t *tenantScan) readFederated(ctx context.Context) {
	var found idSet
	var apps []objects.Listed
	err := t.lister.Scan(ctx, objects.Listing{Kind: objects.OnApplication, Part: objects.WithFederation, Page: t.page,
		Restart: func() { found.reset(); apps = nil },
		Object: func(o *objects.Listed) error {
			if found.add(o.AppID); t.options.needs(needIssuers) {
				apps = append(apps, objects.Listed{ID: o.ID, AppID: o.AppID, DisplayName: o.DisplayName})
			}
			return nil
		}})
	t.mu.Lock()
	t.federated, t.federations = found, apps
	t.mu.Unlock()
	t.fail(federatedCredentials, err)
}

func (t *tenantScan) readOwnerless(ctx context.Context, kind string) {
	var found []string
	err := t.lister.Scan(ctx, objects.Listing{Kind: kind, Part: objects.Ownerless,
		Object: func(o *objects.Listed) error { found = append(found, o.ID); return nil }, Page: t.page, Restart: func() { found = nil }})
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range found {
		t.ownerless.add(id)
	}
	if err != nil {
		t.failures = append(t.failures, failure{owners, err})
	}
}

func (t *tenantScan) readActivity(ctx context.Context) {
	found, err := t.lastUses(ctx)
	t.mu.Lock()
	t.activity, t.activityErr, t.activityAsked = found, err, true
	t.mu.Unlock()
	t.fail(lastUses, err)
}

func (t *tenantScan) lastUses(ctx context.Context) (found idTimes, err error) {
	err = t.lister.EachActivity(ctx, func(keyID string, last time.Time) { found.add(keyID, last.Unix()) })
	return found, err
}

func (t *tenantScan) fail(what listing, err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, failure{what, err})
}

func (t *tenantScan) notice(text msg.Text, unkept bool) {
	t.notices = append(t.notices, Notice{Tenant: t.tenants[0], Text: text, Unkept: unkept})
}

func (t *tenantScan) page(p objects.Page) {
	t.mu.Lock()
	t.pages++
	t.units += p.ResourceUnits
	t.mu.Unlock()
	t.options.Progress.page(p.Objects)
}

// complete reports whether the credentials themselves were all read, so that one
// that is not known does not exist. That the federated ones could not be listed
// blunts nothing: few applications have any, and the report says so.
func (t *tenantScan) complete() bool {
	return !slices.ContainsFunc(t.failures, func(f failure) bool {
		return f.what == applications || f.what == servicePrincipals || f.what == certificatesOfApplications || f.what == certificatesOfPrincipals
	})
}

func (t *tenantScan) close() {
	for i := range t.main {
		t.main[i].candidates.close()
	}
}
