package graphapi

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func withSignIns(tenant *directory.Tenant) {
	for i, code := range []int{0, 7000222, 0} {
		tenant.SignIns = append(tenant.SignIns, directory.SignIn{
			Time: testNow.Add(time.Duration(i) * time.Hour), AppID: appClient, ServicePrincipalID: spObject, KeyID: oldKey,
			CredentialType: "clientSecret", Origin: "application", ErrorCode: code, IPAddress: "192.0.2.7", Token: "t",
		})
	}
}

const servicePrincipalLog = "/beta/auditLogs/signIns?$filter="

func TestSignIns(t *testing.T) {
	s := start(t, withSignIns)
	event := "signInEventTypes/any(t: t eq 'servicePrincipal')"
	all := s.get(servicePrincipalLog + url.QueryEscape("appId eq '"+appClient+"' and "+event)).values()
	if len(all) != 3 || all[0]["createdDateTime"] != "2026-03-04T07:06:07.1234567Z" || all[0]["servicePrincipalCredentialKeyId"] != oldKey {
		t.Fatalf("the log is %v, want three entries, the newest first", all)
	}
	failed := s.get(servicePrincipalLog + url.QueryEscape(event+" and status/errorCode ne 0 and createdDateTime ge 2026-03-04T00:00:00Z")).values()
	if len(failed) != 1 || failed[0]["status"].(map[string]any)["errorCode"] != 7000222.0 {
		t.Errorf("the failures are %v", failed)
	}
	if got := s.get("/beta/auditLogs/signIns").values(); len(got) != 0 {
		t.Errorf("without the event type the log shows %d sign-ins of service principals", len(got))
	}
	s.get("/v1.0/auditLogs/signIns?"+filter(event)).want(t, 400, "BadRequest")
	s.get("/beta/auditLogs/signIns?$top=1001").want(t, 400, "Request_UnsupportedQuery")
}

func TestReports(t *testing.T) {
	s := start(t, withSignIns)
	rows := s.get("/beta/reports/appCredentialSignInActivities?" + filter("keyId eq '"+oldKey+"'")).values()
	if len(rows) != 1 {
		t.Fatalf("the key has %d rows, want 1", len(rows))
	}
	row := rows[0]
	if last := row["signInActivity"].(map[string]any)["lastSignInDateTime"]; last != "2026-03-04T07:06:07.1234567Z" || row["credentialOrigin"] != "application" || row["expirationDateTime"] != "2026-03-03T05:06:07Z" {
		t.Errorf("the row is %v", row)
	}
	one := s.get("/beta/reports/appCredentialSignInActivities/" + row["id"].(string))
	if one.want(t, 200, ""); one.json["keyId"] != oldKey {
		t.Errorf("by its ID the row is %s", one.raw)
	}
	apps := s.get("/beta/reports/servicePrincipalSignInActivities?" + filter("appId eq '"+appClient+"'")).values()
	if len(apps) != 1 {
		t.Errorf("the application has %d rows, want 1", len(apps))
	}
}

func TestLicenceAndCloud(t *testing.T) {
	poor := start(t, func(tenant *directory.Tenant) { tenant.Premium = false })
	for _, path := range []string{"/beta/auditLogs/signIns", "/beta/reports/appCredentialSignInActivities", "/beta/reports/servicePrincipalSignInActivities"} {
		poor.get(path).want(t, 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
	}
	poor.get("/v1.0/auditLogs/directoryAudits").want(t, 200, "")
	gov := start(t, func(tenant *directory.Tenant) { tenant.Cloud = "usgov" })
	gov.get("/beta/reports/appCredentialSignInActivities").want(t, 400, "BadRequest")
}

func TestAudits(t *testing.T) {
	s := start(t, nil)
	s.post("all", addToApp, `{"passwordCredential":{"displayName":"with, comma"}}`).want(t, 200, "")
	f := filter("startswith(activityDisplayName,'Update application \u2013') and targetResources/any(t: t/id eq '" + appObject + "')")
	entries := s.get("/v1.0/auditLogs/directoryAudits?" + f).values()
	if len(entries) != 1 {
		t.Fatalf("the log has %d entries of the change, want 1", len(entries))
	}
	target := entries[0]["targetResources"].([]any)[0].(map[string]any)
	change := target["modifiedProperties"].([]any)[0].(map[string]any)
	value, _ := change["newValue"].(string)
	old, _ := change["oldValue"].(string)
	if !strings.Contains(old, "[KeyIdentifier="+oldKey+",KeyType=Password,KeyUsage=Verify,DisplayName=old one]") || strings.Contains(old, "comma") ||
		!strings.Contains(old, "KeyType=AsymmetricX509Cert") || !strings.HasPrefix(value, `["[KeyIdentifier=`) || !strings.Contains(value, "DisplayName=with, comma]") || !strings.Contains(value, oldKey) {
		t.Errorf("the change is %v, want all keys before and after it", change)
	}
	initiator := entries[0]["initiatedBy"].(map[string]any)["app"].(map[string]any)
	if initiator["displayName"] != "Deputy" {
		t.Errorf("initiated by %v, want Deputy", initiator)
	}
	id := entries[0]["id"].(string)
	if a := s.get("/v1.0/auditLogs/directoryAudits/" + id); a.json["id"] != id {
		t.Errorf("by its ID the entry is %s", a.raw)
	}
}

// The log has the caller of each change, with address and user agent if the service logs
// them.
func TestAuditsOfEveryChange(t *testing.T) {
	s := start(t, nil)
	s.tokens["admin"] = Caller{TenantID: tenantID, User: true, UserID: userID, Roles: []string{"Directory.AccessAsUser.All"}}
	s.world.Tenants[0].Applications[0].Keys[0].Type = "AsymmetricX509Cert"
	for _, change := range []struct{ method, path, body string }{
		{"PATCH", "applications/" + appObject, `{"displayName":"Renamed"}`},
		{"PATCH", "applications/" + appObject, `{"keyCredentials":[]}`},
		{"POST", "servicePrincipals/" + spObject + "/addPassword", "{}"},
		{"DELETE", "applications/" + appObject, ""},
		{"POST", "directory/deletedItems/" + appObject + "/restore", ""},
		{"POST", "directory/deletedItems/" + spObject + "/restore", ""},
		{"DELETE", "servicePrincipals/" + spObject, ""},
		{"DELETE", "directory/deletedItems/" + spObject, ""},
		{"POST", "applications", `{"displayName":"New"}`},
	} {
		if a := s.do(change.method, "admin", "/v1.0/"+change.path, change.body, header("User-Agent", "curl/8")); a.StatusCode > 299 {
			t.Fatalf("%s %s: %d %s", change.method, change.path, a.StatusCode, a.raw)
		}
	}
	var activities []string
	for _, e := range s.get("/v1.0/auditLogs/directoryAudits?" + filter("initiatedBy/user/id eq '"+userID+"'")).values() {
		activities = append(activities, e["activityDisplayName"].(string))
		user := e["initiatedBy"].(map[string]any)["user"].(map[string]any)
		agent := e["additionalDetails"].([]any)[0].(map[string]any)
		if user["userPrincipalName"] != "ada@harbour.test" || user["ipAddress"] != "127.0.0.1" || agent["value"] != "curl/8" {
			t.Errorf("the entry is by %v with %v", user, agent)
		}
	}
	want := "Add application,Hard delete service principal,Remove service principal,Restore service principal,Restore application,Remove service principal,Delete application," +
		"Update service principal,Add service principal credentials,Update application,Update application \u2013 Certificates and secrets management,Update application"
	if got := strings.Join(activities, ","); got != want {
		t.Errorf("the log has\n%s, want\n%s", got, want)
	}
}

func TestRelations(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) {
		tenant.Policies = []*directory.AppManagementPolicy{{ID: policyID, DisplayName: "Strict", Enabled: true, Restrictions: []directory.Restriction{{Type: "passwordLifetime", MaxLifetime: "P30D"}}}}
		tenant.Applications[0].PolicyID = policyID
	})
	for path, want := range map[string]string{
		"/v1.0/applications/" + appObject + "/owners":                           "Ada Quill",
		"/v1.0/groups/" + groupID + "/members?$select=displayName":              "Ada Quill",
		"/v1.0/applications/" + appObject + "/appManagementPolicies":            "Strict",
		"/v1.0/servicePrincipals/" + spObject + "/appManagementPolicies":        "",
		"/v1.0/policies/appManagementPolicies":                                  "Strict",
		"/v1.0/servicePrincipals/" + spObject + "/owners":                       "",
		"/v1.0/servicePrincipals/" + spObject + "/federatedIdentityCredentials": "",
		"/v1.0/organization": "Harbour",
	} {
		a := s.get(path)
		if a.want(t, 200, ""); a.names() != want || a.json["value"] == nil {
			t.Errorf("%s lists %q, want %q", path, a.names(), want)
		}
	}
	for _, path := range []string{"", "/81920314-0008-4000-8000-00000000a001", "(name='ci')"} {
		a := s.get("/v1.0/applications(appId='" + appClient + "')/federatedIdentityCredentials" + path)
		if a.want(t, 200, ""); !strings.Contains(string(a.raw), "repo:x") || !strings.Contains(string(a.raw), "#applications('"+appObject+"')/federatedIdentityCredentials") {
			t.Errorf("federated credentials%s are %s", path, a.raw)
		}
	}
	roles := s.get("/v1.0/servicePrincipals/" + spObject + "/appRoleAssignments").values()
	if len(roles) != 2 || roles[0]["appRoleId"] != "df021288-bdef-4463-88db-98f22de89214" || roles[0]["resourceDisplayName"] != "Microsoft Graph" {
		t.Errorf("role assignments are %v", roles)
	}
}
