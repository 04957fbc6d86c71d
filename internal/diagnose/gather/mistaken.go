package gather

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/objects"
)

// readMistaken asks what is given instead of a tenant or a client ID that Entra
// does not know: one request for each possibility, none of which carries a
// credential.
func (r *run) readMistaken(ctx context.Context) {
	f := r.seen()
	noTenant := diagnose.UnknownTenant(f)
	if !noTenant && !diagnose.UnknownClientID(f) {
		return
	}
	parts := []func(){func() { r.readClientIDTenant(ctx, f) }}
	if noTenant {
		parts = append(parts, func() { r.readMeantTenant(ctx, f) }, func() { r.readSubscription(ctx, f) })
	}
	together(parts...)
}

// readClientIDTenant asks whether the client ID names a tenant.
func (r *run) readClientIDTenant(ctx context.Context, f *diagnose.Facts) {
	id, tenant := f.Setup.ClientID.Value, f.Setup.Tenant.Value
	if strings.EqualFold(id, tenant) || !config.IsTenant(id) {
		return
	}
	take(r, &r.facts.ClientIDTenant, read(r.Session.TenantID(ctx, id)))
}

// readMeantTenant asks for the tenant that was meant by a setting with a mistake
// in it.
func (r *run) readMeantTenant(ctx context.Context, f *diagnose.Facts) {
	meant := near.Tenant(f.Setup.Tenant.Value)
	if meant == "" {
		return
	}
	id, err := r.Session.TenantID(ctx, meant)
	take(r, &r.facts.Meant, fact.Of(diagnose.Meant{Name: meant, Tenant: fact.From(id, err)}))
}

// readSubscription asks whether the tenant setting is an Azure subscription's ID.
func (r *run) readSubscription(ctx context.Context, f *diagnose.Facts) {
	if id := f.Setup.Tenant.Value; objects.IsGUID(id) {
		take(r, &r.facts.Subscription, read(r.Session.SubscriptionTenant(ctx, id)))
	}
}
