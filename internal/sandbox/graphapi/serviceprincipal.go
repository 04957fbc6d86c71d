package graphapi

import "github.com/spcheck/spcheck/internal/sandbox/directory"

type principal = *directory.ServicePrincipal

func (s *server) servicePrincipals() collection[principal] {
	return collection[principal]{
		entity: s.types.servicePrincipal, name: "servicePrincipals", cost: 1,
		items: func(sc *scene) []principal { return sc.tenant.ServicePrincipals }, find: findServicePrincipal,
		kind: directory.ServicePrincipals, id: func(p principal) string { return p.ID },
	}
}

func findServicePrincipal(s *scene, key segment) (principal, error) {
	var found principal
	if key.by == "appid" {
		if !guidPattern().MatchString(key.text) {
			return nil, badRequest("Invalid value specified for property 'appId' of resource 'ServicePrincipal'.")
		}
		found = s.tenant.ServicePrincipalByAppID(key.text)
	} else {
		id, err := objectID(key)
		if err != nil {
			return nil, err
		}
		found = s.tenant.ServicePrincipal(id)
	}
	if found == nil {
		return nil, notFound(key.text)
	}
	return found, nil
}

func servicePrincipalType() *entity[principal] {
	return &entity[principal]{
		name:       "servicePrincipal",
		properties: principalProperties(),
		filters:    principalFilters(),
		sortable:   []string{"displayName", "createdDateTime"},
		search:     []string{"displayName", "description"},
		expansions: map[string]expand[principal]{
			"owners":                {"owners", func(s *scene, p principal) []object { return ownerObjects(s, p.Owners) }},
			"approleassignments":    {"appRoleAssignments", func(s *scene, p principal) []object { return assignmentObjects(s, p) }},
			"appmanagementpolicies": {"appManagementPolicies", func(s *scene, p principal) []object { return assignedPolicy(s, p.PolicyID) }},
		},
	}
}

// principalProperties follows a recording. createdDateTime is on the wire
// although the metadata does not declare it.
func principalProperties() []property[principal] {
	null := func(names ...string) []property[principal] { return constant[principal](nil, false, names...) }
	one := func(name string, get func(*scene, principal) any) []property[principal] {
		return []property[principal]{{name: name, get: get}}
	}
	fixed := func(name string, value any) []property[principal] { return constant[principal](value, false, name) }
	return join(
		one("id", func(_ *scene, p principal) any { return p.ID }),
		null("deletedDateTime"),
		one("accountEnabled", func(_ *scene, p principal) any { return p.Enabled }),
		one("alternativeNames", func(_ *scene, p principal) any { return list(p.AlternativeNames) }),
		one("appDisplayName", func(_ *scene, p principal) any { return orNull(p.DisplayName) }),
		null("appDescription"),
		one("appId", func(_ *scene, p principal) any { return orNull(p.AppID) }),
		null("applicationTemplateId"),
		one("appOwnerOrganizationId", func(_ *scene, p principal) any { return orNull(p.OwnerTenant) }),
		one("appRoleAssignmentRequired", func(_ *scene, p principal) any { return p.AssignmentRequired }),
		null("createdByAppId"),
		one("createdDateTime", func(_ *scene, p principal) any { return timeOrNull(p.Created) }),
		null("description"),
		one("disabledByMicrosoftStatus", func(_ *scene, p principal) any { return orNull(p.DisabledByMicrosoftStatus) }),
		one("displayName", func(_ *scene, p principal) any { return orNull(p.DisplayName) }),
		null("homepage"),
		one("isDisabled", isDisabled),
		null("loginUrl", "logoutUrl"),
		one("notes", func(_ *scene, p principal) any { return orNull(p.Notes) }),
		fixed("notificationEmailAddresses", []string{}),
		one("preferredSingleSignOnMode", func(_ *scene, p principal) any { return orNull(p.PreferredSSOMode) }),
		one("preferredTokenSigningKeyThumbprint", func(_ *scene, p principal) any { return orNull(p.SigningThumbprint) }),
		fixed("replyUrls", []string{}),
		one("servicePrincipalNames", func(_ *scene, p principal) any { return list(p.Names) }),
		one("servicePrincipalType", func(_ *scene, p principal) any { return orNull(p.Type) }),
		one("signInAudience", func(_ *scene, p principal) any { return orNull(p.SignInAudience) }),
		one("tags", func(_ *scene, p principal) any { return list(p.Tags) }),
		null("tokenEncryptionKeyId", "samlSingleSignOnSettings"),
		fixed("verifiedPublisher", publisherObject()), fixed("addIns", []object{}),
		one("appRoles", appRoles),
		fixed("info", infoObject()),
		one("keyCredentials", func(s *scene, p principal) any { return keyObjects(s, &p.Credentials) }),
		fixed("oauth2PermissionScopes", []object{}),
		one("passwordCredentials", func(s *scene, p principal) any { return passwordObjects(s, &p.Credentials) }),
		fixed("resourceSpecificApplicationPermissions", []object{}),
		constant[principal](nil, true, "customSecurityAttributes"),
	)
}

// isDisabled mirrors the application's own switch. The disabled applications are
// gathered once for a request, since a page has up to 999 service principals.
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

// appRoles are the permissions that Microsoft Graph offers; other service
// principals here offer none.
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

func principalFilters() []filterable[principal] {
	return []filterable[principal]{
		{path: "id", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, p principal) any { return p.ID }},
		{path: "appId", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, p principal) any { return p.AppID }},
		{path: "displayName", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opEnds | opNull, get: func(_ *scene, p principal) any { return orNull(p.DisplayName) }},
		{path: "accountEnabled", kind: boolean, basic: opEq, advanced: opNe, get: func(_ *scene, p principal) any { return p.Enabled }},
		{path: "servicePrincipalType", basic: opEq, advanced: opNe, get: func(_ *scene, p principal) any { return orNull(p.Type) }},
		{path: "preferredSingleSignOnMode", advanced: opEq | opNe | opNull, get: func(_ *scene, p principal) any { return orNull(p.PreferredSSOMode) }},
		{path: "appOwnerOrganizationId", kind: guid, advanced: opEq | opNe | opNull, get: func(_ *scene, p principal) any { return orNull(p.OwnerTenant) }},
		{path: "servicePrincipalNames", collection: true, basic: opEq | opStarts, advanced: opEnds | opCount, get: func(_ *scene, p principal) any { return p.Names }},
		{path: "alternativeNames", collection: true, basic: opEq | opStarts, advanced: opCount, get: func(_ *scene, p principal) any { return p.AlternativeNames }},
		{path: "tags", collection: true, basic: opEq, advanced: opStarts | opCount, get: func(_ *scene, p principal) any { return p.Tags }},
		{path: "keyCredentials", kind: complexType, collection: true, get: func(s *scene, p principal) any { return keyObjects(s, &p.Credentials) }, elements: keyFilters()},
		{path: "owners", kind: complexType, collection: true, advanced: opCount, get: func(_ *scene, p principal) any { return p.Owners }},
	}
}
