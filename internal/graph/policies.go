package graph

import (
	"context"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/policies"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// tenantPolicy is the source of the tenant-wide policy.
const tenantPolicy = "tenant"

// rules returns the restrictions of a policy that apply to an object created at that
// time.
type rules func(policy, restrictions wire.Item, source string, made *time.Time) []objects.Policy

// Policies reads the app management policy for the passwords of an object: the custom
// policy assigned to it or else the tenant's. A custom policy replaces the tenant's.
// storedOn is objects.OnApplication or objects.OnServicePrincipal, made is when the
// object was created. The list is empty if no policy applies. It needs Policy.Read.All;
// no permission for applications is sufficient.
func (c *Client) Policies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error) {
	return c.rule(ctx, storedOn, id, made, wire.PasswordRules)
}

// KeyPolicies does the same for certificates. MaxLifetime is that of a certificate.
func (c *Client) KeyPolicies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error) {
	return c.rule(ctx, storedOn, id, made, wire.KeyRules)
}

func (c *Client) rule(ctx context.Context, storedOn, id string, made *time.Time, read rules) ([]objects.Policy, error) {
	var custom []wire.Item
	var p wire.Item
	var customErr, err error
	together(
		func() { custom, customErr = c.customPolicies(ctx, storedOn, id) },
		func() { p, err = c.defaultPolicy(ctx) },
	)
	if customErr != nil {
		return nil, need(customErr, NeedPolicies)
	}
	for _, p := range custom {
		if p.IsTrue("isEnabled") {
			return read(p, p.Object("restrictions"), p.Text("displayName"), made), nil
		}
	}
	if err != nil {
		return nil, need(err, NeedPolicies)
	}
	if !p.IsTrue("isEnabled") {
		return nil, nil
	}
	return read(p, p.Object(storedOn+"Restrictions"), tenantPolicy, made), nil
}

func (c *Client) customPolicies(ctx context.Context, storedOn, id string) ([]wire.Item, error) {
	var out []wire.Item
	_, err := c.list(ctx, request(c.object(storedOn, id).policies, nil), listPages, func(o wire.Item) error { out = append(out, o); return nil })
	return out, err
}

func (c *Client) defaultPolicy(ctx context.Context) (wire.Item, error) {
	b := policies.NewPoliciesRequestBuilderInternal(map[string]string{}, c.adapter).DefaultAppManagementPolicy()
	return c.get(ctx, request(b.BaseRequestBuilder, nil))
}
