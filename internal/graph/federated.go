package graph

import (
	"context"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// listPages limits lists that belong to one object.
const listPages = 10

const federatedCredentials = "federatedIdentityCredentials"

// FederatedCredentials lists the federated identity credentials of an application, by
// its object ID. If that is empty, it uses the application ID.
func (c *Client) FederatedCredentials(ctx context.Context, appID, applicationID string) ([]objects.Credential, error) {
	application := c.object(objects.OnApplication, applicationID)
	if applicationID == "" {
		application = withAppID(objects.OnApplication, appID)
	}
	return c.federated(ctx, application, objects.OnApplication, applicationID)
}

// IdentityFederatedCredentials lists the federated identity credentials of a managed
// identity, by the object ID of its service principal. A managed identity has no
// application.
func (c *Client) IdentityFederatedCredentials(ctx context.Context, principalID string) ([]objects.Credential, error) {
	return c.federated(ctx, c.object(objects.OnServicePrincipal, principalID), objects.OnServicePrincipal, principalID)
}

func (c *Client) federated(ctx context.Context, object builder, storedOn, objectID string) ([]objects.Credential, error) {
	ri := request(below(object, federatedCredentials), nil)
	return collect(ctx, c, ri, listPages, NeedApplications, func(o wire.Item) (objects.Credential, bool) {
		return federatedOf(o, storedOn, objectID), true
	})
}

func federatedOf(o wire.Item, storedOn, objectID string) objects.Credential {
	return objects.Credential{
		KeyID: o.GUID("id"), Kind: objects.Federated, StoredOn: storedOn, ObjectID: objectID,
		Name: o.Text("name"), Issuer: o.Text("issuer"), Subject: o.Text("subject"), Audiences: o.Texts("audiences"),
	}
}

// AddFederated adds a federated identity credential to an application, by its object
// ID. It changes nothing that exists: Graph refuses an issuer and subject, or a name,
// that is already there. After any error other than an *Error with a status below 500,
// the credential may have been added.
func (c *Client) AddFederated(ctx context.Context, applicationID string, t federation.Trust) (objects.Credential, error) {
	body := map[string]any{"name": t.Name, "issuer": t.Issuer, "subject": t.Subject, "audiences": []string{t.Audience}}
	o, err := c.write(ctx, abs.POST, below(c.object(objects.OnApplication, applicationID), federatedCredentials), body)
	if err != nil {
		return objects.Credential{}, err
	}
	added := federatedOf(o, objects.OnApplication, applicationID)
	if added.KeyID == "" {
		return added, c.incomplete()
	}
	return added, nil
}

// Owners lists the owners of an object. storedOn is objects.OnApplication or
// objects.OnServicePrincipal, id is the object ID.
func (c *Client) Owners(ctx context.Context, storedOn, id string) ([]objects.Owner, error) {
	ri := request(below(c.object(storedOn, id), "owners"), nil)
	return collect(ctx, c, ri, listPages, NeedApplications, func(o wire.Item) (objects.Owner, bool) { return wire.Owner(o), true })
}
