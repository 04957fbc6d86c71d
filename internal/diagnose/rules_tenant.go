package diagnose

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

const zeroGUID = "00000000-0000-0000-0000-000000000000"

func tenantUnusable(v *view) []*verdict {
	if !errors.Is(v.SignIn.Err(), ErrTenantUnusable) || len(swapped(v))+len(tenantMisspelt(v)) > 0 {
		return nil
	}
	return one(proven(causes.TenantMalformed, v.tenantNameless()).
		because(msg.New("A tenant is a GUID or a verified domain name; this is neither, so no request was sent.")).
		seen(msg.New("configured tenant"), v.Setup.Tenant.shown()))
}

func tenantNotGiven(v *view) []*verdict {
	t := v.Setup.Tenant
	if v.refusal == nil || v.fromText || !v.tenantOpen() {
		return nil
	}
	why := msg.New("%q stands for any tenant. An application signs in to one tenant, so that tenant must be configured.", t.Value)
	if t.Value == zeroGUID {
		why = msg.New("The configured tenant is the all-zero GUID: the setting was never filled in.")
	}
	return one(v.answered(proven(causes.TenantNotGiven, v.tenantUnread()).because(why).
		seen(msg.New("configured tenant"), t.shown())))
}

// tenantOpen reports whether the configured tenant stands for no tenant in particular.
func (v *view) tenantOpen() bool {
	return slices.Contains([]string{zeroGUID, "common", "organizations", "consumers"}, strings.ToLower(v.Setup.Tenant.Value))
}

func otherCloud(v *view) []*verdict {
	if !v.family(aadsts.OtherCloud) {
		return nil
	}
	d := proven(causes.WrongCloud, v.tenantUnread()).
		because(msg.New("Entra knows the tenant, but it is in a different national cloud from the configured one."))
	if cloud := v.homeCloud(); cloud != "" {
		d.because(msg.New("Entra knows the tenant, but it is in another national cloud: use --cloud %s.", cloud)).
			seen(msg.New("the tenant's region and cloud"), seen.Text(v.SignIn, fromDiscovery(),
				func(s SignIn) string { return strings.TrimSpace(s.Region + " " + s.CloudInstance) }))
	}
	return one(v.answered(d))
}

// homeCloud returns the tenant's cloud by the discovery document, or an empty string.
func (v *view) homeCloud() string {
	s := v.SignIn.Value
	instance := strings.ToLower(s.CloudInstance)
	switch {
	case strings.EqualFold(s.Region, "USGov"), strings.HasSuffix(instance, ".us"):
		return "usgov"
	case strings.EqualFold(s.Region, "CN"), strings.HasSuffix(instance, ".cn"):
		return "china"
	}
	return ""
}

func tenantUnknown(v *view) []*verdict {
	if v.fromText || !v.family(aadsts.TenantUnknown) || len(swapped(v))+len(tenantIsSubscription(v))+len(tenantMisspelt(v))+len(tenantNotGiven(v)) > 0 {
		return nil
	}
	t := v.Setup.Tenant
	found := v.answered(proven(causes.TenantNotFound, v.tenantUnread()).seen(msg.New("configured tenant"), t.shown()))
	digits := regexp.MustCompile(`(?i)^[0-9a-f-]+$`).MatchString(t.Value)
	switch {
	case strings.EqualFold(t.Value, v.Setup.ClientID.Value) && v.tenantLike():
		found.because(msg.New("The configured tenant is the client ID: both settings have the same GUID."))
	case objects.IsGUID(t.Value):
		found.because(msg.New("The tenant setting is well-formed, but this cloud has no tenant with that ID: it was mistyped, is another kind of ID (of a subscription or an application), or the tenant was deleted."))
	case v.tenantLike():
		found.because(msg.New("Entra does not know a tenant with the domain %s: the domain is misspelt, or not verified in the tenant.", t.Value))
	case strings.TrimSpace(t.Value) != t.Value:
		found.because(msg.New("The tenant starts or ends with a space or line break, which is not part of a GUID or domain name."))
	case digits && strings.Count(t.Value, "-") >= 3:
		found.because(msg.New("The tenant looks like a GUID with %d characters; a GUID has 36. It was probably not copied completely.", len(t.Value)))
	default:
		found.because(msg.New("A tenant is a GUID or a verified domain name such as contoso.onmicrosoft.com; this is neither."))
	}
	if !v.tenantLike() {
		found.id = causes.TenantMalformed
		return one(found)
	}
	return []*verdict{found, possible(causes.WrongCloud).alongside().
		because(msg.New("Entra gives the same answer if the tenant exists in another national cloud (see --cloud)."))}
}

// tenantLike reports whether the configured tenant is a GUID or looks like a domain.
func (v *view) tenantLike() bool { return objects.IsTenant(v.Setup.Tenant.Value) }

// UnknownTenant reports whether Entra does not know the configured tenant, or the setting
// cannot be a tenant, so that it may be another kind of ID.
func UnknownTenant(f *Facts) bool { return newView(f).noTenant() }

func (v *view) noTenant() bool {
	return errors.Is(v.SignIn.Err(), ErrTenantUnusable) || v.family(aadsts.TenantUnknown) && !v.fromText
}

// swapped is a client ID that is a tenant's ID, while Entra does not know the tenant.
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
	return one(v.answered(d.seen(msg.New("configured tenant"), t.shown()).
		seen(msg.New("configured client ID"), c.shown()).
		seen(msg.New("the tenant that the client ID names"), seen.String(v.ClientIDTenant, fromDiscovery()))))
}

// tenantIsSubscription is the ID of an Azure subscription instead of the tenant's. The
// portal shows both side by side.
func tenantIsSubscription(v *view) []*verdict {
	if !v.noTenant() || v.Subscription.Value == "" || len(swapped(v)) > 0 {
		return nil
	}
	return one(v.answered(proven(causes.TenantNotFound, v.tenantUnread()).
		says(msg.New("The configured tenant is the ID of an Azure subscription.")).
		because(msg.New("A subscription has its own ID. It trusts a tenant with a different ID: configure that one.")).
		seen(msg.New("configured tenant"), v.Setup.Tenant.shown()).
		seen(msg.New("the tenant that this subscription trusts"), seen.String(v.Subscription, msg.New("Azure Resource Manager, answer to a request without a token")))))
}

// tenantMisspelt is a tenant that is close to one that Entra knows.
func tenantMisspelt(v *view) []*verdict {
	m := v.Meant.Value
	if !v.noTenant() || m.Tenant.Value == "" || len(swapped(v)) > 0 {
		return nil
	}
	t := v.Setup.Tenant
	d := proven(causes.TenantNotFound, v.tenantUnread())
	if !v.tenantLike() {
		d = proven(causes.TenantMalformed, v.tenantNameless())
	}
	return one(v.answered(d.
		says(msg.New("The tenant is misspelt: it is probably %s.", m.Name)).
		because(msg.New("Entra does not know the tenant %s, but it knows %s.", t.Value, m.Name)).
		seen(msg.New("configured tenant"), t.shown()).
		seen(msg.New("the ID of the tenant %s", m.Name), seen.String(m.Tenant, fromDiscovery()))))
}
