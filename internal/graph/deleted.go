package graph

import (
	"context"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// DeletedObject looks for an object of a kind (objects.OnApplication or
// objects.OnServicePrincipal) among the deleted ones, which can be restored for 30 days. It
// returns nil if it is not there.
func (c *Client) DeletedObject(ctx context.Context, kind, appID string) (*objects.Deleted, error) {
	matches := func(o wire.Item) bool { return wire.EqualFold(o.Text("appId"), appID) }
	found, err := c.findDeleted(ctx, kind, query{"filter": "appId eq " + quote(appID)}, matches)
	if isUnsupported(err) {
		found, err = c.findDeleted(ctx, kind, query{}, matches)
	}
	if len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// FindDeleted looks for deleted applications by application ID, object ID or display
// name. It returns every match.
func (c *Client) FindDeleted(ctx context.Context, name string) ([]objects.Deleted, error) {
	return c.findDeleted(ctx, objects.OnApplication, query{}, func(o wire.Item) bool {
		return wire.EqualFold(o.Text("appId"), name) || wire.EqualFold(o.Text("id"), name) || wire.EqualFold(o.Text("displayName"), name)
	})
}

func (c *Client) findDeleted(ctx context.Context, kind string, q query, matches func(wire.Item) bool) ([]objects.Deleted, error) {
	q["select"] = []string{"id", "appId", "displayName", "deletedDateTime"}
	ri := request(at("directory/deletedItems/microsoft.graph."+kind), q)
	var found []objects.Deleted
	complete, err := c.list(ctx, ri, listPages, func(o wire.Item) error {
		if d := (objects.Deleted{ID: o.GUID("id"), AppID: o.GUID("appId"), DisplayName: o.Text("displayName")}); matches(o) {
			d.At, _ = o.When("deletedDateTime")
			found = append(found, d)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, need(err, NeedApplications)
	case !complete && len(found) == 0:
		return nil, errTooManyPages // it may be on a page that was not read
	}
	return found, nil
}
