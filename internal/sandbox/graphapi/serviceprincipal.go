package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

type principal = *directory.ServicePrincipal

// newServicePrincipals declares service principals as recorded. createdDateTime is sent
// although the metadata does not declare it.
func newServicePrincipals() *entity[principal] {
	e := &entity[principal]{
		name: "servicePrincipal", set: "servicePrincipals", kind: directory.ServicePrincipals,
		items: func(s *scene) []principal { return s.tenant.ServicePrincipals },
		keys: map[string]func(principal) string{
			"":      func(p principal) string { return p.ID },
			"appid": func(p principal) string { return p.AppID },
		},
		sortable: []string{"displayName", "createdDateTime"},
		search:   []string{"displayName", "description"},
		expansions: []expand[principal]{
			{"owners", func(s *scene, p principal) []object { return ownerObjects(s, p.Owners) }},
			{"appRoleAssignments", func(s *scene, p principal) []object { return s.srv.assignments.wholes(s, assignmentsOf(s, p)) }},
			{"appManagementPolicies", func(s *scene, p principal) []object { return assignedPolicy(s, p.PolicyID) }},
		},
	}
	e.of("id", func(p principal) any { return p.ID }).by(guidText, "eq in", "ne")
	e.null("deletedDateTime")
	e.of("accountEnabled", func(p principal) any { return p.Enabled }).by(odata.Bool, "eq", "ne")
	e.of("alternativeNames", func(p principal) any { return p.AlternativeNames }).byAny(odata.String, "eq starts", "count")
	e.of("appDisplayName", func(p principal) any { return p.DisplayName })
	e.null("appDescription")
	e.of("appId", func(p principal) any { return p.AppID }).by(guidText, "eq in", "ne")
	e.null("applicationTemplateId")
	e.of("appOwnerOrganizationId", func(p principal) any { return p.OwnerTenant }).by(odata.GUID, "", "eq ne null")
	e.of("appRoleAssignmentRequired", func(p principal) any { return p.AssignmentRequired })
	e.null("createdByAppId")
	e.of("createdDateTime", func(p principal) any { return p.Created })
	e.null("description")
	e.of("disabledByMicrosoftStatus", func(p principal) any { return p.DisabledByMicrosoftStatus })
	e.of("displayName", func(p principal) any { return p.DisplayName }).by(odata.String, "eq in ge le starts", "ne ends null")
	e.null("homepage")
	e.computed("isDisabled", isDisabled)
	e.null("loginUrl", "logoutUrl")
	e.of("notes", func(p principal) any { return p.Notes })
	e.fixed([]string{}, "notificationEmailAddresses")
	e.of("preferredSingleSignOnMode", func(p principal) any { return p.PreferredSSOMode }).by(odata.String, "", "eq ne null")
	e.of("preferredTokenSigningKeyThumbprint", func(p principal) any { return p.SigningThumbprint })
	e.fixed([]string{}, "replyUrls")
	e.of("servicePrincipalNames", func(p principal) any { return p.Names }).byAny(odata.String, "eq starts", "ends count")
	e.of("servicePrincipalType", func(p principal) any { return p.Type }).by(odata.String, "eq", "ne")
	e.of("signInAudience", func(p principal) any { return p.SignInAudience })
	e.of("tags", func(p principal) any { return p.Tags }).byAny(odata.String, "eq", "starts count")
	e.null("tokenEncryptionKeyId", "samlSingleSignOnSettings")
	e.fixed(publisherObject(), "verifiedPublisher")
	e.fixed([]object{}, "addIns")
	e.computed("appRoles", appRoles)
	e.fixed(infoObject(), "info")
	e.computed("keyCredentials", func(s *scene, p principal) any { return keyObjects(s, p.Keys) }).byAny(complexType, "", "", keyElements()...)
	e.fixed([]object{}, "oauth2PermissionScopes")
	e.computed("passwordCredentials", func(s *scene, p principal) any { return passwordObjects(s, p.Listed()) })
	e.fixed([]object{}, "resourceSpecificApplicationPermissions")
	e.onRequest(nil, "customSecurityAttributes")
	e.filter("owners", func(_ *scene, p principal) any { return p.Owners }).byAny(complexType, "", "count")
	return e
}

// isDisabled returns the application's isDisabled. The disabled applications are
// collected once per request, since a page has up to 999 service principals.
func isDisabled(s *scene, p principal) any {
	if s.disabled == nil {
		s.disabled = map[string]bool{}
		for _, a := range s.tenant.Applications {
			if a.Disabled {
				s.disabled[a.AppID] = true
			}
		}
	}
	return trueOrNull(s.disabled[p.AppID])
}

// appRoles returns the permissions of Microsoft Graph. Other service principals have none
// here.
func appRoles(_ *scene, p principal) any {
	out := []object{}
	if p.AppID != directory.GraphAppID {
		return out
	}
	for _, r := range directory.GraphRoles() {
		out = append(out, object{
			{"allowedMemberTypes", []string{"Application"}}, {"description", r.Value}, {"displayName", r.Value},
			{"id", r.ID}, {"isEnabled", true}, {"origin", "Application"}, {"value", r.Value},
		})
	}
	return out
}
