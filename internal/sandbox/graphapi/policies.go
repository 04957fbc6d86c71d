package graphapi

import (
	"cmp"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

type policy = *directory.AppManagementPolicy

func newPolicies() *entity[policy] {
	e := &entity[policy]{
		name: "appManagementPolicy", set: "policies/appManagementPolicies",
		items: func(s *scene) []policy { return s.tenant.Policies },
		keys:  map[string]func(policy) string{"": func(p policy) string { return p.ID }},
	}
	e.of("id", func(p policy) any { return p.ID })
	e.null("deletedDateTime")
	e.of("displayName", func(p policy) any { return p.DisplayName })
	e.null("description")
	e.of("isEnabled", func(p policy) any { return p.Enabled })
	e.of("restrictions", func(p policy) any { return restrictionObject(p.Restrictions, p.Keys) })
	return e
}

func restrictionObject(passwords, keys []directory.Restriction) object {
	return object{{"passwordCredentials", restrictions(passwords)}, {"keyCredentials", restrictions(keys)}}
}

func restrictions(all []directory.Restriction) []object {
	out := make([]object, 0, len(all))
	for _, r := range all {
		out = append(out, object{
			{"restrictionType", r.Type}, {"maxLifetime", orNull(r.MaxLifetime)},
			{"restrictForAppsCreatedAfterDateTime", orNull(r.CreatedAfter)}, {"state", cmp.Or(r.State, "enabled")}, {"excludeActors", exempted(r)},
		})
	}
	return out
}

// exempted returns the callers that are exempt from a restriction. Source: Microsoft's
// description of appManagementPolicyActorExemptions.
func exempted(r directory.Restriction) any {
	if !r.Exempts {
		return nil
	}
	return object{{"customSecurityAttributes", []object{{
		{"@odata.type", "#microsoft.graph.customSecurityAttributeStringValueExemption"},
		{"id", "Engineering_Project"}, {"operator", "equals"}, {"value", "Rotation"},
	}}}}
}

// getDefaultPolicy answers with the tenant-wide policy. Every tenant has one, usually
// disabled.
func getDefaultPolicy(s *scene) (*response, error) {
	p := cmp.Or(s.tenant.DefaultPolicy, &directory.AppManagementPolicy{})
	body := append(s.context("policies/defaultAppManagementPolicy/$entity"),
		field{"id", directory.DefaultPolicyID},
		field{"displayName", cmp.Or(p.DisplayName, "Default app management tenant policy")},
		field{"description", "Default tenant policy that enforces app management restrictions on applications and service principals."},
		field{"isEnabled", p.Enabled},
		field{"applicationRestrictions", restrictionObject(p.Restrictions, p.Keys)},
		field{"servicePrincipalRestrictions", restrictionObject(p.OnServicePrincipals, p.KeysOnServicePrincipals)})
	return s.ok(body, 1), nil
}

func policiesOf(s *scene, id string) []policy {
	if p := s.tenant.Policy(id); id != "" && p != nil {
		return []policy{p}
	}
	return nil
}

// assignedPolicy returns an object's policy for $expand.
func assignedPolicy(s *scene, id string) []object { return s.srv.policies.wholes(s, policiesOf(s, id)) }

// listAssigned answers with an object's policy.
func listAssigned(s *scene, id string) (*response, error) {
	return s.srv.policies.page(s, "appManagementPolicies", policiesOf(s, id))
}

// policyTargets lists the objects to which a policy is assigned.
func policyTargets(s *scene, p policy) (*response, error) {
	var ids []string
	for _, a := range s.tenant.Applications {
		if a.PolicyID == p.ID {
			ids = append(ids, a.ID)
		}
	}
	for _, sp := range s.tenant.ServicePrincipals {
		if sp.PolicyID == p.ID {
			ids = append(ids, sp.ID)
		}
	}
	return listObjects(s, ids)
}

// getAccessPolicy answers with the tenant's Conditional Access policy for workload
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

// accessPolicy returns the parts of a conditionalAccessPolicy that affect service
// principals.
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
