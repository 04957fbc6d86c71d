package graph

import (
	"context"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// DeletedApplication looks for an application among the deleted ones, which can be
// restored for 30 days. It returns nil if it is not there.
func (c *Client) DeletedApplication(ctx context.Context, appID string) (*objects.DeletedApplication, error) {
	matches := func(o wire.Item) bool { return wire.EqualFold(o.Text("appId"), appID) }
	found, err := c.findDeleted(ctx, query{"filter": "appId eq " + quote(appID)}, matches)
	if isUnsupported(err) {
		found, err = c.findDeleted(ctx, query{}, matches)
	}
	if len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// FindDeleted looks for deleted applications by application ID, object ID or display
// name. It returns every match.
func (c *Client) FindDeleted(ctx context.Context, name string) ([]objects.DeletedApplication, error) {
	return c.findDeleted(ctx, query{}, func(o wire.Item) bool {
		return wire.EqualFold(o.Text("appId"), name) || wire.EqualFold(o.Text("id"), name) || wire.EqualFold(o.Text("displayName"), name)
	})
}

func (c *Client) findDeleted(ctx context.Context, q query, matches func(wire.Item) bool) ([]objects.DeletedApplication, error) {
	q["select"] = []string{"id", "appId", "displayName", "deletedDateTime"}
	ri := request(at("directory/deletedItems/microsoft.graph.application"), q)
	return collect(ctx, c, ri, listPages, NeedApplications, func(o wire.Item) (objects.DeletedApplication, bool) {
		d := objects.DeletedApplication{ID: o.GUID("id"), AppID: o.GUID("appId"), DisplayName: o.Text("displayName")}
		d.Deleted, _ = o.When("deletedDateTime")
		return d, matches(o)
	})
}
