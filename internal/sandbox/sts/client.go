package sts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// client is an application that wants to sign in to a tenant.
type client struct {
	appID string
	app   *directory.Application      // nil where no tenant of the world holds it
	sp    *directory.ServicePrincipal // nil where the tenant has none
}

// violation is the disabledByMicrosoftStatus of an application that Microsoft
// disabled.
const violation = "DisabledDueToViolationOfServicesAgreement"

// findClient looks an application up as the tenant sees it: its own, or a
// multi-tenant one of another tenant.
func (s *Service) findClient(t *directory.Tenant, id string) (*client, *refusal) {
	if id == zeroGUID {
		return nil, invalidAppID(id)
	}
	c := &client{appID: strings.ToLower(id)}
	for _, sp := range t.ServicePrincipals {
		if strings.EqualFold(sp.AppID, id) {
			c.sp = sp
		}
	}
	c.app = s.findApplication(t, c)
	if c.app == nil && c.sp == nil {
		return nil, unknownApp(id, directoryName(t))
	}
	return c, nil
}

// findApplication returns the app registration: in any tenant where the service
// principal proves that it was installed or the application is for many tenants.
func (s *Service) findApplication(t *directory.Tenant, c *client) *directory.Application {
	for _, home := range s.o.World.Tenants {
		for _, app := range home.Applications {
			if !strings.EqualFold(app.AppID, c.appID) {
				continue
			}
			if home == t || c.sp != nil || multiTenant(app.SignInAudience) {
				return app
			}
		}
	}
	return nil
}

func multiTenant(audience string) bool {
	return audience == "AzureADMultipleOrgs" || audience == "AzureADandPersonalMicrosoftAccount"
}

// directoryName is what the service calls a tenant in its texts.
func directoryName(t *directory.Tenant) string {
	if t.DisplayName != "" {
		return t.DisplayName
	}
	return t.ID
}

// name is the application's display name.
func (c *client) name() string {
	switch {
	case c.sp != nil:
		return c.sp.DisplayName
	case c.app != nil:
		return c.app.DisplayName
	}
	return ""
}

// mayAct checks the service principal and the application behind it.
func (c *client) mayAct(t *directory.Tenant) *refusal {
	switch {
	case c.sp == nil:
		return missingServicePrincipal(c.appID, t.ID)
	case c.app != nil && c.app.Disabled:
		return disabledApplication(c.appID, c.name(), t.ID)
	case !c.sp.Enabled, c.sp.DisabledByMicrosoftStatus == violation, c.app != nil && c.app.DisabledByMicrosoftStatus == violation:
		return disabledServicePrincipal(c.appID, c.name())
	}
	return nil
}

// holder is one of the two objects that hold credentials.
type holder struct {
	origin string // application or servicePrincipal, as the reports spell it
	*directory.Credentials
}

func (c *client) holders() []holder {
	var out []holder
	if c.app != nil {
		out = append(out, holder{"application", &c.app.Credentials})
	}
	if c.sp != nil {
		out = append(out, holder{"servicePrincipal", &c.sp.Credentials})
	}
	return out
}

// graphAppID is the application ID of Microsoft Graph in every tenant.
const graphAppID = "00000003-0000-0000-c000-000000000000"

// target is the API that a token is for.
type target struct {
	audience string // as it was asked for
	graph    bool
	app      *directory.Application
}

// roles are the application permissions that the service principal holds on the
// target. The world knows those on Microsoft Graph only.
func (t target) roles(sp *directory.ServicePrincipal) []string {
	if !t.graph {
		return nil
	}
	return slices.Clone(sp.Roles)
}

// resource reads what an application asks a token for, by scope or, at the older
// endpoint, by resource.
func (s *Service) resource(q *tokenRequest, c *client) (target, *refusal) {
	name := q.form.Get("resource")
	if q.version == 2 || name == "" {
		var why *refusal
		if name, why = q.defaultScope(); why != nil {
			return target{}, why
		}
	}
	t, why := s.findResource(q, name)
	if why != nil || t.app == nil || t.app.AppID == c.appID {
		return t, why
	}
	for _, sp := range q.tenant.ServicePrincipals {
		switch {
		case sp.AppID != t.app.AppID:
		case !sp.Enabled:
			return t, disabledResource(name)
		case sp.AssignmentRequired:
			return t, roleNotAssigned(c.appID, c.name(), sp.AppID, sp.DisplayName)
		}
	}
	return t, nil
}

// defaultScope returns the resource of the one scope that ends in /.default.
func (q *tokenRequest) defaultScope() (string, *refusal) {
	scopes := q.scopes()
	if len(scopes) != 1 {
		return "", badScope(q.form.Get("scope"))
	}
	name, ok := strings.CutSuffix(scopes[0], "/.default")
	switch {
	case !ok:
		return "", scopeWithoutDefault(scopes[0])
	case name == "":
		return "", badScope(q.form.Get("scope"))
	}
	return name, nil
}

// findResource accepts Microsoft Graph and Azure Resource Manager of the cloud
// that was asked, and the tenant's own APIs.
func (s *Service) findResource(q *tokenRequest, name string) (target, *refusal) {
	if slices.Contains(s.o.DisabledResources, name) {
		return target{}, disabledResource(name)
	}
	bare := strings.TrimSuffix(name, "/")
	cloud := cloudNamed(q.tenant.Cloud)
	switch {
	case strings.EqualFold(bare, "https://"+cloud.graph), bare == graphAppID:
		return target{audience: name, graph: true}, nil
	case slices.Contains(cloud.management, bare):
		return target{audience: name}, nil
	}
	for _, app := range q.tenant.Applications {
		if strings.EqualFold(app.AppID, bare) || slices.Contains(app.IdentifierURIs, name) {
			return target{audience: name, app: app}, nil
		}
	}
	return target{}, unknownResource(name, directoryName(q.tenant))
}

// isGraph reports whether an audience is Microsoft Graph in any cloud.
func isGraph(audience string) bool {
	bare := strings.TrimSuffix(audience, "/")
	for i := range clouds {
		if strings.EqualFold(bare, "https://"+clouds[i].graph) {
			return true
		}
	}
	return bare == graphAppID
}

// isManagement reports whether an audience is Azure Resource Manager in any
// cloud.
func isManagement(audience string) bool {
	bare := strings.TrimSuffix(audience, "/")
	return slices.ContainsFunc(clouds, func(c cloud) bool { return slices.Contains(c.management, bare) })
}
