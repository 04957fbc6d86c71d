package diagnose

import (
	"errors"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// UnknownTenant reports whether Entra does not know the configured tenant, or the
// setting cannot be a tenant's, so that it may be something else.
func UnknownTenant(f *Facts) bool {
	v := newView(f)
	return v.noTenant()
}

func (v *view) noTenant() bool {
	return errors.Is(v.SignIn.Err(), ErrTenantUnusable) || v.family(aadsts.TenantUnknown) && !v.fromText
}

// swapped is a client ID that is a tenant's, beside a tenant that Entra does not
// know.
func swapped(v *view) []*verdict {
	if !v.noTenant() || v.ClientIDTenant.Value == "" {
		return nil
	}
	t, c := v.Setup.Tenant, v.Setup.ClientID
	d := proven(causes.ClientIDMistaken, v.clientUnlisted()).
		says(msg.New("The configured client ID is a tenant.")).
		because(msg.New("The client ID is the ID of a tenant, and Entra does not know the tenant %s.", t.Value))
	if objects.IsGUID(t.Value) {
		d.says(msg.New("The tenant and the client ID look swapped.")).
			because(msg.New("The configured client ID is a tenant, and the configured tenant is not."))
	}
	d.seen(msg.New("configured tenant"), t.shown()).seen(msg.New("configured client ID"), c.shown())
	return one(v.answered(v.namesTenant(d)))
}

// namesTenant adds which tenant the client ID names.
func (v *view) namesTenant(d *verdict) *verdict {
	if v.ClientIDTenant.Value == "" {
		return d
	}
	return d.seen(msg.New("the tenant that the client ID names"), seen.Text(v.ClientIDTenant, fromDiscovery(), func(id string) string { return id }))
}

// tenantIsSubscription is the ID of an Azure subscription in the place of the
// tenant's: the portal shows both beside each other.
func tenantIsSubscription(v *view) []*verdict {
	if !v.noTenant() || v.Subscription.Value == "" || len(swapped(v)) > 0 {
		return nil
	}
	return one(v.answered(proven(causes.TenantNotFound, v.tenantUnread()).
		says(msg.New("The configured tenant is the ID of an Azure subscription.")).
		because(msg.New("A subscription has its own ID. It trusts a tenant with a different ID: configure that one.")).
		seen(msg.New("configured tenant"), v.Setup.Tenant.shown()).
		seen(msg.New("the tenant that this subscription trusts"), seen.Text(v.Subscription, fromManagement(), func(id string) string { return id }))))
}

// tenantMisspelt is a setting that nearly names a tenant which Entra knows.
func tenantMisspelt(v *view) []*verdict {
	m := v.Meant.Value
	if !v.noTenant() || m.Tenant.Value == "" || len(swapped(v)) > 0 {
		return nil
	}
	t := v.Setup.Tenant
	d := proven(causes.TenantNotFound, v.tenantUnread())
	if !objects.IsGUID(t.Value) && !domainLike().MatchString(t.Value) {
		d = proven(causes.TenantMalformed, v.tenantNameless())
	}
	return one(v.answered(d.
		says(msg.New("The tenant is misspelt: it is probably %s.", m.Name)).
		because(msg.New("Entra does not know the tenant %s, but it knows %s.", t.Value, m.Name)).
		seen(msg.New("configured tenant"), t.shown()).
		seen(msg.New("the ID of the tenant %s", m.Name), seen.Text(m.Tenant, fromDiscovery(), func(id string) string { return id }))))
}
