package graph

import (
	"maps"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/applicationswithappid"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipalswithappid"

	"github.com/spcheck/spcheck/internal/objects"
)

// query holds the query parameters of a request by name, without the dollar sign.
// Parameters that the SDK's builder does not support are ignored.
type query map[string]any

// request creates a GET request from an SDK builder.
func request(b abs.BaseRequestBuilder, q query) *abs.RequestInformation {
	ri := abs.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abs.GET, b.UrlTemplate, maps.Clone(b.PathParameters))
	for name, value := range q {
		if list, ok := value.([]string); ok { // the form in which the URL template accepts lists
			value = anyOf(list)
		}
		ri.QueryParametersAny["%24"+name] = value
	}
	ri.Headers.Add("Accept", "application/json")
	return ri
}

func anyOf(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// collection returns a builder for all objects of a kind: objects.OnApplication or
// objects.OnServicePrincipal.
func (c *Client) collection(kind string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
}

// withAppID returns a builder for the object of a kind with this application ID.
func (c *Client) withAppID(kind, appID string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipalswithappid.NewServicePrincipalsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID).BaseRequestBuilder
	}
	return applicationswithappid.NewApplicationsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID).BaseRequestBuilder
}

// paths are builders for an object and what belongs to it.
type paths struct {
	self, owners, policies, addPassword, removePassword, addKey, removeKey abs.BaseRequestBuilder
}

// object returns the paths of the object of a kind with this object ID.
func (c *Client) object(kind, id string) paths {
	if kind == objects.OnServicePrincipal {
		b := c.servicePrincipal(id)
		return paths{b.BaseRequestBuilder, b.Owners().BaseRequestBuilder, b.AppManagementPolicies().BaseRequestBuilder,
			b.AddPassword().BaseRequestBuilder, b.RemovePassword().BaseRequestBuilder, b.AddKey().BaseRequestBuilder, b.RemoveKey().BaseRequestBuilder}
	}
	b := c.application(id)
	return paths{b.BaseRequestBuilder, b.Owners().BaseRequestBuilder, b.AppManagementPolicies().BaseRequestBuilder,
		b.AddPassword().BaseRequestBuilder, b.RemovePassword().BaseRequestBuilder, b.AddKey().BaseRequestBuilder, b.RemoveKey().BaseRequestBuilder}
}

func (c *Client) servicePrincipal(id string) *serviceprincipals.ServicePrincipalItemRequestBuilder {
	return serviceprincipals.NewServicePrincipalItemRequestBuilderInternal(map[string]string{"servicePrincipal%2Did": id}, c.adapter)
}

func (c *Client) application(id string) *applications.ApplicationItemRequestBuilder {
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).ByApplicationId(id)
}

// quote returns an OData string literal. URL encoding is applied later.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
