package graph

import (
	"context"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/objects"
)

// AccessPolicy reads a Conditional Access policy by the ID in Entra's answer. It needs
// Policy.Read.All.
func (c *Client) AccessPolicy(ctx context.Context, id string) (objects.AccessPolicy, error) {
	b := abs.BaseRequestBuilder{UrlTemplate: "{+baseurl}/identity/conditionalAccess/policies/{id}{?%24select}",
		PathParameters: map[string]string{"baseurl": c.base("v1.0"), "id": id}}
	p, err := c.get(ctx, request(b, query{"select": []string{"id", "displayName", "conditions"}}))
	if err != nil {
		return objects.AccessPolicy{}, need(err, NeedPolicies)
	}
	conditions := p.Object("conditions")
	locations := conditions.Object("locations")
	return objects.AccessPolicy{ID: p.GUID("id"), Name: p.Text("displayName"), From: locations.Texts("includeLocations"),
		Except: locations.Texts("excludeLocations"), Risks: conditions.Texts("servicePrincipalRiskLevels")}, nil
}
