package graph

import (
	"context"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	"github.com/microsoftgraph/msgraph-sdk-go/policies"

	"github.com/spcheck/spcheck/internal/objects"
)

// tenantPolicy is the source of the tenant-wide policy.
const tenantPolicy = "tenant"

// Policies reads which app management policy rules the passwords of an object:
// the custom policy assigned to it, which replaces the tenant's, else the
// tenant's. storedOn is objects.OnApplication or objects.OnServicePrincipal,
// made is when the object was created. The list is empty where nothing applies.
// It needs Policy.Read.All; no permission for applications suffices.
func (c *Client) Policies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error) {
	custom, err := c.customPolicies(ctx, storedOn, id)
	if err != nil {
		return nil, need(err, NeedPolicies)
	}
	for _, p := range custom {
		if p.isTrue("isEnabled") {
			return applied(p, p.object("restrictions"), p.text("displayName"), made), nil
		}
	}
	p, err := c.defaultPolicy(ctx)
	if err != nil {
		return nil, need(err, NeedPolicies)
	}
	if !p.isTrue("isEnabled") {
		return nil, nil
	}
	return applied(p, p.object(storedOn+"Restrictions"), tenantPolicy, made), nil
}

func (c *Client) customPolicies(ctx context.Context, storedOn, id string) ([]item, error) {
	var ri *abs.RequestInformation
	var err error
	if storedOn == objects.OnServicePrincipal {
		ri, err = c.servicePrincipals().ByServicePrincipalId(id).AppManagementPolicies().ToGetRequestInformation(ctx, nil)
	} else {
		ri, err = c.applications().ByApplicationId(id).AppManagementPolicies().ToGetRequestInformation(ctx, nil)
	}
	if err != nil {
		return nil, errBuild
	}
	var out []item
	_, err = c.list(ctx, ri, listPages, func(o item) error { out = append(out, o); return nil })
	return out, err
}

func (c *Client) defaultPolicy(ctx context.Context) (item, error) {
	b := policies.NewPoliciesRequestBuilderInternal(map[string]string{}, c.adapter).DefaultAppManagementPolicy()
	ri, err := b.ToGetRequestInformation(ctx, nil)
	if err != nil {
		return nil, errBuild
	}
	return c.get(ctx, ri)
}

// unknownCreation is when a service principal without a creation date counts as
// created (Microsoft's documentation of the policies).
func unknownCreation() time.Time { return time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC) }

// applied reads the restrictions on passwords that are enabled and reach an
// object of that age.
func applied(policy, restrictions item, source string, made *time.Time) []objects.Policy {
	if made == nil {
		made = ptr(unknownCreation())
	}
	out := objects.Policy{Source: source, ID: policy.guid("id")}
	for _, r := range restrictions.objects("passwordCredentials") {
		since, bad := r.when("restrictForAppsCreatedAfterDateTime")
		if r.text("state") == "disabled" || bad || since != nil && made.Before(*since) {
			continue
		}
		switch r.text("restrictionType") {
		case "passwordAddition":
			out.PasswordsForbidden, out.PasswordsForbiddenSince = true, since
		case "passwordLifetime":
			if d := duration(r.text("maxLifetime")); d > 0 && (out.MaxLifetime == 0 || d < out.MaxLifetime) {
				out.MaxLifetime = d
			}
		}
	}
	if !out.PasswordsForbidden && out.MaxLifetime == 0 {
		return nil
	}
	return []objects.Policy{out}
}

// duration reads an ISO 8601 duration such as P90D; 0 where it is none. Years
// and months, which Graph does not send, count as 365 and 30 days.
func duration(s string) time.Duration {
	d, err := serialization.ParseISODuration(s)
	if err != nil || d == nil {
		return 0
	}
	days := d.GetYears()*365 + d.GetWeeks()*7 + d.GetDays()
	if days < 0 || days > 100_000 {
		return 0
	}
	return time.Duration(days)*24*time.Hour + time.Duration(d.GetHours())*time.Hour +
		time.Duration(d.GetMinutes())*time.Minute + time.Duration(d.GetSeconds())*time.Second
}
