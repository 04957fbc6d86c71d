package graph

import (
	"context"
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithappid"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

func (c *Client) applications() *applications.ApplicationsRequestBuilder {
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter)
}

// Application reads one application by its object ID.
func (c *Client) Application(ctx context.Context, id string) (objects.Application, error) {
	ri, err := c.applications().ByApplicationId(id).ToGetRequestInformation(ctx, nil)
	if err != nil {
		return objects.Application{}, errBuild
	}
	o, err := c.get(ctx, ri)
	if err != nil {
		return objects.Application{}, need(err, NeedApplications)
	}
	return c.appWithThumbprints(ctx, wire.Application(o)), nil
}

// ApplicationByAppID reads an application by its client ID. It returns nil where
// the tenant has none, as for applications of other tenants.
func (c *Client) ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error) {
	matches := func(o wire.Item) bool { return wire.EqualFold(o.Text("appId"), appID) }
	found, err := c.filterApplications(ctx, "appId eq "+quote(appID), matches)
	if len(found) > 0 {
		return &found[0], nil
	}
	if err != nil && !isUnsupported(err) && !IsForbidden(err) {
		return nil, err
	}
	b := applicationswithappid.NewApplicationsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID)
	ri, buildErr := b.ToGetRequestInformation(ctx, nil)
	if buildErr != nil {
		return nil, errBuild
	}
	o, err := c.byKey(ctx, ri, err)
	if o == nil || err != nil {
		return nil, err
	}
	return new(c.appWithThumbprints(ctx, wire.Application(o))), nil
}

func (c *Client) filterApplications(ctx context.Context, filter string, matches func(wire.Item) bool) ([]objects.Application, error) {
	ri, err := c.applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{Filter: &filter},
	})
	if err != nil {
		return nil, errBuild
	}
	var found []objects.Application
	complete, err := c.list(ctx, ri, namePages, func(o wire.Item) error {
		if matches(o) {
			found = append(found, wire.Application(o))
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
		found[i] = c.appWithThumbprints(ctx, found[i])
	}
	return found, nil
}

// EachApplication visits every application of the tenant with its credentials,
// and reports whether it reached the end. visit may return ErrEnough.
func (c *Client) EachApplication(ctx context.Context, visit func(objects.Application) error) (complete bool, err error) {
	ri, err := c.applications().ToGetRequestInformation(ctx, &applications.ApplicationsRequestBuilderGetRequestConfiguration{
		QueryParameters: &applications.ApplicationsRequestBuilderGetQueryParameters{
			Top:    new(int32(999)),
			Select: []string{"id", "appId", "displayName", "signInAudience", "createdDateTime", "passwordCredentials", "keyCredentials"},
		},
	})
	if err != nil {
		return false, errBuild
	}
	complete, err = c.list(ctx, ri, c.maxPages, func(o wire.Item) error { return visit(wire.Application(o)) })
	return complete, need(err, NeedApplications)
}

// quote writes an OData string literal. The URL's own encoding comes after it.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
