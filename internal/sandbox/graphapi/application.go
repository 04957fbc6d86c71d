package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

type app = *directory.Application

// newApplications declares applications. The properties have the order of a recording;
// later ones are from Microsoft's metadata.
func newApplications() *entity[app] {
	e := &entity[app]{
		name: "application", set: "applications", cost: 2, kind: directory.Applications,
		items: func(s *scene) []app { return s.tenant.Applications },
		keys: map[string]func(app) string{
			"":           func(a app) string { return a.ID },
			"appid":      func(a app) string { return a.AppID },
			"uniquename": func(a app) string { return a.UniqueName },
		},
		sortable: []string{"displayName", "createdDateTime"},
		search:   []string{"displayName", "description"},
		expansions: []expand[app]{
			{"owners", func(s *scene, a app) []object { return ownerObjects(s, a.Owners) }},
			{"federatedIdentityCredentials", federatedObjects},
			{"appManagementPolicies", func(s *scene, a app) []object { return assignedPolicy(s, a.PolicyID) }},
		},
	}
	e.of("id", func(a app) any { return a.ID }).by(guidText, "eq in", "ne")
	e.null("deletedDateTime")
	e.of("appId", func(a app) any { return a.AppID }).by(guidText, "eq in", "ne")
	e.null("applicationTemplateId")
	e.of("disabledByMicrosoftStatus", func(a app) any { return a.DisabledByMicrosoftStatus }).by(odata.String, "eq", "ne null")
	e.null("createdByAppId")
	e.of("createdDateTime", func(a app) any { return a.Created }).by(odata.Date, "eq ge le", "ne null")
	e.of("displayName", func(a app) any { return a.DisplayName }).by(odata.String, "eq in ge le starts", "ne null")
	e.null("description", "groupMembershipClaims")
	e.of("identifierUris", func(a app) any { return a.IdentifierURIs }).byAny(odata.String, "eq starts", "ends count")
	e.null("isDeviceOnlyAuthSupported")
	e.of("isDisabled", func(a app) any { return trueOrNull(a.Disabled) })
	e.of("isFallbackPublicClient", func(a app) any { return trueOrNull(a.PublicClient) })
	e.null("nativeAuthenticationApisEnabled")
	e.of("notes", func(a app) any { return a.Notes })
	e.computed("publisherDomain", publisher).by(odata.String, "eq starts", "ne ends")
	e.null("serviceManagementReference")
	e.of("signInAudience", func(a app) any { return a.SignInAudience }).by(odata.String, "eq", "ne")
	e.of("tags", func(a app) any { return a.Tags }).byAny(odata.String, "eq", "starts count")
	e.null("tokenEncryptionKeyId")
	e.of("uniqueName", func(a app) any { return a.UniqueName }).by(odata.String, "eq", "ne null")
	e.null("samlMetadataUrl", "defaultRedirectUri", "certification", "optionalClaims")
	e.of("servicePrincipalLockConfiguration", func(a app) any { return lockObject(a.Lock) })
	e.null("requestSignatureVerification")
	e.fixed([]object{}, "addIns")
	e.fixed(apiObject(), "api")
	e.fixed([]object{}, "appRoles")
	e.fixed(infoObject(), "info")
	e.computed("keyCredentials", func(s *scene, a app) any { return keyObjects(s, a.Keys) }).byAny(complexType, "", "", keyElements()...)
	e.fixed(object{{"countriesBlockedForMinors", []string{}}, {"legalAgeGroupRule", "Allow"}}, "parentalControlSettings")
	e.computed("passwordCredentials", func(s *scene, a app) any { return passwordObjects(s, a.Listed()) })
	e.fixed(redirects(), "publicClient")
	e.fixed([]object{}, "requiredResourceAccess")
	e.fixed(publisherObject(), "verifiedPublisher")
	e.fixed(webObject(), "web")
	e.fixed(redirects(), "spa")
	e.onRequest(nil, "authenticationBehaviors", "logo")
	e.onRequest(false, "oauth2RequirePostResponse")
	e.onRequest([]string{}, "managerApplications")
	e.filter("owners", func(_ *scene, a app) any { return a.Owners }).byAny(complexType, "", "count")
	e.filter("federatedIdentityCredentials", func(s *scene, a app) any { return federatedObjects(s, a) }).byAny(complexType, "", "count",
		element("name", odata.String, "", "eq starts"), element("issuer", odata.String, "", "eq starts"), element("subject", odata.String, "", "eq starts"))
	return e
}

// newDeleted declares the objects of a kind that can be restored. Source: Microsoft's
// documentation of deletedItems.
func newDeleted[T based](name string, items func(*scene) []T) *entity[T] {
	e := &entity[T]{name: name, set: "directory/deletedItems", items: items}
	e.of("id", func(o T) any { return o.Base().ID })
	e.of("deletedDateTime", func(o T) any { return o.Base().DeletedAt })
	e.of("appId", func(o T) any { return o.Base().AppID }).by(odata.String, "eq", "")
	e.of("displayName", func(o T) any { return o.Base().DisplayName })
	e.of("createdDateTime", func(o T) any { return o.Base().Created })
	return e
}

// trueOrNull returns a boolean that the service leaves null until somebody sets it.
func trueOrNull(v bool) any {
	if v {
		return true
	}
	return nil
}

// publisher is the tenant's initial domain.
func publisher(s *scene, _ app) any {
	if len(s.tenant.Domains) == 0 {
		return nil
	}
	return s.tenant.Domains[0]
}

// The functions below return the values of a new application, as recorded.

func apiObject() object {
	return object{
		{"acceptMappedClaims", nil}, {"knownClientApplications", []string{}}, {"requestedAccessTokenVersion", 2},
		{"oauth2PermissionScopes", []object{}}, {"preAuthorizedApplications", []object{}},
	}
}

func infoObject() object {
	return object{{"logoUrl", nil}, {"marketingUrl", nil}, {"privacyStatementUrl", nil}, {"supportUrl", nil}, {"termsOfServiceUrl", nil}}
}

func publisherObject() object {
	return object{{"displayName", nil}, {"verifiedPublisherId", nil}, {"addedDateTime", nil}}
}

func redirects() object { return object{{"redirectUris", []string{}}} }

func webObject() object {
	return object{
		{"homePageUrl", nil}, {"logoutUrl", nil}, {"redirectUris", []string{}},
		{"implicitGrantSettings", object{{"enableAccessTokenIssuance", false}, {"enableIdTokenIssuance", false}}},
	}
}

func lockObject(l *directory.Lock) any {
	if l == nil {
		return nil
	}
	return object{
		{"isEnabled", l.Enabled}, {"allProperties", l.AllProperties},
		{"credentialsWithUsageVerify", l.CredentialsWithUsageVerify}, {"credentialsWithUsageSign", false}, {"tokenEncryptionKeyId", false},
	}
}
