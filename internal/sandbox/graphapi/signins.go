package graphapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// signInEntry is an entry of the sign-in log and its position.
type signInEntry struct {
	logged
	directory.SignIn
}

// logged is the position of an entry in a log.
type logged struct {
	log    string
	number int
}

// id returns the entry's permanent ID. It is computed on demand, since logs are long and
// most requests need few entries.
func (l logged) id() string { return directory.StableID(l.log + strconv.Itoa(l.number)) }

// premium refuses tenants without the licence for sign-in logs. The code is verified, the
// text is not.
func premium(s *scene) error {
	if s.tenant.Premium {
		return nil
	}
	return refuse(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
}

// newSignIns declares the sign-in log. Sign-ins of service principals are in beta only,
// and only if the filter asks for their event type. Otherwise the log is that of
// interactive users, which the sandbox does not have. Source: Microsoft's documentation
// of signIn, and reports.
func newSignIns(beta bool) *entity[signInEntry] {
	e := &entity[signInEntry]{
		name: "signIn", set: "auditLogs/signIns", isLog: true, sortable: []string{"createdDateTime"}, available: premium,
		items: func(s *scene) []signInEntry {
			if !beta || !asksForServicePrincipals(s.query.filter) {
				return nil
			}
			log := "sign-in " + s.tenant.ID
			return newestFirst(s.tenant.SignIns, func(i int, e directory.SignIn) signInEntry {
				return signInEntry{logged{log, i}, e}
			})
		},
	}
	declareSignIn(e)
	if !beta {
		e.properties = slices.DeleteFunc(e.properties, func(p *property[signInEntry]) bool { return slices.Contains(betaOnly, p.name) })
	}
	return e
}

// betaOnly are the properties that v1.0 does not have.
var betaOnly = []string{
	"clientCredentialType", "federatedCredentialId", "servicePrincipalCredentialKeyId", "servicePrincipalCredentialThumbprint",
	"signInEventTypes", "uniqueTokenIdentifier", "userType", "incomingTokenType", "resourceServicePrincipalId",
}

// listSignIns answers from the log of the request's version.
func listSignIns(s *scene) (*response, error) {
	if s.version == "beta" {
		return s.srv.betaSignIns.list(s)
	}
	return s.srv.signIns.list(s)
}

func asksForServicePrincipals(filter string) bool {
	lower := strings.ToLower(filter)
	return strings.Contains(lower, "signineventtypes/any") && strings.Contains(lower, "'serviceprincipal'")
}

// newestFirst reverses a log.
func newestFirst[T, U any](log []T, entry func(int, T) U) []U {
	out := make([]U, 0, len(log))
	for i := len(log) - 1; i >= 0; i-- {
		out = append(out, entry(i, log[i]))
	}
	return out
}

func declareSignIn(e *entity[signInEntry]) {
	e.of("id", func(e signInEntry) any { return e.id() }).by(odata.String, "eq", "")
	e.of("createdDateTime", func(e signInEntry) any { return e.Time }).by(odata.Date, "eq ge le gt lt", "")
	e.null("userDisplayName", "userPrincipalName")
	e.fixed("", "userId")
	e.of("appId", func(e signInEntry) any { return e.AppID }).by(odata.String, "eq", "")
	e.computed("appDisplayName", appName).by(odata.String, "eq starts", "")
	e.of("ipAddress", func(e signInEntry) any { return e.IPAddress }).by(odata.String, "eq starts", "")
	e.null("clientAppUsed", "userAgent")
	e.of("correlationId", func(e signInEntry) any { return directory.StableID("correlation " + e.id()) })
	e.fixed("notApplied", "conditionalAccessStatus")
	e.null("isInteractive")
	e.fixed("none", "riskDetail", "riskLevelAggregated", "riskLevelDuringSignIn", "riskState")
	e.fixed([]string{}, "riskEventTypes_v2")
	e.of("resourceDisplayName", func(e signInEntry) any { return cmp.Or(e.Resource, "Microsoft Graph") })
	e.of("resourceId", resourceID)
	e.computed("resourceTenantId", func(s *scene, _ signInEntry) any { return s.tenant.ID })
	e.computed("homeTenantId", func(s *scene, _ signInEntry) any { return s.tenant.ID })
	e.of("servicePrincipalId", func(e signInEntry) any { return e.ServicePrincipalID }).by(odata.String, "eq", "")
	e.computed("servicePrincipalName", appName).by(odata.String, "eq starts", "")
	e.of("servicePrincipalCredentialKeyId", func(e signInEntry) any { return e.KeyID }).by(odata.String, "eq", "")
	e.fixed("", "servicePrincipalCredentialThumbprint")
	e.of("clientCredentialType", func(e signInEntry) any { return cmp.Or(e.CredentialType, "none") }).by(odata.String, "eq", "")
	e.null("federatedCredentialId")
	e.of("uniqueTokenIdentifier", func(e signInEntry) any { return e.Token }).by(odata.String, "eq", "")
	e.of("signInEventTypes", func(signInEntry) any { return []string{"servicePrincipal"} }).byAny(odata.String, "eq", "")
	e.fixed("none", "incomingTokenType")
	e.of("status", func(e signInEntry) any {
		// The log says "Other." for a success; not verified.
		return object{{"errorCode", e.ErrorCode}, {"failureReason", cmp.Or(e.FailureReason, "Other.")}, {"additionalDetails", nil}}
	})
	e.filter("status/errorCode", func(_ *scene, e signInEntry) any { return e.ErrorCode }).by(odata.Number, "eq ne", "")
	e.fixed(object{{"deviceId", ""}, {"displayName", ""}, {"operatingSystem", ""}, {"browser", ""}, {"isCompliant", nil}, {"isManaged", nil}, {"trustType", ""}}, "deviceDetail")
	e.fixed(object{{"city", ""}, {"state", ""}, {"countryOrRegion", ""}, {"geoCoordinates", object{{"altitude", nil}, {"latitude", nil}, {"longitude", nil}}}}, "location")
	e.computed("appliedConditionalAccessPolicies", appliedPolicies)
}

func resourceID(e signInEntry) any {
	if e.Resource == "" {
		return directory.GraphAppID
	}
	return directory.StableID("resource " + e.Resource)
}

func appName(s *scene, e signInEntry) any {
	if p := s.tenant.ServicePrincipalByAppID(e.AppID); p != nil {
		return orNull(p.DisplayName)
	}
	return nil
}

// appliedPolicies returns the policy that blocked the sign-in, if one did.
func appliedPolicies(s *scene, e signInEntry) any {
	p := s.tenant.AccessPolicy
	if p == nil || e.ErrorCode != 53003 {
		return []object{}
	}
	return []object{{{"id", p.ID}, {"displayName", p.Name}, {"result", "failure"}, {"conditionsSatisfied", "application,location"}, {"conditionsNotSatisfied", "none"}}}
}
