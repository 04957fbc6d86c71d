package sts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// client is an application that signs in to a tenant.
type client struct {
	appID string
	app   *directory.Application      // nil if no tenant of the world has it
	sp    *directory.ServicePrincipal // nil if the tenant has none
}

// violation is the disabledByMicrosoftStatus of an application that Microsoft disabled.
const violation = "DisabledDueToViolationOfServicesAgreement"

// findClient finds an application of the tenant or a multi-tenant one of another tenant.
func (s *Service) findClient(t *directory.Tenant, id string) (*client, *Refusal) {
	if id == zeroGUID {
		return nil, refuse(700038, id)
	}
	c := &client{appID: strings.ToLower(id), sp: t.ServicePrincipalByAppID(id)}
	c.app = s.findApplication(t, c)
	if c.app == nil && c.sp == nil {
		return nil, refuse(700016, id, directoryName(t))
	}
	return c, nil
}

// findApplication returns the app registration. It may be in another tenant if a service
// principal exists or the application is multi-tenant.
func (s *Service) findApplication(t *directory.Tenant, c *client) *directory.Application {
	for _, home := range s.o.World.Tenants {
		app := home.ApplicationByAppID(c.appID)
		if app != nil && (home == t || c.sp != nil || multiTenant(app.SignInAudience)) {
			return app
		}
	}
	return nil
}

func multiTenant(audience string) bool {
	return audience == "AzureADMultipleOrgs" || audience == "AzureADandPersonalMicrosoftAccount"
}

// directoryName returns the tenant's name in error texts.
func directoryName(t *directory.Tenant) string { return cmp.Or(t.DisplayName, t.ID) }

// name returns the application's display name.
func (c *client) name() string {
	name := ""
	for _, h := range c.holders() {
		name = h.DisplayName
	}
	return name
}

// mayAct checks the service principal and its application.
func (c *client) mayAct(t *directory.Tenant) *Refusal {
	switch {
	case c.sp == nil:
		return refuse(7000229, c.appID, t.ID)
	case c.app != nil && c.app.Disabled:
		return refuse(7000116, c.appID, c.name(), t.ID)
	case !c.sp.Enabled, c.sp.DisabledByMicrosoftStatus == violation, c.app != nil && c.app.DisabledByMicrosoftStatus == violation:
		return refuse(7000112, c.appID, c.name())
	}
	return nil
}

// holder is an object that has credentials.
type holder struct {
	origin string // application or servicePrincipal, as the reports spell it
	*directory.Object
}

func (c *client) holders() []holder {
	var out []holder
	if c.app != nil {
		out = append(out, holder{"application", &c.app.Object})
	}
	if c.sp != nil {
		out = append(out, holder{"servicePrincipal", &c.sp.Object})
	}
	return out
}

// target is the API that a token is for.
type target struct {
	audience string // as it was asked for
	graph    bool
	app      *directory.Application
}

// resource returns the API that an application requests, by scope or, at the older
// endpoint, by resource.
func (s *Service) resource(q *tokenRequest, c *client) (target, *Refusal) {
	name := q.form.Get("resource")
	if q.version == 2 || name == "" {
		var why *Refusal
		if name, why = q.defaultScope(); why != nil {
			return target{}, why
		}
	}
	t, why := s.findResource(q, name)
	if why != nil || t.app == nil || t.app.AppID == c.appID {
		return t, why
	}
	switch sp := q.tenant.ServicePrincipalByAppID(t.app.AppID); {
	case sp == nil:
	case !sp.Enabled:
		return t, refuse(500014, name)
	case sp.AssignmentRequired:
		return t, refuse(501051, c.appID, c.name(), sp.AppID, sp.DisplayName)
	}
	return t, nil
}

// defaultScope returns the resource of the only scope, which must end in /.default.
func (q *tokenRequest) defaultScope() (string, *Refusal) {
	scopes := q.scopes()
	if len(scopes) != 1 {
		return "", refuse(70011, q.form.Get("scope"))
	}
	name, ok := strings.CutSuffix(scopes[0], "/.default")
	switch {
	case !ok:
		return "", refuse(1002012, scopes[0])
	case name == "":
		return "", refuse(70011, q.form.Get("scope"))
	}
	return name, nil
}

// findResource finds an API: Microsoft Graph and Azure Resource Manager of the cloud, and
// the tenant's own APIs.
func (s *Service) findResource(q *tokenRequest, name string) (target, *Refusal) {
	if slices.Contains(s.o.DisabledResources, name) {
		return target{}, refuse(500014, name)
	}
	bare := strings.TrimSuffix(name, "/")
	cloud := cloudNamed(q.tenant.Cloud)
	switch {
	case strings.EqualFold(bare, "https://"+cloud.graph), bare == directory.GraphAppID:
		return target{audience: name, graph: true}, nil
	case slices.Contains(cloud.management, bare):
		return target{audience: name}, nil
	}
	for _, app := range q.tenant.Applications {
		if strings.EqualFold(app.AppID, bare) || slices.Contains(app.IdentifierURIs, name) {
			return target{audience: name, app: app}, nil
		}
	}
	return target{}, refuse(500011, name, directoryName(q.tenant))
}

// isGraph reports whether an audience is Microsoft Graph in any cloud.
func isGraph(audience string) bool {
	bare := strings.TrimSuffix(audience, "/")
	return bare == directory.GraphAppID || slices.ContainsFunc(clouds, func(c cloud) bool { return strings.EqualFold(bare, "https://"+c.graph) })
}

// isManagement reports whether an audience is Azure Resource Manager in any cloud.
func isManagement(audience string) bool {
	bare := strings.TrimSuffix(audience, "/")
	return slices.ContainsFunc(clouds, func(c cloud) bool { return slices.Contains(c.management, bare) })
}
