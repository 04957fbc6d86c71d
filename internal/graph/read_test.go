package graph

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

const (
	spID  = "a4f1f3b6-51a9-4a5a-9d0e-1b5e3c2d4f60"
	appID = "5c0b7f4e-8d21-4d34-a0a7-6e2f9b8c7d51"
	keyA  = "1f0e9d8c-7b6a-4594-8372-615043210fed"
	keyB  = "2e1d0c9b-8a79-4685-9473-625143325ede"
	keyC  = "3d2c1bab-9988-4776-a584-735244334fcf"
)

// byFilter answers listings by their $filter, and everything else with 404.
func byFilter(answers map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := r.URL.Path
		if f := r.URL.Query().Get("$filter"); f != "" {
			key += " " + f
		}
		if body, ok := answers[key]; ok {
			answer(w, 200, body)
			return
		}
		if strings.Contains(key, " ") {
			answer(w, 200, page())
			return
		}
		answer(w, 404, oops("Request_ResourceNotFound", "x"))
	}
}

func TestFindServicePrincipals(t *testing.T) {
	sp := map[string]any{"id": spID, "appId": appID, "displayName": "Pat's Sync", "servicePrincipalNames": []string{appID, "api://sync", "Pat's Sync"}}
	other := map[string]any{"id": keyA, "appId": keyB, "displayName": "pat's sync"}
	c, _ := serve(t, byFilter(map[string]any{
		"/v1.0/servicePrincipals appId eq '" + appID + "'":                        page(sp),
		"/v1.0/servicePrincipals/" + spID:                                         sp,
		"/v1.0/servicePrincipals displayName eq 'Pat''s Sync'":                    page(sp, other, map[string]any{"id": "x", "displayName": "unasked"}),
		"/v1.0/servicePrincipals servicePrincipalNames/any(n:n eq 'api://sync')":  page(sp),
		"/v1.0/servicePrincipals servicePrincipalNames/any(n:n eq 'Pat''s Sync')": page(sp),
	}))
	for name, want := range map[string][]string{
		appID: {spID}, spID: {spID}, strings.ToUpper(appID): {spID},
		"Pat's Sync": {spID, keyA}, "api://sync": {spID}, "nobody": nil, keyB: nil,
	} {
		found, err := c.FindServicePrincipals(ctx, name)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s: got %v, %v", name, ids, err)
		}
	}
}

// An application without a service principal is found by all its names.
func TestFindApplications(t *testing.T) {
	app := map[string]any{"id": spID, "appId": appID, "displayName": "Pat's Sync", "identifierUris": []string{"api://sync"}}
	other := map[string]any{"id": keyA, "appId": keyB, "displayName": "pat's sync"}
	c, _ := serve(t, byFilter(map[string]any{
		"/v1.0/applications appId eq '" + appID + "'":                 page(app),
		"/v1.0/applications/" + spID:                                  app,
		"/v1.0/applications displayName eq 'Pat''s Sync'":             page(app, other),
		"/v1.0/applications identifierUris/any(n:n eq 'api://sync')":  page(app),
		"/v1.0/applications identifierUris/any(n:n eq 'Pat''s Sync')": page(),
	}))
	for name, want := range map[string][]string{
		appID: {spID}, spID: {spID}, "Pat's Sync": {spID, keyA}, "api://sync": {spID}, "nobody": nil, keyB: nil,
	} {
		found, err := c.FindApplications(ctx, name)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s: got %v, %v", name, ids, err)
		}
	}
}

func TestAppIDWithoutFilterSupport(t *testing.T) {
	for name, list := range map[string]http.HandlerFunc{
		"refused": func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, oops("Request_UnsupportedQuery", "x")) },
		"ignored": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, page(map[string]any{"id": "x", "appId": "y"}))
		},
	} {
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "(appId='"+appID+"')") {
				answer(w, 200, map[string]any{"id": spID, "appId": appID})
				return
			}
			list(w, r)
		})
		sps, err := c.ServicePrincipalsByAppID(ctx, appID)
		app, err2 := c.ApplicationByAppID(ctx, appID)
		if err != nil || err2 != nil || len(sps) != 1 || app == nil || app.ID != spID {
			t.Errorf("%s: got %+v, %+v, %v, %v", name, sps, app, err, err2)
		}
	}
}

func TestChanges(t *testing.T) {
	entry := func(name, id, before, after string) map[string]any {
		return map[string]any{
			"activityDateTime": "2026-05-06T07:08:09.1Z", "activityDisplayName": name,
			"initiatedBy": map[string]any{"user": nil, "app": map[string]any{"displayName": "pipeline"}},
			"targetResources": []any{map[string]any{"id": id, "modifiedProperties": []any{
				map[string]any{"displayName": "KeyDescription", "oldValue": before, "newValue": after},
			}}},
		}
	}
	one := `"[\"[KeyIdentifier=` + keyA + `,KeyType=Password,KeyUsage=Verify,DisplayName=a, b]\"]"`
	two := `["[KeyIdentifier=` + strings.ToUpper(keyA) + `,KeyType=Password]","[KeyIdentifier=` + keyB + `,KeyType=Password]"]`
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Query().Get("$filter"), "t/id eq '"+spID+"'") {
			t.Errorf("filter is %s", r.URL.RawQuery)
		}
		answer(w, 200, page(
			entry("Update application \u2013 Certificates and secrets management ", spID, one, two),
			entry("Update application", spID, "[]", "[]"),
			entry("Remove service principal credentials", spID, one, `"[]"`),
			entry("Add service principal credentials", appID, "[]", one),
		))
	})
	got, err := c.Changes(ctx, spID, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(got) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got[0].Activity != "Update application - Certificates and secrets management" || got[0].Actor != "pipeline" {
		t.Errorf("got %+v", got[0])
	}
	if !slices.Equal(got[0].Added, []objects.ChangedKey{{ID: keyB, Kind: objects.Password}}) || got[0].Removed != nil || !slices.Equal(got[1].Removed, []objects.ChangedKey{{ID: keyA, Kind: objects.Password, Name: "a, b"}}) {
		t.Errorf("got %+v", got)
	}
}

func TestBetaReports(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/beta/reports/appCredentialSignInActivities":
			row := func(key, at string) map[string]any {
				return map[string]any{"appId": appID, "keyId": key, "signInActivity": map[string]any{"lastSignInDateTime": at}}
			}
			answer(w, 200, page(row(keyA, "2026-01-01T00:00:00Z"), row(keyB, "0001-01-01T00:00:00Z"), row(keyA, "2026-02-01T00:00:00-8:00")))
		case "/beta/auditLogs/signIns":
			answer(w, 200, page(map[string]any{
				"createdDateTime": "2026-02-03T04:05:06Z", "appId": appID, "status": map[string]any{"errorCode": 7000222, "failureReason": "ended"},
				"servicePrincipalCredentialKeyId": keyA, "resourceDisplayName": "Microsoft Graph",
			}, map[string]any{"createdDateTime": "2026-02-03T04:05:06Z", "appId": "other"}))
		}
	})
	activity, err := c.Activity(ctx, appID)
	if err != nil || len(activity) != 2 || activity[0].LastUsed.Day() != 1 || activity[0].LastUsed.Hour() != 8 || activity[1].LastUsed != nil {
		t.Errorf("activity is %+v, %v", activity, err)
	}
	entries, err := c.SignIns(ctx, appID, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(entries) != 1 || entries[0].ErrorCode != "7000222" || entries[0].KeyID != keyA {
		t.Errorf("entries are %+v, %v", entries, err)
	}
}

func TestPolicies(t *testing.T) {
	restriction := func(kind, life, state, after string) map[string]any {
		r := map[string]any{"restrictionType": kind, "state": state}
		if life != "" {
			r["maxLifetime"] = life
		}
		if after != "" {
			r["restrictForAppsCreatedAfterDateTime"] = after
		}
		return r
	}
	tenant := map[string]any{
		"id": keyA, "isEnabled": true,
		"applicationRestrictions":      map[string]any{"passwordCredentials": []any{restriction("passwordLifetime", "P90D", "enabled", ""), restriction("passwordAddition", "", "disabled", "")}},
		"servicePrincipalRestrictions": map[string]any{"passwordCredentials": []any{restriction("passwordAddition", "", "enabled", "2019-01-01T00:00:00Z")}},
	}
	c, _ := serve(t, byFilter(map[string]any{
		"/v1.0/policies/defaultAppManagementPolicy":           tenant,
		"/v1.0/applications/plain/appManagementPolicies":      page(),
		"/v1.0/servicePrincipals/plain/appManagementPolicies": page(),
		"/v1.0/applications/custom/appManagementPolicies": page(map[string]any{
			"id": keyB, "displayName": "Strict", "isEnabled": true,
			"restrictions": map[string]any{"passwordCredentials": []any{restriction("passwordAddition", "", "enabled", "2025-01-01T00:00:00Z"), restriction("passwordLifetime", "P4DT12H", "enabled", "")}},
		}),
	}))
	young := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	since := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	first := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name, on, id string
		made         *time.Time
		want         []objects.Policy
	}{
		{"tenant", objects.OnApplication, "plain", &young, []objects.Policy{{Source: "tenant", ID: keyA, MaxLifetime: 90 * 24 * time.Hour}}},
		{"service principal of unknown age", objects.OnServicePrincipal, "plain", nil, []objects.Policy{{Source: "tenant", ID: keyA, PasswordsForbidden: true, PasswordsForbiddenSince: &first}}},
		{"custom, new", objects.OnApplication, "custom", &young, []objects.Policy{{Source: "Strict", ID: keyB, PasswordsForbidden: true, PasswordsForbiddenSince: &since, MaxLifetime: 108 * time.Hour}}},
		{"custom, older than its date", objects.OnApplication, "custom", &old, []objects.Policy{{Source: "Strict", ID: keyB, MaxLifetime: 108 * time.Hour}}},
	} {
		got, err := c.Policies(ctx, tc.on, tc.id, tc.made)
		if d := cmp.Diff(tc.want, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", tc.name, err, d)
		}
	}
}

func TestPasswordActions(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /v1.0/servicePrincipals/" + spID + "/addPassword":
			answer(w, 200, map[string]any{"keyId": keyA, "secretText": "made-by-the-service", "hint": "mad", "endDateTime": "2027-01-01T00:00:00Z"})
		case "POST /v1.0/applications/" + appID + "/removePassword":
			w.WriteHeader(http.StatusNoContent)
		default:
			answer(w, 400, oops("CannotUpdateLockedServicePrincipalProperty", "x"))
		}
	})
	cred, secret, err := c.AddPassword(ctx, objects.OnServicePrincipal, spID, "new", time.Time{})
	if err != nil || secret.Reveal() != "made-by-the-service" || cred.KeyID != keyA || cred.End.Year() != 2027 {
		t.Errorf("got %+v, %v", cred, err)
	}
	if err := c.RemovePassword(ctx, objects.OnApplication, appID, keyA); err != nil {
		t.Error(err)
	}
	if _, _, err := c.AddPassword(ctx, objects.OnApplication, "other", "", time.Time{}); asError(err).Code == "" {
		t.Errorf("got %v", err)
	}
}

func TestObjectLists(t *testing.T) {
	c, _ := serve(t, byFilter(map[string]any{
		"/v1.0/applications/a/federatedIdentityCredentials": page(map[string]any{"id": keyA, "name": "ci", "issuer": "https://i", "subject": nil, "audiences": []string{"api://x"}}),
		"/v1.0/servicePrincipals/s/owners":                  page(map[string]any{"@odata.type": "#microsoft.graph.user", "id": keyB, "displayName": "Ada"}),
		"/v1.0/organization":                                page(map[string]any{"id": keyC, "displayName": "Contoso", "verifiedDomains": []any{map[string]any{"name": "contoso.test"}}}),
		"/v1.0/groups":                                      page(),
	}))
	feds, err := c.FederatedCredentials(ctx, "", "a")
	if err != nil || len(feds) != 1 || feds[0].Name != "ci" || feds[0].Kind != objects.Federated {
		t.Errorf("got %+v, %v", feds, err)
	}
	owners, err := c.Owners(ctx, objects.OnServicePrincipal, "s")
	if err != nil || len(owners) != 1 || owners[0].Type != "user" {
		t.Errorf("got %+v, %v", owners, err)
	}
	org, err := c.Organization(ctx)
	if err != nil || org.DisplayName != "Contoso" || org.Domains[0] != "contoso.test" {
		t.Errorf("got %+v, %v", org, err)
	}
	if err := c.ReadGroups(ctx); err != nil {
		t.Errorf("an empty list is no refusal: %v", err)
	}
}
