package graph

import (
	"testing"

	"github.com/spcheck/spcheck/internal/objects"
)

// A restriction that cannot be read is no absent one, and one that spares some
// callers says so.
func TestRestrictionsThatAreNotCertain(t *testing.T) {
	policy := func(r map[string]any) *objects.Policy {
		c, _ := serve(t, byFilter(map[string]any{
			"/v1.0/applications/" + appID + "/appManagementPolicies": page(),
			"/v1.0/policies/defaultAppManagementPolicy": map[string]any{"id": keyA, "isEnabled": true,
				"applicationRestrictions": map[string]any{"passwordCredentials": []any{r}}},
		}))
		list, err := c.Policies(ctx, objects.OnApplication, appID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return nil
		}
		return &list[0]
	}
	for _, life := range []any{nil, "", "soon", "P0D", "-P90D", 90} {
		if p := policy(map[string]any{"restrictionType": "passwordLifetime", "state": "enabled", "maxLifetime": life}); p == nil || !p.Unclear {
			t.Errorf("a longest lifetime of %v: %+v", life, p)
		}
	}
	if p := policy(map[string]any{"restrictionType": "passwordAddition", "state": "enabled", "restrictForAppsCreatedAfterDateTime": "then"}); p == nil || !p.Unclear || p.PasswordsForbidden {
		t.Errorf("a date that is none: %+v", p)
	}
	spared := map[string]any{"restrictionType": "passwordAddition", "state": "enabled",
		"excludeActors": map[string]any{"customSecurityAttributes": []any{map[string]any{"id": "a_b", "operator": "equals"}}}}
	if p := policy(spared); p == nil || !p.PasswordsForbidden || !p.Exempts {
		t.Errorf("callers are spared: %+v", p)
	}
	for _, r := range []map[string]any{{"restrictionType": "passwordLifetime", "state": "disabled"}, {"restrictionType": "customPasswordAddition", "state": "enabled"}} {
		if p := policy(r); p != nil {
			t.Errorf("%v: %+v", r, p)
		}
	}
}
