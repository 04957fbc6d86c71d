package graph

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// tenantPolicy is the source of the tenant-wide policy.
	tenantPolicy = "tenant"
	// policiesAtOnce is the number of policies whose objects are read in parallel.
	policiesAtOnce = 4
)

// Policies reads the app management policy for the passwords of an object: the custom
// policy assigned to it or else the tenant's. A custom policy replaces the tenant's.
// storedOn is objects.OnApplication or objects.OnServicePrincipal, made is when the
// object was created. The list is empty if no policy applies. It needs Policy.Read.All;
// no permission for applications is sufficient.
func (c *Client) Policies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error) {
	return c.policiesOf(ctx, storedOn, id, made, objects.RestrictPasswords, objects.RestrictPasswordLife)
}

// KeyPolicies does the same for certificates. MaxLifetime is that of a certificate.
func (c *Client) KeyPolicies(ctx context.Context, storedOn, id string, made *time.Time) ([]objects.Policy, error) {
	return c.policiesOf(ctx, storedOn, id, made, objects.RestrictAuthorities, objects.RestrictKeyLife)
}

func (c *Client) policiesOf(ctx context.Context, storedOn, id string, made *time.Time, kinds ...string) ([]objects.Policy, error) {
	var custom []objects.AppPolicy
	var tenant objects.AppPolicy
	var customErr, err error
	together(
		func() {
			all := request(below(c.object(storedOn, id), "appManagementPolicies"), nil)
			custom, customErr = collect(ctx, c, all, listPages, NeedPolicies, func(o wire.Item) (objects.AppPolicy, bool) {
				p, _ := wire.AppPolicy(o)
				return p, p.Enabled
			})
		},
		func() { tenant, err = c.defaultPolicy(ctx) },
	)
	switch {
	case customErr != nil:
		return nil, customErr
	case len(custom) > 0:
		return wire.InForce(&custom[0], custom[0].Name, storedOn, made, kinds), nil
	case err != nil || !tenant.Enabled:
		return nil, err
	}
	return wire.InForce(&tenant, tenantPolicy, storedOn, made, kinds), nil
}

// policyAge is how old the tenant's default policy may be. Graph enforces the current one.
const policyAge = time.Minute

// readPolicy is the tenant's default policy as it was read last.
type readPolicy struct {
	mu     sync.Mutex
	policy objects.AppPolicy
	at     time.Time
}

// defaultPolicy is the same for all objects, so a run on many of them reads it once a
// minute.
func (c *Client) defaultPolicy(ctx context.Context) (objects.AppPolicy, error) {
	last := &c.policy
	last.mu.Lock()
	defer last.mu.Unlock()
	if !last.at.IsZero() && time.Since(last.at) < policyAge {
		return last.policy, nil
	}
	o, err := c.get(ctx, at("policies/defaultAppManagementPolicy"), nil)
	p, _ := wire.AppPolicy(o)
	if err == nil {
		last.policy, last.at = p, time.Now()
	}
	return p, need(err, NeedPolicies)
}

// AppPolicies reads all app management policies of the tenant, and the objects that
// each is assigned to. It needs one listing per policy rather than one request per
// object. It needs Policy.Read.All.
func (c *Client) AppPolicies(ctx context.Context) (out objects.AppPolicies, err error) {
	if out.Default, err = c.defaultPolicy(ctx); err != nil {
		return out, err
	}
	all := at("policies/appManagementPolicies")
	err = c.whole(ctx, request(all, nil), NeedPolicies, func(o wire.Item) {
		if p, ok := wire.AppPolicy(o); ok {
			out.Assigned = append(out.Assigned, p)
		}
	})
	if err != nil {
		return out, err
	}
	var g errgroup.Group
	g.SetLimit(policiesAtOnce)
	var mu sync.Mutex
	for i := range out.Assigned {
		p := &out.Assigned[i]
		b := below(all, "{id}/appliesTo")
		b.PathParameters = map[string]string{"id": p.ID}
		g.Go(func() error {
			return c.whole(ctx, request(b, query{"select": "id"}), NeedPolicies, func(o wire.Item) {
				mu.Lock()
				defer mu.Unlock()
				p.AppliesTo = append(p.AppliesTo, o.GUID("id"))
			})
		})
	}
	return out, g.Wait()
}
