package graph

import (
	"context"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// Graph gives the certificate itself only where keyCredentials is selected, and
// limits that to 150 requests a minute; so it is asked for only where the
// thumbprint is not in customKeyIdentifier already.

func (c *Client) withThumbprints(ctx context.Context, sp objects.ServicePrincipal) objects.ServicePrincipal {
	if !lacksThumbprint(sp.Credentials) || sp.ID == "" {
		return sp
	}
	ri, err := c.servicePrincipals().ByServicePrincipalId(sp.ID).ToGetRequestInformation(ctx,
		&serviceprincipals.ServicePrincipalItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &serviceprincipals.ServicePrincipalItemRequestBuilderGetQueryParameters{Select: []string{"keyCredentials"}},
		})
	if err == nil {
		c.fillThumbprints(ctx, ri, sp.Credentials)
	}
	return sp
}

func (c *Client) appWithThumbprints(ctx context.Context, app objects.Application) objects.Application {
	if !lacksThumbprint(app.Credentials) || app.ID == "" {
		return app
	}
	ri, err := c.applications().ByApplicationId(app.ID).ToGetRequestInformation(ctx,
		&applications.ApplicationItemRequestBuilderGetRequestConfiguration{
			QueryParameters: &applications.ApplicationItemRequestBuilderGetQueryParameters{Select: []string{"keyCredentials"}},
		})
	if err == nil {
		c.fillThumbprints(ctx, ri, app.Credentials)
	}
	return app
}

func lacksThumbprint(list []objects.Credential) bool {
	for _, cred := range list {
		if cred.Kind == objects.Certificate && cred.Thumbprint == "" {
			return true
		}
	}
	return false
}

// fillThumbprints is a courtesy: where it fails, the thumbprints stay empty,
// which is what is known of them.
func (c *Client) fillThumbprints(ctx context.Context, ri *abs.RequestInformation, list []objects.Credential) {
	o, err := c.get(ctx, ri)
	if err != nil {
		return
	}
	keys, _ := wire.Credentials(o, "")
	for i := range list {
		for _, k := range keys {
			if list[i].Kind == objects.Certificate && list[i].Thumbprint == "" && k.KeyID == list[i].KeyID {
				list[i].Thumbprint = k.Thumbprint
			}
		}
	}
}
