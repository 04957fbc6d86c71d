package graph

import (
	"context"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// listPages limits lists that belong to one object.
const listPages = 10

// FederatedCredentials lists the federated identity credentials of an application, by
// its object ID. If that is empty, it uses the application ID.
func (c *Client) FederatedCredentials(ctx context.Context, appID, applicationID string) ([]objects.Credential, error) {
	all := c.application(applicationID).FederatedIdentityCredentials().BaseRequestBuilder
	if applicationID == "" { // the SDK has no builder for this path with the alternate key
		all = c.application(appID).FederatedIdentityCredentials().BaseRequestBuilder
		all.UrlTemplate = strings.Replace(all.UrlTemplate, "/{application%2Did}/", "(appId='{application%2Did}')/", 1)
	}
	return c.federated(ctx, all, objects.OnApplication, applicationID)
}

// IdentityFederatedCredentials lists the federated identity credentials of a managed
// identity, by the object ID of its service principal. A managed identity has no
// application.
func (c *Client) IdentityFederatedCredentials(ctx context.Context, principalID string) ([]objects.Credential, error) {
	return c.federated(ctx, c.servicePrincipal(principalID).FederatedIdentityCredentials().BaseRequestBuilder, objects.OnServicePrincipal, principalID)
}

func (c *Client) federated(ctx context.Context, all abs.BaseRequestBuilder, storedOn, objectID string) ([]objects.Credential, error) {
	var out []objects.Credential
	_, err := c.list(ctx, request(all, nil), listPages, func(o wire.Item) error {
		out = append(out, federatedOf(o, storedOn, objectID))
		return nil
	})
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	return out, nil
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
	o, err := c.post(ctx, c.application(applicationID).FederatedIdentityCredentials().BaseRequestBuilder, body)
	if err != nil {
		return objects.Credential{}, need(err, NeedPasswords)
	}
	added := federatedOf(o, objects.OnApplication, applicationID)
	if added.KeyID == "" {
		return added, c.wrongLink()
	}
	return added, nil
}

// Owners lists the owners of an object. storedOn is objects.OnApplication or
// objects.OnServicePrincipal, id is the object ID.
func (c *Client) Owners(ctx context.Context, storedOn, id string) ([]objects.Owner, error) {
	var out []objects.Owner
	_, err := c.list(ctx, request(c.object(storedOn, id).owners, nil), listPages, func(o wire.Item) error {
		out = append(out, wire.Owner(o))
		return nil
	})
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	return out, nil
}
