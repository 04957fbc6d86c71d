package graphapi

import (
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

type (
	user   = *directory.User
	group  = *directory.Group
	tenant = *directory.Tenant
)

// newUsers declares users. Answers have the documented default properties; the others,
// all null here, are sent on request. Keys are object IDs and user principal names.
func newUsers() *entity[user] {
	e := &entity[user]{
		name: "user", set: "users", cost: 2,
		items: func(s *scene) []user { return pointers(s.tenant.Users) },
		is: func(u user, key string) bool {
			return strings.EqualFold(u.ID, key) || strings.EqualFold(u.UserPrincipalName, key)
		},
		sortable: []string{"displayName", "userPrincipalName"},
		search:   []string{"displayName", "mail", "userPrincipalName"},
	}
	e.fixed([]string{}, "businessPhones")
	e.of("displayName", func(u user) any { return u.DisplayName }).by(odata.String, "eq in ge le starts", "ne ends null")
	e.null("givenName", "jobTitle")
	e.of("mail", func(u user) any { return u.Mail }).by(odata.String, "eq in ge le starts", "ne ends null")
	e.null("mobilePhone", "officeLocation", "preferredLanguage", "surname")
	e.of("userPrincipalName", func(u user) any { return u.UserPrincipalName }).by(odata.String, "eq in ge le starts", "ne ends")
	e.of("id", func(u user) any { return u.ID }).by(guidText, "eq in", "ne")
	enabled := e.fixed(true, "accountEnabled").by(odata.Bool, "eq in", "ne")
	enabled.onRequest = true
	e.onRequest("Member", "userType")
	e.onRequest([]string{}, "otherMails", "proxyAddresses", "imAddresses")
	e.onRequest(nil, "deletedDateTime", "createdDateTime", "companyName", "department", "employeeId", "city", "country", "state",
		"streetAddress", "postalCode", "usageLocation", "mailNickname", "onPremisesSyncEnabled", "onPremisesSamAccountName",
		"onPremisesDomainName", "onPremisesImmutableId", "onPremisesUserPrincipalName", "onPremisesLastSyncDateTime",
		"lastPasswordChangeDateTime", "securityIdentifier", "externalUserState", "faxNumber", "ageGroup", "passwordPolicies",
		"preferredDataLocation", "showInAddressList", "employeeType")
	return e
}

// getMe answers with the signed-in user. App-only tokens have none, whatever their
// permissions. Source of the refusal: issue 1163 of msgraph-sdk-php.
func getMe(s *scene) (*response, error) {
	if !s.caller.User || len(s.tenant.Users) == 0 {
		return nil, parsing("/me request is only valid with delegated authentication flow.")
	}
	me := &s.tenant.Users[0]
	if s.caller.UserID != "" {
		if me = s.tenant.User(s.caller.UserID); me == nil {
			return nil, notFound(s.caller.UserID)
		}
	}
	return s.srv.users.one(s, me, "users")
}

// newGroups declares groups. Those with an address are mail-enabled; the others are
// security groups.
func newGroups() *entity[group] {
	e := &entity[group]{
		name: "group", set: "groups",
		items:    func(s *scene) []group { return pointers(s.tenant.Groups) },
		keys:     map[string]func(group) string{"": func(g group) string { return g.ID }},
		sortable: []string{"displayName"},
		search:   []string{"displayName", "description", "mail"},
	}
	e.of("id", func(g group) any { return g.ID }).by(guidText, "eq in", "ne")
	e.null("deletedDateTime", "classification", "createdDateTime", "description")
	e.of("displayName", func(g group) any { return g.DisplayName }).by(odata.String, "eq in ge le starts", "ne null")
	e.null("expirationDateTime")
	e.fixed([]string{}, "groupTypes")
	e.null("isAssignableToRole")
	e.of("mail", func(g group) any { return g.Mail }).by(odata.String, "eq in ge le starts", "ne ends null")
	e.of("mailEnabled", func(g group) any { return g.Mail != "" }).by(odata.Bool, "eq", "ne")
	e.of("mailNickname", func(g group) any { nick, _, _ := strings.Cut(g.Mail, "@"); return nick })
	e.null("membershipRule", "membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime",
		"onPremisesNetBiosName", "onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled",
		"preferredDataLocation", "preferredLanguage")
	e.fixed([]string{}, "proxyAddresses")
	e.null("renewedDateTime")
	e.of("securityEnabled", func(g group) any { return g.Mail == "" }).by(odata.Bool, "eq", "ne")
	e.null("securityIdentifier", "theme", "uniqueName", "visibility")
	return e
}

func groupMembers(s *scene, g group) (*response, error) { return listObjects(s, g.Members) }

// newOrganizations declares the set whose only object is the tenant.
func newOrganizations() *entity[tenant] {
	e := &entity[tenant]{
		name: "organization", set: "organization",
		items: func(s *scene) []tenant { return []tenant{s.tenant} },
		keys:  map[string]func(tenant) string{"": func(t tenant) string { return t.ID }},
	}
	e.of("id", func(t tenant) any { return t.ID })
	e.null("deletedDateTime")
	e.fixed([]string{}, "businessPhones")
	e.null("city", "country", "countryLetterCode")
	e.of("createdDateTime", func(t tenant) any { return t.Created })
	e.null("defaultUsageLocation")
	e.of("displayName", func(t tenant) any { return t.DisplayName })
	e.null("isMultipleDataLocationsForServicesEnabled")
	e.fixed([]string{}, "marketingNotificationEmails")
	e.null("onPremisesLastSyncDateTime", "onPremisesSyncEnabled", "partnerTenantType", "postalCode", "preferredLanguage")
	e.fixed([]string{}, "securityComplianceNotificationMails", "securityComplianceNotificationPhones")
	e.null("state", "street")
	e.fixed([]string{}, "technicalNotificationMails")
	e.fixed("AAD", "tenantType")
	e.fixed([]object{}, "assignedPlans", "provisionedPlans")
	e.of("verifiedDomains", verifiedDomains)
	return e
}

func verifiedDomains(t tenant) any {
	out := make([]object, 0, len(t.Domains))
	for i, name := range t.Domains {
		out = append(out, object{
			{"capabilities", "Email, OfficeCommunicationsOnline"}, {"isDefault", i == len(t.Domains)-1},
			{"isInitial", i == 0}, {"name", name}, {"type", "Managed"},
		})
	}
	return out
}

// pointers returns pointers to the elements of a slice.
func pointers[T any](all []T) []*T {
	out := make([]*T, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}
