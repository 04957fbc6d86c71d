package graphapi

import (
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func (s *server) organizations() collection[*directory.Tenant] {
	return collection[*directory.Tenant]{
		entity: s.types.organization, name: "organization", cost: 1,
		items: func(sc *scene) []*directory.Tenant { return []*directory.Tenant{sc.tenant} },
		find: func(sc *scene, key segment) (*directory.Tenant, error) {
			id, err := objectID(key)
			if err != nil {
				return nil, err
			}
			if !strings.EqualFold(id, sc.tenant.ID) {
				return nil, notFound(id)
			}
			return sc.tenant, nil
		},
	}
}

func organizationType() *entity[*directory.Tenant] {
	type tenant = *directory.Tenant
	one := func(name string, get func(tenant) any) []property[tenant] {
		return []property[tenant]{{name: name, get: func(_ *scene, t tenant) any { return get(t) }}}
	}
	null := func(names ...string) []property[tenant] { return constant[tenant](nil, false, names...) }
	return &entity[tenant]{
		name: "organization",
		properties: join(
			one("id", func(t tenant) any { return t.ID }),
			null("deletedDateTime"),
			constant[tenant]([]string{}, false, "businessPhones"),
			null("city", "country", "countryLetterCode"),
			one("createdDateTime", func(t tenant) any { return timeOrNull(t.Created) }),
			null("defaultUsageLocation"),
			one("displayName", func(t tenant) any { return orNull(t.DisplayName) }),
			null("isMultipleDataLocationsForServicesEnabled"),
			constant[tenant]([]string{}, false, "marketingNotificationEmails"),
			null("onPremisesLastSyncDateTime", "onPremisesSyncEnabled", "partnerTenantType", "postalCode", "preferredLanguage"),
			constant[tenant]([]string{}, false, "securityComplianceNotificationMails", "securityComplianceNotificationPhones"),
			null("state", "street"),
			constant[tenant]([]string{}, false, "technicalNotificationMails"),
			constant[tenant]("AAD", false, "tenantType"),
			constant[tenant]([]object{}, false, "assignedPlans", "provisionedPlans"),
			one("verifiedDomains", func(t tenant) any { return verifiedDomains(t) }),
		),
	}
}

func verifiedDomains(t *directory.Tenant) []object {
	out := make([]object, 0, len(t.Domains))
	for i, name := range t.Domains {
		out = append(out, object{
			{"capabilities", "Email, OfficeCommunicationsOnline"}, {"isDefault", i == len(t.Domains)-1},
			{"isInitial", i == 0}, {"name", name}, {"type", "Managed"},
		})
	}
	return out
}
