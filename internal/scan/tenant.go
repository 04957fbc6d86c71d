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

// tenantScan is the scan of one tenant. Its listings are read in parallel, each into its own
// stream, and joined at the end.
type tenantScan struct {
	*tenantDone
	options *Options
	now     time.Time
	within  time.Duration
	lister  lister
	cloud   string

	main [4]stream // passwords and certificates of both kinds of object
	// federated and ownerless hold application IDs and object IDs.
	federated, ownerless idSet
	activity             map[id]int64 // latest use of each key, as Unix time
	activityErr          error
	activityAsked        bool
	policies             policyView

	mu       sync.Mutex
	failures []failure
	// federations are the applications with federated credentials, if a rule is about
	// these. foreign are the credentials that were found.
	federations []objects.Listed
	foreign     []foreign
}

// kinds are the kinds of object.
var kinds = [2]string{objects.OnApplication, objects.OnServicePrincipal}

// parts are the listings of every scan. A saved state has the kinds in the same order.
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

// read runs all listings. If one fails, the others continue, because their results are
// still useful.
func (t *tenantScan) read(ctx context.Context) {
	var wg sync.WaitGroup
	for i := range parts {
		t.main[i].scan = t
		t.main[i].reset()
	}
	wg.Go(func() {
		if !t.follow(ctx) {
			t.readParts(ctx)
		}
	})
	wg.Go(func() { t.readFederated(ctx) })
	if t.options.needs(needOwners) {
		for _, kind := range kinds {
			wg.Go(func() { t.readOwnerless(ctx, kind) })
		}
	}
	if t.options.needs(needActivity) {
		wg.Go(func() { t.readActivity(ctx); t.fail(lastUses, t.activityErr) })
	}
	if t.options.wantsPolicies() {
		wg.Go(func() { t.readPolicies(ctx) })
	}
	wg.Wait()
	// Only the report shows whether the value of a secret that spcheck added was lost. The
	// report is long, so it is read only if there is such a secret.
	if !t.options.needs(needActivity) && t.suspects() > 0 {
		t.readActivity(ctx)
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

// suspects counts the secrets that may be lost.
func (t *tenantScan) suspects() (n int) {
	for i := range t.main {
		n += t.main[i].suspects
	}
	return n
}

// useKnown reports whether the last use of every credential is known.
func (t *tenantScan) useKnown() bool { return t.activityAsked && t.activityErr == nil }

// readFederated lists the applications with federated credentials in one query. A request
// for each application would take hours. If it fails, an application may look as if it had
// no credential, so the failure counts.
func (t *tenantScan) readFederated(ctx context.Context) {
	t.fail(federatedCredentials, t.lister.Scan(ctx, objects.Listing{
		Kind: objects.OnApplication, Part: objects.WithFederation, Page: t.page,
		Restart: func() { t.federated, t.federations = idSet{}, nil },
		Object: func(o *objects.Listed) error {
			if t.federated.add(o.AppID); t.options.needs(needIssuers) {
				t.federations = append(t.federations, objects.Listed{ID: o.ID, AppID: o.AppID, DisplayName: o.DisplayName})
			}
			return nil
		}}))
}

func (t *tenantScan) readOwnerless(ctx context.Context, kind string) {
	var found []string
	err := t.lister.Scan(ctx, objects.Listing{
		Kind: kind, Part: objects.Ownerless, Page: t.page, Restart: func() { found = nil },
		Object: func(o *objects.Listed) error { found = append(found, o.ID); return nil }})
	t.fail(owners, err)
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range found {
		t.ownerless.add(id)
	}
}

func (t *tenantScan) readActivity(ctx context.Context) {
	t.activity, t.activityAsked = map[id]int64{}, true
	t.activityErr = t.lister.EachActivity(ctx, func(keyID string, last time.Time) {
		if key, ok := parseID(keyID); ok {
			t.activity[key] = max(t.activity[key], last.Unix())
		}
	})
}

func (t *tenantScan) fail(what listing, err error) {
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.failures = append(t.failures, failure{what, err})
	}
}

func (t *tenantScan) notice(text msg.Text, unkept bool) {
	t.notices = append(t.notices, Notice{Tenant: t.names[0], Text: text, Unkept: unkept})
}

func (t *tenantScan) page(p objects.Page) {
	t.mu.Lock()
	t.pages++
	t.units += p.ResourceUnits
	t.mu.Unlock()
	t.options.Progress.note(func(c *Counts) { c.Pages++; c.Objects += int64(p.Objects) })
}

// complete reports whether all passwords and certificates were read, so that one that is
// not known does not exist. A failed listing of federated credentials makes no difference:
// few applications have any, and the report says so.
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
