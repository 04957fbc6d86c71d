package graphapi

import "github.com/spcheck/spcheck/internal/sandbox/directory"

type app = *directory.Application

func (s *server) applications() collection[app] {
	return collection[app]{
		entity: s.types.application, name: "applications", cost: 2,
		items: func(sc *scene) []app { return sc.tenant.Applications }, find: findApplication,
		kind: directory.Applications, id: func(a app) string { return a.ID },
	}
}

func findApplication(s *scene, key segment) (app, error) {
	var found app
	switch key.by {
	case "appid":
		if !guidPattern().MatchString(key.text) {
			return nil, badRequest("Invalid value specified for property 'appId' of resource 'Application'.")
		}
		found = s.tenant.ApplicationByAppID(key.text)
	case "uniquename":
		for _, a := range s.tenant.Applications {
			if a.UniqueName != "" && a.UniqueName == key.text {
				found = a
			}
		}
	default:
		id, err := objectID(key)
		if err != nil {
			return nil, err
		}
		found = s.tenant.Application(id)
	}
	if found == nil {
		return nil, notFound(key.text)
	}
	return found, nil
}

// applicationType has the properties of a recorded application in their order,
// and among them those that Microsoft's metadata has gained since.
func applicationType() *entity[app] {
	return &entity[app]{
		name:       "application",
		properties: applicationProperties(),
		filters:    applicationFilters(),
		sortable:   []string{"displayName", "createdDateTime"},
		search:     []string{"displayName", "description"},
		expansions: map[string]expand[app]{
			"owners": {"owners", func(s *scene, a app) []object { return ownerObjects(s, a.Owners) }},
			"federatedidentitycredentials": {"federatedIdentityCredentials", func(_ *scene, a app) []object {
				return federatedObjects(a.Federated)
			}},
			"appmanagementpolicies": {"appManagementPolicies", func(s *scene, a app) []object { return assignedPolicy(s, a.PolicyID) }},
		},
	}
}

func applicationProperties() []property[app] {
	null := func(names ...string) []property[app] { return constant[app](nil, false, names...) }
	one := func(name string, get func(*scene, app) any) []property[app] {
		return []property[app]{{name: name, get: get}}
	}
	fixed := func(name string, value any) []property[app] { return constant[app](value, false, name) }
	return join(
		one("id", func(_ *scene, a app) any { return a.ID }),
		null("deletedDateTime"),
		one("appId", func(_ *scene, a app) any { return a.AppID }),
		null("applicationTemplateId"),
		one("disabledByMicrosoftStatus", func(_ *scene, a app) any { return orNull(a.DisabledByMicrosoftStatus) }),
		null("createdByAppId"),
		one("createdDateTime", func(_ *scene, a app) any { return timeOrNull(a.Created) }),
		one("displayName", func(_ *scene, a app) any { return orNull(a.DisplayName) }),
		null("description", "groupMembershipClaims"),
		one("identifierUris", func(_ *scene, a app) any { return list(a.IdentifierURIs) }),
		null("isDeviceOnlyAuthSupported"),
		one("isDisabled", func(_ *scene, a app) any { return trueOrNull(a.Disabled) }),
		one("isFallbackPublicClient", func(_ *scene, a app) any { return trueOrNull(a.PublicClient) }),
		null("nativeAuthenticationApisEnabled"),
		one("notes", func(_ *scene, a app) any { return orNull(a.Notes) }),
		one("publisherDomain", func(s *scene, _ app) any { return publisher(s.tenant) }),
		null("serviceManagementReference"),
		one("signInAudience", func(_ *scene, a app) any { return orNull(a.SignInAudience) }),
		one("tags", func(_ *scene, a app) any { return list(a.Tags) }),
		null("tokenEncryptionKeyId"),
		one("uniqueName", func(_ *scene, a app) any { return orNull(a.UniqueName) }),
		null("samlMetadataUrl", "defaultRedirectUri", "certification", "optionalClaims"),
		one("servicePrincipalLockConfiguration", func(_ *scene, a app) any { return lockObject(a.Lock) }),
		null("requestSignatureVerification"),
		fixed("addIns", []object{}), fixed("api", apiObject()), fixed("appRoles", []object{}), fixed("info", infoObject()),
		one("keyCredentials", func(s *scene, a app) any { return keyObjects(s, &a.Credentials) }),
		fixed("parentalControlSettings", object{{"countriesBlockedForMinors", []string{}}, {"legalAgeGroupRule", "Allow"}}),
		one("passwordCredentials", func(s *scene, a app) any { return passwordObjects(s, &a.Credentials) }),
		fixed("publicClient", redirects()),
		fixed("requiredResourceAccess", []object{}), fixed("verifiedPublisher", publisherObject()),
		fixed("web", webObject()), fixed("spa", redirects()),
		constant[app](nil, true, "authenticationBehaviors", "logo"),
		constant[app](false, true, "oauth2RequirePostResponse"),
		constant[app]([]string{}, true, "managerApplications"),
	)
}

func applicationFilters() []filterable[app] {
	return []filterable[app]{
		{path: "id", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, a app) any { return a.ID }},
		{path: "appId", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, a app) any { return a.AppID }},
		{path: "displayName", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opNull, get: func(_ *scene, a app) any { return orNull(a.DisplayName) }},
		{path: "createdDateTime", kind: date, basic: opEq | opGe | opLe, advanced: opNe | opNull, get: func(_ *scene, a app) any { return timeOrNull(a.Created) }},
		{path: "disabledByMicrosoftStatus", basic: opEq, advanced: opNe | opNull, get: func(_ *scene, a app) any { return orNull(a.DisabledByMicrosoftStatus) }},
		{path: "publisherDomain", basic: opEq | opStarts, advanced: opNe | opEnds, get: func(s *scene, _ app) any { return publisher(s.tenant) }},
		{path: "signInAudience", basic: opEq, advanced: opNe, get: func(_ *scene, a app) any { return orNull(a.SignInAudience) }},
		{path: "uniqueName", basic: opEq, advanced: opNe | opNull, get: func(_ *scene, a app) any { return orNull(a.UniqueName) }},
		{path: "identifierUris", collection: true, basic: opEq | opStarts, advanced: opEnds | opCount, get: func(_ *scene, a app) any { return a.IdentifierURIs }},
		{path: "tags", collection: true, basic: opEq, advanced: opStarts | opCount, get: func(_ *scene, a app) any { return a.Tags }},
		{path: "keyCredentials", kind: complexType, collection: true, get: func(s *scene, a app) any { return keyObjects(s, &a.Credentials) }, elements: keyFilters()},
		{path: "owners", kind: complexType, collection: true, advanced: opCount, get: func(_ *scene, a app) any { return a.Owners }},
		{path: "federatedIdentityCredentials", kind: complexType, collection: true, advanced: opCount,
			get: func(_ *scene, a app) any { return federatedObjects(a.Federated) }, elements: federatedFilters()},
	}
}

// join puts runs of properties one after the other.
func join[T any](runs ...[]property[T]) []property[T] {
	var out []property[T]
	for _, run := range runs {
		out = append(out, run...)
	}
	return out
}

// trueOrNull is a boolean that the service leaves null until somebody sets it.
func trueOrNull(v bool) any {
	if v {
		return true
	}
	return nil
}

// publisher is the tenant's initial domain.
func publisher(t *directory.Tenant) any {
	if len(t.Domains) == 0 {
		return nil
	}
	return t.Domains[0]
}
