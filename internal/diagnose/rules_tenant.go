package diagnose

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

func tenantRules() []rule {
	return []rule{swapped, tenantNotGiven, otherCloud, tenantIsSubscription, tenantMisspelt, tenantUnusable, tenantUnknown}
}

// zeroGUID is what an unfilled setting often holds.
const zeroGUID = "00000000-0000-0000-0000-000000000000"

// audiences are the words that stand for a group of tenants in an authority. An
// application cannot sign in there: it has an account in one tenant only.
var audiences = []string{"common", "organizations", "consumers"}

// domainLike is a name with at least one dot, as a verified domain has.
var domainLike = lazyregexp.New(`(?i)^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$`)

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
	refused := v.refusal != nil && !v.fromText
	word := slices.Contains(audiences, strings.ToLower(t.Value))
	if !refused || !word && t.Value != zeroGUID {
		return nil
	}
	why := msg.New("%q stands for any tenant. An application signs in to one tenant, so that tenant must be configured.", t.Value)
	if !word {
		why = msg.New("The configured tenant is the all-zero GUID: the setting was never filled in.")
	}
	return one(v.answered(proven(causes.TenantNotGiven, v.tenantUnread()).because(why).
		seen(msg.New("configured tenant"), t.shown())))
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

// homeCloud names the tenant's cloud by what the discovery document says of its
// region, where it says so.
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
	if v.fromText || !v.family(aadsts.TenantUnknown) || len(swapped(v))+len(tenantIsSubscription(v))+len(tenantMisspelt(v)) > 0 {
		return nil
	}
	t := v.Setup.Tenant
	if !objects.IsGUID(t.Value) && !domainLike().MatchString(t.Value) {
		return one(v.answered(proven(causes.TenantMalformed, v.tenantUnread()).because(malformedTenant(t.Value)).
			seen(msg.New("configured tenant"), t.shown())))
	}
	found := v.answered(proven(causes.TenantNotFound, v.tenantUnread()).
		because(unknownTenant(t.Value)).
		seen(msg.New("configured tenant"), t.shown()))
	if strings.EqualFold(t.Value, v.Setup.ClientID.Value) {
		found.because(msg.New("The configured tenant is the client ID: both settings have the same GUID."))
	}
	elsewhere := possible(causes.WrongCloud).alongside().
		because(msg.New("Entra gives the same answer if the tenant exists in another national cloud (see --cloud)."))
	return []*verdict{found, elsewhere}
}

func unknownTenant(tenant string) msg.Text {
	if objects.IsGUID(tenant) {
		return msg.New("The tenant setting is well-formed, but this cloud has no tenant with that ID: it was mistyped, is another kind of ID (of a subscription or an application), or the tenant was deleted.")
	}
	return msg.New("Entra does not know a tenant with the domain %s: the domain is misspelt, or not verified in the tenant.", tenant)
}

func malformedTenant(tenant string) msg.Text {
	if strings.TrimSpace(tenant) != tenant {
		return msg.New("The tenant starts or ends with a space or line break, which is not part of a GUID or domain name.")
	}
	hexOnly := regexp.MustCompile(`(?i)^[0-9a-f-]+$`).MatchString(tenant)
	if hexOnly && strings.Count(tenant, "-") >= 3 {
		return msg.New("The tenant looks like a GUID with %d characters; a GUID has 36. It was probably not copied completely.", len(tenant))
	}
	return msg.New("A tenant is a GUID or a verified domain name such as contoso.onmicrosoft.com; this is neither.")
}

// answered adds the refusal itself to the evidence.
func (v *view) answered(d *verdict) *verdict {
	switch {
	case v.refusal == nil:
		return d
	case v.refusal.code() == "":
		return v.quoted(d)
	}
	return d.seen(msg.New("Entra's answer"), v.refused(Refusal.code))
}

// code is how the answer's codes are quoted.
func (r Refusal) code() string {
	if len(r.Codes) == 0 {
		return r.OAuth
	}
	return "AADSTS" + strings.Join(r.Codes, ", AADSTS")
}
