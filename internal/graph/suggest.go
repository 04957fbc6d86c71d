package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// SuggestServicePrincipals lists up to limit service principals whose display
// name starts with prefix, in one request; an empty prefix means any. Only the
// ID, application ID and name of each are read.
func (c *Client) SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error) {
	query := &serviceprincipals.ServicePrincipalsRequestBuilderGetQueryParameters{
		Top: new(int32(limit)), Select: []string{"id", "appId", "displayName"},
	}
	if prefix != "" {
		query.Filter = new("startswith(displayName," + quote(prefix) + ")")
	}
	ri, err := c.servicePrincipals().ToGetRequestInformation(ctx, &serviceprincipals.ServicePrincipalsRequestBuilderGetRequestConfiguration{QueryParameters: query})
	if err != nil {
		return nil, errBuild
	}
	var found []objects.ServicePrincipal
	_, err = c.list(ctx, ri, 1, func(o wire.Item) error {
		if len(found) == limit {
			return ErrEnough
		}
		found = append(found, wire.ServicePrincipal(o))
		return nil
	})
	return found, need(err, NeedApplications)
}
