package graph

import (
	"context"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipalswithappid"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

func (c *Client) servicePrincipals() *serviceprincipals.ServicePrincipalsRequestBuilder {
	return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter)
}

// ServicePrincipal reads one service principal by its object ID.
func (c *Client) ServicePrincipal(ctx context.Context, id string) (objects.ServicePrincipal, error) {
	ri, err := c.servicePrincipals().ByServicePrincipalId(id).ToGetRequestInformation(ctx, nil)
	if err != nil {
		return objects.ServicePrincipal{}, errBuild
	}
	o, err := c.get(ctx, ri)
	if err != nil {
		return objects.ServicePrincipal{}, need(err, NeedApplications)
	}
	return c.withThumbprints(ctx, wire.ServicePrincipal(o)), nil
}

// ServicePrincipalsByAppID reads the service principal of an application; the
// list has at most one element, and none where the tenant has none.
func (c *Client) ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error) {
	matches := func(o wire.Item) bool { return wire.EqualFold(o.Text("appId"), appID) }
	found, err := c.filterServicePrincipals(ctx, "appId eq "+quote(appID), matches)
	if len(found) > 0 || err != nil && !isUnsupported(err) && !IsForbidden(err) {
		return found, err
	}
	// A Graph that does not filter by appId, or does not let this reader list, may
	// still give the one object by its alternate key.
	b := serviceprincipalswithappid.NewServicePrincipalsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID)
	ri, buildErr := b.ToGetRequestInformation(ctx, nil)
	if buildErr != nil {
		return nil, errBuild
	}
	o, err := c.byKey(ctx, ri, err)
	if o == nil || err != nil {
		return nil, err
	}
	return []objects.ServicePrincipal{c.withThumbprints(ctx, wire.ServicePrincipal(o))}, nil
}

// byKey reads an object by its alternate key. No such object is no error, and
// neither is a Graph that knows no alternate keys, unless the filter before it
// failed as well.
func (c *Client) byKey(ctx context.Context, ri *abs.RequestInformation, before error) (wire.Item, error) {
	o, err := c.get(ctx, ri)
	switch {
	case err == nil:
		return o, nil
	case IsForbidden(before):
		// The list was refused: what this one says is no proof of absence.
		return nil, need(before, NeedApplications)
	case IsNotFound(err):
		return nil, nil
	case before == nil && isUnsupported(err):
		return nil, nil
	}
	return nil, need(err, NeedApplications)
}

// namePages bounds a look-up by name; the default page has 100 objects.
const namePages = 20

// filterServicePrincipals lists what the filter selects. Graph may ignore a
// filter silently, so every object is checked again.
func (c *Client) filterServicePrincipals(ctx context.Context, filter string, matches func(wire.Item) bool) ([]objects.ServicePrincipal, error) {
	ri, err := c.servicePrincipals().ToGetRequestInformation(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{Filter: &filter},
	})
	if err != nil {
		return nil, errBuild
	}
	var found []objects.ServicePrincipal
	complete, err := c.list(ctx, ri, namePages, func(o wire.Item) error {
		if matches(o) {
			found = append(found, wire.ServicePrincipal(o))
		}
		return nil
	})
	if err == nil && !complete && len(found) == 0 {
		err = ErrTooManyPages // what was not seen may still be there
	}
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	for i := range found {
		found[i] = c.withThumbprints(ctx, found[i])
	}
	return found, nil
}

// EachServicePrincipal visits every service principal of the tenant with its
// credentials, and reports whether it reached the end. visit may return ErrEnough.
func (c *Client) EachServicePrincipal(ctx context.Context, visit func(objects.ServicePrincipal) error) (complete bool, err error) {
	ri, err := c.servicePrincipals().ToGetRequestInformation(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{
		QueryParameters: &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{
			Top: new(int32(999)),
			Select: []string{
				"id", "appId", "displayName", "servicePrincipalType", "accountEnabled", "appOwnerOrganizationId",
				"servicePrincipalNames", "preferredSingleSignOnMode", "signInAudience", "tags", "passwordCredentials", "keyCredentials",
			},
		},
	})
	if err != nil {
		return false, errBuild
	}
	complete, err = c.list(ctx, ri, c.maxPages, func(o wire.Item) error { return visit(wire.ServicePrincipal(o)) })
	return complete, need(err, NeedApplications)
}
