package graph

import (
	"context"

	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
)

// listPages bounds the lists that belong to one object.
const listPages = 10

// FederatedCredentials lists the federated identity credentials of an
// application, by its object ID. (Those of managed identities, on the service
// principal, are not for applications' own sign-ins.)
func (c *Client) FederatedCredentials(ctx context.Context, applicationID string) ([]objects.Credential, error) {
	ri, err := c.applications().ByApplicationId(applicationID).FederatedIdentityCredentials().ToGetRequestInformation(ctx, nil)
	if err != nil {
		return nil, errBuild
	}
	var out []objects.Credential
	_, err = c.list(ctx, ri, listPages, func(o item) error {
		out = append(out, objects.Credential{
			KeyID: o.guid("id"), Kind: objects.Federated, StoredOn: objects.OnApplication, ObjectID: applicationID,
			Name: o.text("name"), Issuer: o.text("issuer"), Subject: o.text("subject"), Audiences: o.texts("audiences"),
		})
		return nil
	})
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	return out, nil
}

// Owners lists who owns an object: storedOn is objects.OnApplication or
// objects.OnServicePrincipal, id its object ID.
func (c *Client) Owners(ctx context.Context, storedOn, id string) ([]objects.Owner, error) {
	ri, err := c.applications().ByApplicationId(id).Owners().ToGetRequestInformation(ctx, &applications.ItemOwnersRequestBuilderGetRequestConfiguration{})
	if storedOn == objects.OnServicePrincipal {
		ri, err = c.servicePrincipals().ByServicePrincipalId(id).Owners().ToGetRequestInformation(ctx, &serviceprincipals.ItemOwnersRequestBuilderGetRequestConfiguration{})
	}
	if err != nil {
		return nil, errBuild
	}
	var out []objects.Owner
	_, err = c.list(ctx, ri, listPages, func(o item) error {
		out = append(out, objects.Owner{ID: o.guid("id"), DisplayName: o.text("displayName"), Type: ownerType(o)})
		return nil
	})
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	return out, nil
}

// ownerType is "user", "servicePrincipal" or another type of Graph's.
func ownerType(o item) string {
	const prefix = "#microsoft.graph."
	t := neutral.Bound(o.text("@odata.type"), 80)
	if len(t) > len(prefix) && t[:len(prefix)] == prefix {
		return t[len(prefix):]
	}
	return t
}
