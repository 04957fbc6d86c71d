package graphapi

import (
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

type (
	user  = *directory.User
	group = *directory.Group
)

func (s *server) users() collection[user] {
	return collection[user]{
		entity: s.types.user, name: "users", cost: 2,
		items: func(sc *scene) []user { return pointers(sc.tenant.Users) }, find: findUser,
	}
}

// findUser takes an object ID or a user principal name.
func findUser(s *scene, key segment) (user, error) {
	if u := s.tenant.User(key.text); key.by == "" && u != nil {
		return u, nil
	}
	return nil, notFound(key.text)
}

// userType sends the documented default properties; the others, all null here,
// are there on request.
func userType() *entity[user] {
	one := func(name string, get func(user) any) []property[user] {
		return []property[user]{{name: name, get: func(_ *scene, u user) any { return get(u) }}}
	}
	null := func(names ...string) []property[user] { return constant[user](nil, false, names...) }
	return &entity[user]{
		name: "user",
		properties: join(
			constant[user]([]string{}, false, "businessPhones"),
			one("displayName", func(u user) any { return orNull(u.DisplayName) }),
			null("givenName", "jobTitle"),
			one("mail", func(u user) any { return orNull(u.Mail) }),
			null("mobilePhone", "officeLocation", "preferredLanguage", "surname"),
			one("userPrincipalName", func(u user) any { return u.UserPrincipalName }),
			one("id", func(u user) any { return u.ID }),
			constant[user](true, true, "accountEnabled"),
			constant[user]("Member", true, "userType"),
			constant[user]([]string{}, true, "otherMails", "proxyAddresses", "imAddresses"),
			constant[user](nil, true, "deletedDateTime", "createdDateTime", "companyName", "department", "employeeId", "city", "country", "state", "streetAddress",
				"postalCode", "usageLocation", "mailNickname", "onPremisesSyncEnabled", "onPremisesSamAccountName", "onPremisesDomainName",
				"onPremisesImmutableId", "onPremisesUserPrincipalName", "onPremisesLastSyncDateTime", "lastPasswordChangeDateTime", "securityIdentifier",
				"externalUserState", "faxNumber", "ageGroup", "passwordPolicies", "preferredDataLocation", "showInAddressList", "employeeType"),
		),
		filters: []filterable[user]{
			{path: "id", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, u user) any { return u.ID }},
			{path: "displayName", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opEnds | opNull, get: func(_ *scene, u user) any { return orNull(u.DisplayName) }},
			{path: "mail", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opEnds | opNull, get: func(_ *scene, u user) any { return orNull(u.Mail) }},
			{path: "userPrincipalName", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opEnds, get: func(_ *scene, u user) any { return u.UserPrincipalName }},
			{path: "accountEnabled", kind: boolean, basic: opEq | opIn, advanced: opNe, get: func(*scene, user) any { return true }},
		},
		sortable: []string{"displayName", "userPrincipalName"},
		search:   []string{"displayName", "mail", "userPrincipalName"},
	}
}

// getMe is the signed-in user; an app-only token has none, whatever it may read.
// Source of the refusal: issue 1163 of msgraph-sdk-php.
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
	return one(s, s.srv.types.user, me, "users")
}

func (s *server) groups() collection[group] {
	return collection[group]{
		entity: s.types.group, name: "groups", cost: 1,
		items: func(sc *scene) []group { return pointers(sc.tenant.Groups) }, find: findGroup,
	}
}

func findGroup(s *scene, key segment) (group, error) {
	id, err := objectID(key)
	if err != nil {
		return nil, err
	}
	if g := s.tenant.Group(id); g != nil {
		return g, nil
	}
	return nil, notFound(id)
}

// groupType distinguishes security groups from mail-enabled ones by their address.
func groupType() *entity[group] {
	one := func(name string, get func(group) any) []property[group] {
		return []property[group]{{name: name, get: func(_ *scene, g group) any { return get(g) }}}
	}
	null := func(names ...string) []property[group] { return constant[group](nil, false, names...) }
	return &entity[group]{
		name: "group",
		properties: join(
			one("id", func(g group) any { return g.ID }),
			null("deletedDateTime", "classification", "createdDateTime", "description"),
			one("displayName", func(g group) any { return orNull(g.DisplayName) }),
			null("expirationDateTime"),
			constant[group]([]string{}, false, "groupTypes"),
			null("isAssignableToRole"),
			one("mail", func(g group) any { return orNull(g.Mail) }),
			one("mailEnabled", func(g group) any { return g.Mail != "" }),
			one("mailNickname", func(g group) any { nick, _, _ := strings.Cut(g.Mail, "@"); return orNull(nick) }),
			null("membershipRule", "membershipRuleProcessingState", "onPremisesDomainName", "onPremisesLastSyncDateTime", "onPremisesNetBiosName",
				"onPremisesSamAccountName", "onPremisesSecurityIdentifier", "onPremisesSyncEnabled", "preferredDataLocation", "preferredLanguage"),
			constant[group]([]string{}, false, "proxyAddresses"),
			null("renewedDateTime"),
			one("securityEnabled", func(g group) any { return g.Mail == "" }),
			null("securityIdentifier", "theme", "uniqueName", "visibility"),
		),
		filters: []filterable[group]{
			{path: "id", kind: guidText, basic: opEq | opIn, advanced: opNe, get: func(_ *scene, g group) any { return g.ID }},
			{path: "displayName", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opNull, get: func(_ *scene, g group) any { return orNull(g.DisplayName) }},
			{path: "mail", basic: opEq | opIn | opGe | opLe | opStarts, advanced: opNe | opEnds | opNull, get: func(_ *scene, g group) any { return orNull(g.Mail) }},
			{path: "mailEnabled", kind: boolean, basic: opEq, advanced: opNe, get: func(_ *scene, g group) any { return g.Mail != "" }},
			{path: "securityEnabled", kind: boolean, basic: opEq, advanced: opNe, get: func(_ *scene, g group) any { return g.Mail == "" }},
		},
		sortable: []string{"displayName"},
		search:   []string{"displayName", "description", "mail"},
	}
}
