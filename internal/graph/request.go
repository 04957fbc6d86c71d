package graph

import (
	"maps"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoftgraph/msgraph-sdk-go/applications"
	"github.com/microsoftgraph/msgraph-sdk-go/serviceprincipals"

	"github.com/spcheck/spcheck/internal/objects"
)

// builder has the URL template of a request, and the values for it.
type builder = abs.BaseRequestBuilder

// query holds the query parameters of a request by name, without the dollar sign.
type query map[string]any

// parameters are the query parameters that a request may have.
const parameters = "{?%24count,%24expand,%24filter,%24select,%24top}"

// request creates a GET request. Parameters that the builder does not have are ignored.
func request(b builder, q query) *abs.RequestInformation {
	ri := abs.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(abs.GET, b.UrlTemplate, maps.Clone(b.PathParameters))
	for name, value := range q {
		if list, ok := value.([]string); ok { // the URL template accepts only []any
			all := make([]any, len(list))
			for i, s := range list {
				all[i] = s
			}
			value = all
		}
		ri.QueryParametersAny["%24"+name] = value
	}
	ri.Headers.Add("Accept", "application/json")
	return ri
}

// at returns a builder for a path of v1.0. The SDK's package for such a path would take
// long to compile, because it contains everything below it.
func at(path string) builder {
	return builder{UrlTemplate: "{+baseurl}/" + path + parameters, PathParameters: map[string]string{}}
}

// below returns a builder for a path below another one.
func below(b builder, path string) builder {
	base, _, _ := strings.Cut(b.UrlTemplate, "{?")
	return builder{UrlTemplate: base + "/" + path + parameters, PathParameters: b.PathParameters}
}

// collection returns a builder for all objects of a kind: objects.OnApplication or
// objects.OnServicePrincipal.
func (c *Client) collection(kind string) builder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).BaseRequestBuilder
}

// object returns a builder for the object of a kind with this object ID.
func (c *Client) object(kind, id string) builder {
	if kind == objects.OnServicePrincipal {
		return serviceprincipals.NewServicePrincipalItemRequestBuilderInternal(map[string]string{"servicePrincipal%2Did": id}, c.adapter).BaseRequestBuilder
	}
	return applications.NewApplicationsRequestBuilderInternal(map[string]string{}, c.adapter).ByApplicationId(id).BaseRequestBuilder
}

// withAppID returns a builder for the object of a kind with this application ID.
func withAppID(kind, appID string) builder {
	b := at(kind + "s(appId='{appId}')")
	b.PathParameters["appId"] = appID
	return b
}

// quote returns an OData string literal. URL encoding is applied later.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
