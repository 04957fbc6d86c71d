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

// query are the query parameters of a request by name, without the dollar sign.
// What an SDK's builder does not know at its place is left out.
type query map[string]any

// request makes a GET of what one of the SDK's builders leads to.
func request(b abs.BaseRequestBuilder, q query) *abs.RequestInformation {
	ri := abs.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abs.GET, b.UrlTemplate, maps.Clone(b.PathParameters))
	for name, value := range q {
		if list, ok := value.([]string); ok { // as the URL template takes lists
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

// collection leads to all objects of a kind: objects.OnApplication or
// objects.OnServicePrincipal.
func (c *Client) collection(kind string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
}

// withAppID leads to the object of a kind that has the application ID.
func (c *Client) withAppID(kind, appID string) abs.BaseRequestBuilder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipalswithappid.NewServicePrincipalsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID).BaseRequestBuilder
	}
	return applicationswithappid.NewApplicationsWithAppIdRequestBuilderInternal(map[string]string{}, c.adapter, &appID).BaseRequestBuilder
}

// paths lead to an object and to what belongs to it.
type paths struct {
	self, owners, policies, addPassword, removePassword, addKey, removeKey abs.BaseRequestBuilder
}

// object gives the paths of the object of a kind that has the object ID.
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

// quote writes an OData string literal. The URL's own encoding comes after it.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
