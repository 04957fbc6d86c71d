package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

type policy = *directory.AppManagementPolicy

func (s *server) policies() collection[policy] {
	return collection[policy]{
		entity: s.types.policy, name: "policies/appManagementPolicies", cost: 1,
		items: func(sc *scene) []policy { return sc.tenant.Policies },
		find: func(sc *scene, key segment) (policy, error) {
			id, err := objectID(key)
			if err != nil {
				return nil, err
			}
			if p := sc.tenant.Policy(id); p != nil {
				return p, nil
			}
			return nil, notFound(id)
		},
	}
}

func policyType() *entity[policy] {
	one := func(name string, get func(policy) any) []property[policy] {
		return []property[policy]{{name: name, get: func(_ *scene, p policy) any { return get(p) }}}
	}
	return &entity[policy]{name: "appManagementPolicy", properties: join(
		one("id", func(p policy) any { return p.ID }),
		constant[policy](nil, false, "deletedDateTime"),
		one("displayName", func(p policy) any { return orNull(p.DisplayName) }),
		constant[policy](nil, false, "description"),
		one("isEnabled", func(p policy) any { return p.Enabled }),
		one("restrictions", func(p policy) any { return restrictionObject(p.Restrictions, p.Keys) }),
	)}
}

func restrictionObject(passwords, keys []directory.Restriction) object {
	return object{{"passwordCredentials", restrictions(passwords)}, {"keyCredentials", restrictions(keys)}}
}

func restrictions(all []directory.Restriction) []object {
	out := make([]object, 0, len(all))
	for _, r := range all {
		state := r.State
		if state == "" {
			state = "enabled"
		}
		out = append(out, object{
			{"restrictionType", r.Type}, {"maxLifetime", orNull(r.MaxLifetime)},
			{"restrictForAppsCreatedAfterDateTime", pointerTime(r.CreatedAfter)}, {"state", state}, {"excludeActors", exempted(r)},
		})
	}
	return out
}

// exempted names the callers that a restriction spares. Source: Microsoft's
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

// getDefaultPolicy is the tenant's own policy, which every tenant has and few
// have enabled.
func getDefaultPolicy(s *scene) (*response, error) {
	p := s.tenant.DefaultPolicy
	if p == nil {
		p = &directory.AppManagementPolicy{}
	}
	name := p.DisplayName
	if name == "" {
		name = "Default app management tenant policy"
	}
	body := append(s.context("policies/defaultAppManagementPolicy/$entity"),
		field{"id", directory.DefaultPolicyID},
		field{"displayName", name},
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

// assignedPolicy is an object's policy as $expand shows it.
func assignedPolicy(s *scene, id string) []object {
	var out []object
	for _, p := range policiesOf(s, id) {
		out = append(out, whole(s, s.srv.types.policy, p))
	}
	return out
}

// policyTargets are the objects that a policy is assigned to.
func policyTargets(s *scene) (*response, error) {
	p, err := s.srv.policies().find(s, s.keys[0])
	if err != nil {
		return nil, err
	}
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

func applicationPolicies(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listing[policy]{items: policiesOf(s, a.PolicyID), entity: s.srv.types.policy, context: "appManagementPolicies", cost: 1}.answer(s)
}

func servicePrincipalPolicies(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listing[policy]{items: policiesOf(s, p.PolicyID), entity: s.srv.types.policy, context: "appManagementPolicies", cost: 1}.answer(s)
}
