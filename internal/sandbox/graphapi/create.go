package graphapi

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// createServicePrincipal gives an application its account in the tenant, which is
// the cure for AADSTS7000229. The application may be registered in another tenant
// of the sandbox. Texts, and the status of the second refusal: reports; the code
// of the first is that of the older directory service.
func createServicePrincipal(s *scene) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	appID, err := nullableString(members, "appId")
	if err != nil {
		return nil, err
	}
	home, app := s.srv.world.HomeApplication(appID)
	switch {
	case app == nil, home != s.tenant && app.SignInAudience == "AzureADMyOrg":
		return nil, refuse(http.StatusBadRequest, "NoBackingApplicationObject",
			"The appId '%s' of the service principal does not reference a valid application object.", appID)
	case s.tenant.ServicePrincipalByAppID(appID) != nil:
		return nil, refuse(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue",
			"The service principal cannot be created, updated, or restored because the service principal name %s is already in use.", appID)
	}
	p := &directory.ServicePrincipal{
		ID: uuid.NewString(), AppID: app.AppID, DisplayName: app.DisplayName, Type: "Application", Enabled: true, OwnerTenant: home.ID,
		Names: append([]string{app.AppID}, app.IdentifierURIs...), SignInAudience: app.SignInAudience, Created: s.now,
	}
	if s.caller.has([]string{ownedBy}) && !s.caller.User {
		p.Owners = []string{s.caller.ServicePrincipalID} // of this permission it is the point
	}
	delete(members, "appId")
	if err := applyMembers(s.srv.types.servicePrincipal, &p.Credentials, map[string]setter{
		"accountEnabled": set(&p.Enabled), "appRoleAssignmentRequired": set(&p.AssignmentRequired),
		"tags": set(&p.Tags), "displayName": set(&p.DisplayName),
	}, members); err != nil {
		return nil, err
	}
	res, err := one(s, s.srv.types.servicePrincipal, p, "servicePrincipals")
	if err != nil {
		return nil, err
	}
	s.tenant.AddServicePrincipal(s.now, p)
	s.audit(auditAddPrincipal, "Add", p.ID, p.DisplayName, p.AppID)
	res.status = http.StatusCreated
	// The alias v2 with the tenant is on the wire. Source: a recording.
	res.header.Set("Location", strings.Join([]string{s.origin(), "v2", s.tenant.ID, "directoryObjects", p.ID, "Microsoft.DirectoryServices.ServicePrincipal"}, "/"))
	return res, nil
}
