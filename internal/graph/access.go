package graph

import (
	"context"
	"net/http"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/organization"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// ReadUsers requests one user, as a user synchronization does first. It returns nil if
// that is allowed, even if the tenant has no users.
func (c *Client) ReadUsers(ctx context.Context) error {
	return c.probe(ctx, c.all("users"), needUsers)
}

// ReadGroups does the same for groups.
func (c *Client) ReadGroups(ctx context.Context) error {
	return c.probe(ctx, c.all("groups"), needGroups)
}

// all returns a request builder for a collection. It does without the SDK's packages of
// users and groups, which contain everything below them and take half as long to
// compile as all of its models.
func (c *Client) all(collection string) abs.BaseRequestBuilder {
	return abs.BaseRequestBuilder{UrlTemplate: "{+baseurl}/" + collection + "{?%24top}", PathParameters: map[string]string{"baseurl": c.base("v1.0")}}
}

func (c *Client) probe(ctx context.Context, all abs.BaseRequestBuilder, permission string) error {
	_, err := c.list(ctx, request(all, query{"top": 1}), 1, func(wire.Item) error { return objects.ErrEnough })
	return need(err, permission)
}

// Organization reads the tenant's name and its verified domains.
func (c *Client) Organization(ctx context.Context) (objects.Organization, error) {
	all := organization.NewOrganizationRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
	var out objects.Organization
	found := false
	_, err := c.list(ctx, request(all, nil), 1, func(o wire.Item) error {
		found = true
		out = objects.Organization{ID: o.GUID("id"), DisplayName: o.Text("displayName")}
		for _, d := range o.Objects("verifiedDomains") {
			if name := d.Text("name"); name != "" {
				out.Domains = append(out.Domains, name)
			}
		}
		return objects.ErrEnough
	})
	if err == nil && !found {
		err = &Error{Status: http.StatusNotFound, Code: "", Message: ""}
	}
	return out, need(err, needOrganization)
}
