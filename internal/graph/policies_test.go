package graph

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
)

// A restriction that cannot be read is not treated as absent, and exempt callers are
// reported.
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

// The changes of a tenant name their authors, separately for each object.
func TestChangesOfTheTenant(t *testing.T) {
	changed := func(id, key string) map[string]any {
		return map[string]any{"id": id, "modifiedProperties": []any{map[string]any{"displayName": "KeyDescription", "oldValue": "[]",
			"newValue": `["[KeyIdentifier=` + key + `,KeyType=Password,KeyUsage=Verify,DisplayName=x]"]`}}}
	}
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if f := r.URL.Query().Get("$filter"); !strings.Contains(f, "activityDateTime ge 2026-05-04T12:00:00Z") {
			t.Errorf("filter %q", f)
		}
		answer(w, 200, page(map[string]any{
			"activityDateTime": "2026-05-05T12:00:00Z", "initiatedBy": map[string]any{"user": map[string]any{"userPrincipalName": "ada@example.org", "ipAddress": "203.0.113.9"}},
			"targetResources":   []any{changed(appID, keyA), changed(spID, keyB)},
			"additionalDetails": []any{map[string]any{"key": "User-Agent", "value": "az/2"}},
		}, map[string]any{"activityDateTime": "2026-05-05T12:00:00Z", "targetResources": []any{map[string]any{"id": appID}}}))
	})
	var got []string
	err := c.EachChange(ctx, time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), func(ch objects.Change) {
		got = append(got, strings.Join([]string{ch.ObjectID, ch.Actor, ch.IPAddress, ch.Client, ch.Added[0].ID}, " "))
	})
	want := []string{appID + " ada@example.org 203.0.113.9 az/2 " + keyA, spID + " ada@example.org 203.0.113.9 az/2 " + keyB}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %q", err, got)
	}
}
