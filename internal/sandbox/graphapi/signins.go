package graphapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// logPage is both the default and the largest page of the logs. Source:
// Microsoft's documentation of signIn.
const logPage = 1000

// signInEntry is an entry of the sign-in log with its place in it.
type signInEntry struct {
	logged
	directory.SignIn
}

// logged is the place of an entry in a log.
type logged struct {
	log    string
	number int
}

// id stays the same. It is made when it is asked for, as a log is long and most
// requests ask for few of its entries.
func (l logged) id() string { return directory.StableID(l.log + strconv.Itoa(l.number)) }

// premium refuses tenants without the licence that sign-in logs need. The code is
// verified, the text is not.
func premium(s *scene) error {
	if s.tenant.Premium {
		return nil
	}
	return refuse(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
}

// listSignIns shows service principals' sign-ins in beta only, and only where the
// filter asks for their event type: without it the log is that of interactive
// users, of which the sandbox has none. Source: Microsoft's documentation of
// signIn, and reports.
func listSignIns(s *scene) (*response, error) {
	if err := premium(s); err != nil {
		return nil, err
	}
	e := *s.srv.types.signIn
	if s.version != "beta" {
		e.properties = slices.DeleteFunc(slices.Clone(e.properties), func(p property[signInEntry]) bool { return betaOnly(p.name) })
		e.filters = slices.DeleteFunc(slices.Clone(e.filters), func(f filterable[signInEntry]) bool { return betaOnly(f.path) })
	}
	var items []signInEntry
	if s.version == "beta" && asksForServicePrincipals(s.query.filter) {
		log := "sign-in " + s.tenant.ID
		items = newestFirst(s.tenant.SignIns, func(i int, e directory.SignIn) signInEntry {
			return signInEntry{logged{log, i}, e}
		})
	}
	return listing[signInEntry]{items: items, entity: &e, context: "auditLogs/signIns", cost: 1, defaultPage: logPage, maxPage: logPage}.answer(s)
}

// betaOnly names the properties that v1.0 does not declare.
func betaOnly(name string) bool {
	return slices.Contains([]string{
		"clientCredentialType", "federatedCredentialId", "servicePrincipalCredentialKeyId", "servicePrincipalCredentialThumbprint",
		"signInEventTypes", "uniqueTokenIdentifier", "userType", "incomingTokenType", "resourceServicePrincipalId",
	}, name)
}

func asksForServicePrincipals(filter string) bool {
	lower := strings.ToLower(filter)
	return strings.Contains(lower, "signineventtypes/any") && strings.Contains(lower, "'serviceprincipal'")
}

// newestFirst turns a log around.
func newestFirst[T, U any](log []T, entry func(int, T) U) []U {
	out := make([]U, 0, len(log))
	for i := len(log) - 1; i >= 0; i-- {
		out = append(out, entry(i, log[i]))
	}
	return out
}

func signInType() *entity[signInEntry] {
	return &entity[signInEntry]{name: "signIn", properties: signInProperties(), filters: signInFilters(), sortable: []string{"createdDateTime"}}
}

func signInProperties() []property[signInEntry] {
	one := func(name string, get func(*scene, signInEntry) any) []property[signInEntry] {
		return []property[signInEntry]{{name: name, get: get}}
	}
	null := func(names ...string) []property[signInEntry] { return constant[signInEntry](nil, false, names...) }
	none := func(names ...string) []property[signInEntry] {
		return constant[signInEntry]("none", false, names...)
	}
	return join(
		one("id", func(_ *scene, e signInEntry) any { return e.id() }),
		one("createdDateTime", func(_ *scene, e signInEntry) any { return e.Time }),
		null("userDisplayName", "userPrincipalName"),
		constant[signInEntry]("", false, "userId"),
		one("appId", func(_ *scene, e signInEntry) any { return e.AppID }),
		one("appDisplayName", appName),
		one("ipAddress", func(_ *scene, e signInEntry) any { return orNull(e.IPAddress) }),
		null("clientAppUsed", "userAgent"),
		one("correlationId", func(_ *scene, e signInEntry) any { return directory.StableID("correlation " + e.id()) }),
		constant[signInEntry]("notApplied", false, "conditionalAccessStatus"),
		null("isInteractive"),
		none("riskDetail", "riskLevelAggregated", "riskLevelDuringSignIn", "riskState"),
		constant[signInEntry]([]string{}, false, "riskEventTypes_v2"),
		one("resourceDisplayName", func(_ *scene, e signInEntry) any { return cmp.Or(e.Resource, "Microsoft Graph") }),
		one("resourceId", func(_ *scene, e signInEntry) any { return resourceID(e) }),
		one("resourceTenantId", func(s *scene, _ signInEntry) any { return s.tenant.ID }),
		one("homeTenantId", func(s *scene, _ signInEntry) any { return s.tenant.ID }),
		one("servicePrincipalId", func(_ *scene, e signInEntry) any { return e.ServicePrincipalID }),
		one("servicePrincipalName", appName),
		one("servicePrincipalCredentialKeyId", func(_ *scene, e signInEntry) any { return orNull(e.KeyID) }),
		constant[signInEntry]("", false, "servicePrincipalCredentialThumbprint"),
		one("clientCredentialType", func(_ *scene, e signInEntry) any { return credentialType(e) }),
		null("federatedCredentialId"),
		one("uniqueTokenIdentifier", func(_ *scene, e signInEntry) any { return orNull(e.Token) }),
		constant[signInEntry]([]string{"servicePrincipal"}, false, "signInEventTypes"),
		none("incomingTokenType"),
		one("status", func(_ *scene, e signInEntry) any {
			return object{{"errorCode", e.ErrorCode}, {"failureReason", failureReason(e)}, {"additionalDetails", nil}}
		}),
		constant[signInEntry](object{{"deviceId", ""}, {"displayName", ""}, {"operatingSystem", ""}, {"browser", ""}, {"isCompliant", nil}, {"isManaged", nil}, {"trustType", ""}}, false, "deviceDetail"),
		constant[signInEntry](object{{"city", ""}, {"state", ""}, {"countryOrRegion", ""}, {"geoCoordinates", object{{"altitude", nil}, {"latitude", nil}, {"longitude", nil}}}}, false, "location"),
		one("appliedConditionalAccessPolicies", appliedPolicies),
	)
}

func resourceID(e signInEntry) string {
	if e.Resource == "" {
		return directory.GraphAppID
	}
	return directory.StableID("resource " + e.Resource)
}

func credentialType(e signInEntry) string {
	if e.CredentialType == "" {
		return "none"
	}
	return e.CredentialType
}

// failureReason is "Other." for a success, as the log writes it; not verified.
func failureReason(e signInEntry) string {
	if e.FailureReason == "" {
		return "Other."
	}
	return e.FailureReason
}

func appName(s *scene, e signInEntry) any {
	if p := s.tenant.ServicePrincipalByAppID(e.AppID); p != nil {
		return orNull(p.DisplayName)
	}
	return nil
}

func signInFilters() []filterable[signInEntry] {
	return []filterable[signInEntry]{
		{path: "id", basic: opEq, get: func(_ *scene, e signInEntry) any { return e.id() }},
		{path: "createdDateTime", kind: date, basic: opEq | opGe | opLe | opGtLt, get: func(_ *scene, e signInEntry) any { return e.Time }},
		{path: "appId", basic: opEq, get: func(_ *scene, e signInEntry) any { return e.AppID }},
		{path: "appDisplayName", basic: opEq | opStarts, get: appName},
		{path: "ipAddress", basic: opEq | opStarts, get: func(_ *scene, e signInEntry) any { return orNull(e.IPAddress) }},
		{path: "servicePrincipalId", basic: opEq, get: func(_ *scene, e signInEntry) any { return e.ServicePrincipalID }},
		{path: "servicePrincipalName", basic: opEq | opStarts, get: appName},
		{path: "servicePrincipalCredentialKeyId", basic: opEq, get: func(_ *scene, e signInEntry) any { return orNull(e.KeyID) }},
		{path: "clientCredentialType", basic: opEq, get: func(_ *scene, e signInEntry) any { return credentialType(e) }},
		{path: "status/errorCode", kind: number, basic: opEq | opNe, get: func(_ *scene, e signInEntry) any { return e.ErrorCode }},
		{path: "uniqueTokenIdentifier", basic: opEq, get: func(_ *scene, e signInEntry) any { return orNull(e.Token) }},
		{path: "signInEventTypes", collection: true, basic: opEq, get: func(*scene, signInEntry) any { return []string{"servicePrincipal"} }},
	}
}
