package graphapi

import "github.com/spcheck/spcheck/internal/sandbox/directory"

// getAccessPolicy shows the tenant's Conditional Access policy for workload
// identities.
func getAccessPolicy(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	p := s.tenant.AccessPolicy
	if p == nil || p.ID != id {
		return nil, notFound(id)
	}
	return s.ok(append(s.context("identity/conditionalAccess/policies/$entity"), accessPolicy(p)...), 1), nil
}

// accessPolicy has the parts of conditionalAccessPolicy that matter to a service
// principal.
func accessPolicy(p *directory.AccessPolicy) object {
	return object{
		{"id", p.ID}, {"displayName", p.Name}, {"state", "enabled"},
		{"conditions", object{
			{"servicePrincipalRiskLevels", []string{}},
			{"clientApplications", object{{"includeServicePrincipals", []string{"ServicePrincipalsInMyTenant"}}, {"excludeServicePrincipals", []string{}}}},
			{"locations", object{{"includeLocations", []string{"All"}}, {"excludeLocations", p.Except}}},
		}},
		{"grantControls", object{{"operator", "OR"}, {"builtInControls", []string{"block"}}}},
	}
}

// appliedPolicies are the policies of an entry of the sign-in log: the one that
// blocked it, where one did.
func appliedPolicies(s *scene, e signInEntry) any {
	p := s.tenant.AccessPolicy
	if p == nil || e.ErrorCode != 53003 {
		return []object{}
	}
	return []object{{{"id", p.ID}, {"displayName", p.Name}, {"result", "failure"}, {"conditionsSatisfied", "application,location"}, {"conditionsNotSatisfied", "none"}}}
}
