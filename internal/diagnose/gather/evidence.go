package gather

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/objects"
)

// lookBack is how far back the logs are read. Without a licence they go back seven days.
const lookBack = 7 * 24 * time.Hour

// readEvidence reads what is related to the objects. Each part is optional: if it cannot be
// read, only its reason is kept. missing reads the object that was not found by name.
// signedIn is closed after the sign-in, and whole when both objects have been read.
func (r *run) readEvidence(ctx context.Context, d Directory, signedIn, whole <-chan struct{}, missing func()) {
	appID := r.appID()
	parts := []func(){missing,
		func() { r.readThumbprints(ctx, d, objects.OnApplication, whole) },
		func() { r.readThumbprints(ctx, d, objects.OnServicePrincipal, whole) },
	}
	if r.foundAny() && appID != "" && !r.ObjectsOnly {
		parts = append(parts,
			func() { r.readFederated(ctx, d, appID, whole) },
			func() { keep(r, diagnose.OfActivity, &r.facts.Activity, Activity(ctx, d, appID)) },
		)
	}
	r.late.Go(func() { r.readDeleted(ctx, d) })
	if signedIn != nil {
		parts = append(parts, func() {
			<-signedIn
			together(func() { r.readNamesake(ctx, d) }, func() { r.readAccess(ctx, d) })
		})
	}
	if !r.ListOnly && r.foundAny() {
		parts = append(parts,
			func() { keep(r, diagnose.OfOrganization, &r.facts.Organization, read(d.Organization(ctx))) },
			func() { take(r, &r.facts.SignInLog, read(d.SignIns(ctx, appID, r.facts.Now.Add(-lookBack)))) },
			func() {
				<-whole
				r.readByID(ctx, d)
			},
		)
	}
	together(parts...)
}

// Activity reads when each credential of an application was last used.
func Activity(ctx context.Context, d Directory, appID string) fact.Fact[[]objects.Activity] {
	return read(d.Activity(ctx, appID))
}

// readByID reads what is requested by the IDs of the objects.
func (r *run) readByID(ctx context.Context, d Directory) {
	on, id, made := r.subject()
	together(
		func() { keep(r, diagnose.OfOwners, &r.facts.Owners, read(d.Owners(ctx, on, id))) },
		func() { keep(r, diagnose.OfPolicies, &r.facts.Policies, read(d.Policies(ctx, on, id, made))) },
		func() { keep(r, diagnose.OfChanges, &r.facts.Changes, read(r.changes(ctx, d))) },
	)
}

// readAccess reads the Conditional Access policies in the refusal.
func (r *run) readAccess(ctx context.Context, d Directory) {
	s := r.seen().SignIn.Value
	if s.Refusal == nil || len(s.Refusal.Policies) == 0 {
		return
	}
	ids := slices.DeleteFunc(slices.Clone(s.Refusal.Policies), func(id string) bool { return !objects.IsGUID(id) })
	found, errs := make([]objects.AccessPolicy, len(ids)), make([]error, len(ids))
	var parts []func()
	for i, id := range ids {
		parts = append(parts, func() { found[i], errs[i] = d.AccessPolicy(ctx, id) })
	}
	together(parts...)
	take(r, &r.facts.Access, read(found, cmp.Or(errs...)))
}

// take stores a fact.
func take[T any](r *run, place *fact.Fact[T], seen fact.Fact[T]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*place = seen
}

// keep stores a fact that is a part of its own.
func keep[T any](r *run, part diagnose.Part, place *fact.Fact[T], seen fact.Fact[T]) {
	take(r, place, seen)
	r.settle(part)
}

// read converts the results of a call to a fact.
func read[T any](value T, err error) fact.Fact[T] {
	if err != nil {
		return fact.Missing[T](failure(err))
	}
	return fact.Of(value)
}

// foundAny reports whether an object was found.
func (r *run) foundAny() bool {
	f := r.seen()
	return len(f.ServicePrincipals.Value) > 0 || f.Application.Value != nil
}

// appID returns the application ID of the object, or else the configured one.
func (r *run) appID() string {
	f := r.seen()
	if app := f.Application.Value; app != nil {
		return app.AppID
	}
	if found := f.ServicePrincipals.Value; len(found) == 1 {
		return found[0].AppID
	}
	return f.Setup.ClientID.Value
}

// subject returns the application, where the portal keeps credentials and owners, or else
// the service principal.
func (r *run) subject() (on, id string, made *time.Time) {
	f := r.seen()
	if app := f.Application.Value; app != nil {
		return objects.OnApplication, app.ID, app.Created
	}
	sp := f.ServicePrincipals.Value[0]
	return objects.OnServicePrincipal, sp.ID, sp.Created
}

func (r *run) changes(ctx context.Context, d Directory) ([]objects.Change, error) {
	f := r.seen()
	var lists [2][]objects.Change
	var errs [2]error
	ask := func(i int, on string) {
		if id, _ := holder(f, on); id != "" {
			lists[i], errs[i] = d.Changes(ctx, id, f.Now.Add(-lookBack))
		}
	}
	together(func() { ask(0, objects.OnServicePrincipal) }, func() { ask(1, objects.OnApplication) })
	all := slices.Concat(lists[:]...)
	slices.SortStableFunc(all, func(a, b objects.Change) int { return b.Time.Compare(a.Time) })
	return all, cmp.Or(errs[:]...)
}
