package graph

import (
	"context"
	"sync"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/policies"
	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// policiesAtOnce is the number of policies whose objects are read in parallel.
const policiesAtOnce = 4

// AppPolicies reads all app management policies of the tenant, and the objects that
// each is assigned to. It needs one listing per policy rather than one request per
// object. It needs Policy.Read.All.
func (c *Client) AppPolicies(ctx context.Context) (objects.AppPolicies, error) {
	var out objects.AppPolicies
	o, err := c.defaultPolicy(ctx)
	if err != nil {
		return out, need(err, NeedPolicies)
	}
	out.Default, _ = wire.AppPolicy(o)
	all := policies.NewPoliciesRequestBuilderInternal(map[string]string{}, c.adapter).AppManagementPolicies()
	err = c.whole(ctx, all.BaseRequestBuilder, nil, func(o wire.Item) {
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
		g.Go(func() error {
			return c.whole(ctx, all.ByAppManagementPolicyId(p.ID).AppliesTo().BaseRequestBuilder, query{"select": []string{"id"}}, func(o wire.Item) {
				mu.Lock()
				defer mu.Unlock()
				p.AppliesTo = append(p.AppliesTo, o.GUID("id"))
			})
		})
	}
	return out, g.Wait()
}

// whole reads a collection to its end, or returns an error.
func (c *Client) whole(ctx context.Context, b abs.BaseRequestBuilder, q query, visit func(wire.Item)) error {
	complete, err := c.list(ctx, request(b, q), c.maxPages, func(o wire.Item) error { visit(o); return nil })
	if err == nil && !complete {
		err = errTooManyPages
	}
	return need(err, NeedPolicies)
}
