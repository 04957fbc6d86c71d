package graph

import (
	"context"
	"net/http"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// ReadUsers requests one user, as a user synchronization does first. It returns nil if
// that is allowed, even if the tenant has no users.
func (c *Client) ReadUsers(ctx context.Context) error { return c.probe(ctx, "users", needUsers) }

// ReadGroups does the same for groups.
func (c *Client) ReadGroups(ctx context.Context) error { return c.probe(ctx, "groups", needGroups) }

func (c *Client) probe(ctx context.Context, collection, permission string) error {
	_, err := c.list(ctx, request(at(collection), query{"top": 1}), 1, func(wire.Item) error { return objects.ErrEnough })
	return need(err, permission)
}

// Organization reads the tenant's name and its verified domains.
func (c *Client) Organization(ctx context.Context) (objects.Organization, error) {
	list, err := collect(ctx, c, request(at("organization"), nil), 1, needOrganization, func(o wire.Item) (objects.Organization, bool) {
		out := objects.Organization{ID: o.GUID("id"), DisplayName: o.Text("displayName")}
		for _, d := range o.Objects("verifiedDomains") {
			if name := d.Text("name"); name != "" {
				out.Domains = append(out.Domains, name)
			}
		}
		return out, true
	})
	if len(list) > 0 {
		return list[0], nil
	}
	if err == nil {
		err = &Error{Status: http.StatusNotFound, Need: needOrganization}
	}
	return objects.Organization{}, err
}

// AccessPolicy reads a Conditional Access policy by the ID in Entra's answer. It needs
// Policy.Read.All.
func (c *Client) AccessPolicy(ctx context.Context, id string) (objects.AccessPolicy, error) {
	b := at("identity/conditionalAccess/policies/{id}")
	b.PathParameters["id"] = id
	p, err := c.get(ctx, b, query{"select": []string{"id", "displayName", "conditions"}})
	if err != nil {
		return objects.AccessPolicy{}, need(err, NeedPolicies)
	}
	conditions := p.Object("conditions")
	locations := conditions.Object("locations")
	return objects.AccessPolicy{ID: p.GUID("id"), Name: p.Text("displayName"), From: locations.Texts("includeLocations"),
		Except: locations.Texts("excludeLocations"), Risks: conditions.Texts("servicePrincipalRiskLevels")}, nil
}
