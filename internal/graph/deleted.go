package graph

import (
	"context"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// DeletedApplication looks for an application among the deleted ones, which can be
// restored for 30 days. It returns nil if it is not there.
func (c *Client) DeletedApplication(ctx context.Context, appID string) (*objects.DeletedApplication, error) {
	found, err := c.deletedApplication(ctx, appID, "appId eq "+quote(appID))
	if isUnsupported(err) {
		found, err = c.deletedApplication(ctx, appID, "")
	}
	return found, need(err, NeedApplications)
}

// FindDeleted looks for deleted applications by application ID, object ID or display
// name. It returns every match.
func (c *Client) FindDeleted(ctx context.Context, name string) ([]objects.DeletedApplication, error) {
	var found []objects.DeletedApplication
	err := c.eachDeleted(ctx, "", func(o wire.Item) error {
		if wire.EqualFold(o.Text("appId"), name) || wire.EqualFold(o.Text("id"), name) || wire.EqualFold(o.Text("displayName"), name) {
			found = append(found, deletedOf(o))
		}
		return nil
	})
	return found, need(err, NeedApplications)
}

func (c *Client) deletedApplication(ctx context.Context, appID, filter string) (*objects.DeletedApplication, error) {
	var found *objects.DeletedApplication
	err := c.eachDeleted(ctx, filter, func(o wire.Item) error {
		if !wire.EqualFold(o.Text("appId"), appID) {
			return nil
		}
		found = new(deletedOf(o))
		return objects.ErrEnough
	})
	return found, err
}

func deletedOf(o wire.Item) objects.DeletedApplication {
	d := objects.DeletedApplication{ID: o.GUID("id"), AppID: o.GUID("appId"), DisplayName: o.Text("displayName")}
	d.Deleted, _ = o.When("deletedDateTime")
	return d
}

func (c *Client) eachDeleted(ctx context.Context, filter string, visit func(wire.Item) error) error {
	ri := abs.NewRequestInformation()
	ri.Method = abs.GET
	ri.UrlTemplate = "{+baseurl}/directory/deletedItems/microsoft.graph.application{?%24filter,%24select}"
	if filter != "" {
		ri.QueryParametersAny["%24filter"] = filter
	}
	ri.QueryParametersAny["%24select"] = "id,appId,displayName,deletedDateTime"
	ri.Headers.Add("Accept", "application/json")
	_, err := c.list(ctx, ri, listPages, visit)
	return err
}
