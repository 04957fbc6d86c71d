package graphapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func filter(f string) string { return "$filter=" + url.QueryEscape(f) }

func TestLookUps(t *testing.T) {
	s := start(t, nil)
	for path, want := range map[string]string{
		"/v1.0/applications/" + appObject:                                                              "MailBridge",
		"/v1.0/applications/" + strings.ToUpper(appObject):                                             "MailBridge",
		"/v1.0/applications('" + appObject + "')":                                                      "MailBridge",
		"/v1.0/applications(appId='" + appClient + "')":                                                "MailBridge",
		"/v1.0/applications(appId=%27" + appClient + "%27)":                                            "MailBridge",
		"/v1.0/Applications(AppId='" + appClient + "')":                                                "MailBridge",
		"/beta/servicePrincipals/" + spObject:                                                          "MailBridge",
		"/v1.0/servicePrincipals(appId='" + appClient + "')":                                           "MailBridge",
		"/v1.0/myorganization/servicePrincipals/" + spObject:                                           "MailBridge",
		"/v1.0/" + tenantID + "/servicePrincipals/" + spObject:                                         "MailBridge",
		"/v1.0/users/" + userID:                                                                        "Ada Quill",
		"/v1.0/users/ada@harbour.test":                                                                 "Ada Quill",
		"/v1.0/groups/" + groupID:                                                                      "Crew",
		"/v1.0/organization/" + tenantID:                                                               "Harbour",
		"/v1.0/directoryObjects/" + spObject:                                                           "MailBridge",
		"/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id,displayName": "Microsoft Graph",
	} {
		a := s.get(path)
		a.want(t, http.StatusOK, "")
		if a.json["displayName"] != want {
			t.Errorf("%s is %v, want %s", path, a.json["displayName"], want)
		}
	}
}

// TestDisabledApplication checks that both objects show that the owner disabled the
// application.
func TestDisabledApplication(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.Applications[0].Disabled = true })
	for path, want := range map[string]any{"applications/" + appObject: true, "servicePrincipals/" + spObject: true, "servicePrincipals/" + ownerSP: nil} {
		if got := s.get("/v1.0/" + path).json["isDisabled"]; got != want {
			t.Errorf("isDisabled of %s is %v, want %v", path, got, want)
		}
	}
}

// TestDoubledQuotes finds a name with a quote as an alternate key.
func TestDoubledQuotes(t *testing.T) {
	s := start(t, func(tenant *directory.Tenant) { tenant.Applications[1].UniqueName = "o'hara/50%" })
	a := s.get("/v1.0/applications(uniqueName='o''hara%2F50%25')?$select=uniqueName")
	if a.want(t, 200, ""); a.json["uniqueName"] != "o'hara/50%" {
		t.Errorf("found %s", a.raw)
	}
	s.get("/v1.0/applications(uniqueName='o'hara')").want(t, 400, "BadRequest")
}

func TestRefusedLookUps(t *testing.T) {
	s := start(t, nil)
	absent := "00000000-1111-4000-8000-000000000000"
	for _, c := range []struct {
		path    string
		status  int
		code    string
		message string
	}{
		{"/v1.0/applications/nonsense", 400, "Request_BadRequest", "Invalid object identifier 'nonsense'."},
		{"/v1.0/applications/" + absent, 404, "Request_ResourceNotFound", "Resource '" + absent + "' does not exist or one of its queried reference-property objects are not present."},
		{"/v1.0/applications(appId='" + absent + "')", 404, "Request_ResourceNotFound", ""},
		{"/v1.0/applications(appId='x')", 400, "Request_BadRequest", ""},
		{"/v1.0/applications(appId=" + absent + ")", 400, "BadRequest", ""},
		{"/v1.0/users(appId='" + absent + "')", 404, "Request_ResourceNotFound", ""},
		{"/v1.0/servicePrincipals/" + appObject, 404, "Request_ResourceNotFound", ""},
		{"/v1.0/aplications", 400, "BadRequest", "Resource not found for the segment 'aplications'."},
		{"/v1.0/applications/" + appObject + "/pets", 400, "BadRequest", "Resource not found for the segment 'pets'."},
		{"/v2.0/applications", 400, "BadRequest", "Invalid version."},
		{"/v1.0/reports/appCredentialSignInActivities", 400, "BadRequest", "Resource not found for the segment 'reports'."},
		{"/v1.0/applications/%zz", 400, "", ""},
		{"/v1.0/me", 400, "BadRequest", "/me request is only valid with delegated authentication flow."},
	} {
		a := s.get(c.path)
		if a.StatusCode != c.status || a.code() != c.code || (c.message != "" && a.message() != c.message) {
			t.Errorf("%s answers %d %s %q, want %d %s %q", c.path, a.StatusCode, a.code(), a.message(), c.status, c.code, c.message)
		}
	}
	s.do(http.MethodPut, "all", "/v1.0/applications/"+appObject, "{}").want(t, 405, "Request_BadRequest")
}

// TestFilters checks the documented table of filters, basic and advanced.
func TestFilters(t *testing.T) {
	s := start(t, nil)
	const ok, advanced, never = "ok", "advanced", "never"
	for _, c := range []struct{ set, filter, rule, want string }{
		{"applications", "appId eq '" + appClient + "'", ok, "MailBridge"},
		{"applications", "appId eq '" + strings.ToUpper(appClient) + "'", ok, "MailBridge"},
		{"applications", "id in ('" + appObject + "')", ok, "MailBridge"},
		{"applications", "displayName eq 'mailbridge'", ok, "MailBridge"},
		{"applications", "DisplayName eq 'MailBridge'", ok, "MailBridge"},
		{"applications", "displayName eq 'O''Hara & Söhne + 50%'", ok, "O'Hara & Söhne + 50%"},
		{"applications", "startsWith(displayName,'Mail')", ok, "MailBridge"},
		{"applications", "startswith(displayName,'x')", ok, ""},
		{"applications", "createdDateTime ge 2024-01-01", ok, "O'Hara & Söhne + 50%"},
		{"applications", "createdDateTime le 2023-12-31T00:00:00Z and signInAudience eq 'AzureADMyOrg'", ok, "MailBridge"},
		{"applications", "displayName eq 'a' or displayName eq 'MailBridge'", ok, "MailBridge"},
		{"applications", "identifierUris/any(u:u eq 'api://mailbridge')", ok, "MailBridge"},
		{"applications", "identifierUris/any(u:startswith(u,'api://mail'))", ok, "MailBridge"},
		{"applications", "tags/any(t:t eq 'mail')", ok, "MailBridge"},
		{"applications", "displayName ne 'MailBridge'", advanced, "O'Hara & Söhne + 50%"},
		{"applications", "not(startswith(displayName,'Mail'))", advanced, "O'Hara & Söhne + 50%"},
		{"applications", "displayName eq null", advanced, ""},
		{"applications", "keyCredentials/any(k:k/endDateTime le 2027-01-01T00:00:00Z)", advanced, "MailBridge"},
		{"applications", "federatedIdentityCredentials/$count ne 0", advanced, "MailBridge"},
		{"applications", "owners/$count eq 0", advanced, "O'Hara & Söhne + 50%"},
		{"applications", "createdDateTime gt 2024-01-01T00:00:00Z", never, ""},
		{"applications", "contains(displayName,'Mail')", never, ""},
		{"applications", "passwordCredentials/any(p:p/endDateTime le 2027-01-01T00:00:00Z)", never, ""},
		{"applications", "description eq 'x'", never, ""},
		{"servicePrincipals", "accountEnabled eq false", ok, "Deputy"},
		{"servicePrincipals", "servicePrincipalNames/any(c:c eq '" + appClient + "')", ok, "MailBridge"},
		{"servicePrincipals", "servicePrincipalNames/any(c:c eq 'API://mailbridge')", ok, "MailBridge"},
		{"servicePrincipals", "appOwnerOrganizationId eq f8cdef31-a31e-4b4a-93e4-5f571e91255a", advanced, "Microsoft Graph"},
		{"servicePrincipals", "endswith(displayName,'ty')", advanced, "Deputy"},
		{"users", "startswith(displayName,'Bo')", ok, "Bo Reed"},
		{"users", "mail eq null", advanced, "Bo Reed"},
		{"groups", "securityEnabled eq true", ok, "Crew"},
	} {
		path := "/v1.0/" + c.set + "?" + filter(c.filter)
		plain, full := s.get(path), s.get(path+"&$count=true", eventual)
		if c.rule == never {
			plain.want(t, 400, "Request_UnsupportedQuery")
			full.want(t, 400, "Request_UnsupportedQuery")
			continue
		}
		if c.rule == advanced {
			plain.want(t, 400, "Request_UnsupportedQuery")
		} else if plain.want(t, 200, ""); plain.names() != c.want {
			t.Errorf("%s finds %q, want %q", c.filter, plain.names(), c.want)
		}
		if full.want(t, 200, ""); full.names() != c.want {
			t.Errorf("advanced %s finds %q, want %q", c.filter, full.names(), c.want)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	s := start(t, nil)
	for f, code := range map[string]string{
		"displayName eq":             "BadRequest",
		"displayName eq 'x":          "BadRequest",
		"nosuch eq 'x'":              "BadRequest",
		"displayName eq 5":           "BadRequest",
		"accountEnabled eq 'true'":   "BadRequest",
		"appId eq 'not-a-guid'":      "Request_BadRequest",
		"toupper(displayName,'x')":   "BadRequest",
		"servicePrincipalNames eq 1": "BadRequest",
		"appOwnerOrganizationId eq 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'":                        "BadRequest",
		"displayName in ('1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16')": "Request_UnsupportedQuery",
	} {
		s.get("/v1.0/servicePrincipals?$count=true&"+filter(f), eventual).want(t, 400, code)
	}
}

func TestQueryOptions(t *testing.T) {
	s := start(t, nil)
	for query, code := range map[string]string{
		"$top=1000": "Request_UnsupportedQuery", "$top=0": "Request_UnsupportedQuery", "$top=x": "BadRequest", "$top=-1": "Request_UnsupportedQuery",
		"$select=id,nosuch": "BadRequest", "$select=": "BadRequest", "$skip=5": "Request_BadRequest", "$count=yes": "BadRequest",
		"$top=1&$top=2": "BadRequest", "$apply=x": "BadRequest", "$orderby=nosuch": "BadRequest", "$orderby=tags": "Request_UnsupportedQuery",
		"$expand=nosuch": "BadRequest", "$search=%22displayName:x%22": "Request_UnsupportedQuery", "$skiptoken=abc": "Directory_ExpiredPageToken",
		"$orderby=displayName&" + filter("displayName eq 'x'"): "Request_UnsupportedQuery",
	} {
		s.get("/v1.0/applications?"+query).want(t, 400, code)
	}
	top := s.get("/v1.0/applications?$top=1000")
	if want := "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive."; top.message() != want {
		t.Errorf("$top=1000 says %q, want %q", top.message(), want)
	}
	if got := s.get("/v1.0/applications?$orderby=displayName%20desc").names(); got != "O'Hara & Söhne + 50%,MailBridge" {
		t.Errorf("descending order is %q", got)
	}
	if got := s.get("/v1.0/applications?unknown=1&$filter=displayName+eq+'MailBridge'").names(); got != "MailBridge" {
		t.Errorf("plus signs as blanks find %q", got)
	}
}

func TestCount(t *testing.T) {
	s := start(t, nil)
	if a := s.get("/v1.0/applications?$count=true"); a.json["@odata.count"] != nil {
		t.Error("$count=true without the header is not ignored")
	}
	if a := s.get("/v1.0/applications?$count=true&$top=10", eventual); a.json["@odata.count"] != 2.0 {
		t.Errorf("@odata.count is %v, want 2", a.json["@odata.count"])
	}
	refused := s.get("/v1.0/applications/$count")
	if refused.want(t, 400, "Request_BadRequest"); refused.message() != "$count is not currently supported." {
		t.Errorf("the count segment says %q", refused.message())
	}
	a := s.get("/v1.0/servicePrincipals/$count?"+filter("accountEnabled eq true"), eventual)
	if string(a.raw) != "2" || a.Header.Get("Content-Type") != "text/plain" {
		t.Errorf("the count segment answers %q as %s, want 2 as text/plain", a.raw, a.Header.Get("Content-Type"))
	}
}

func TestSearch(t *testing.T) {
	s := start(t, nil)
	for search, want := range map[string]string{
		`"displayName:mailb"`: "MailBridge", `"displayName:bridge"`: "", `"displayName:hara"`: "O'Hara & Söhne + 50%",
		`"displayName:mail" OR "displayName:söhne"`: "MailBridge,O'Hara & Söhne + 50%", `"displayName:mail" AND "displayName:hara"`: "",
	} {
		a := s.get("/v1.0/applications?$search="+url.QueryEscape(search), eventual)
		if a.want(t, 200, ""); a.names() != want {
			t.Errorf("%s finds %q, want %q", search, a.names(), want)
		}
	}
	s.get("/v1.0/applications?$search=displayName:mail", eventual).want(t, 400, "BadRequest")
	s.get("/v1.0/applications?$search=%22appId:mail%22", eventual).want(t, 400, "Request_UnsupportedQuery")
}

func TestSelectAndExpand(t *testing.T) {
	s := start(t, nil)
	a := s.get("/v1.0/applications/" + appObject + "?$select=displayname,id")
	want := `{"@odata.context":"` + strings.Replace(s.server.URL, "http:", "https:", 1) + `/v1.0/$metadata#applications(id,displayName)/$entity","id":"` + appObject + `","displayName":"MailBridge"}`
	if string(a.raw) != want {
		t.Errorf("a selected application is %s, want %s", a.raw, want)
	}
	key := func(query string) any {
		app := s.get("/v1.0/applications/" + appObject + query).json
		return app["keyCredentials"].([]any)[0].(map[string]any)["key"]
	}
	if got := key(""); got != nil {
		t.Errorf("key without $select is %v, want null", got)
	}
	if got := key("?$select=keyCredentials"); got != "AQID" {
		t.Errorf("key with $select is %v, want AQID", got)
	}
	listed := s.get("/v1.0/applications?$select=id&$expand=owners($select=id,displayName)").values()
	owner := listed[0]["owners"].([]any)[0].(map[string]any)
	if owner["displayName"] != "Ada Quill" || owner["@odata.type"] != "#microsoft.graph.user" || len(owner) != 3 {
		t.Errorf("the expanded owner is %v", owner)
	}
	s.get("/v1.0/applications?$expand=owners&$count=true", eventual).want(t, 400, "Request_UnsupportedQuery")
	if a := s.get("/v1.0/applications", header("Accept", "application/json;odata.metadata=none")); a.json["@odata.context"] != nil {
		t.Error("odata.metadata=none still has a context")
	}
}

// TestPaging reads all pages with different page sizes and gets every object once.
func TestPaging(t *testing.T) {
	many := func(tenant *directory.Tenant) { directory.Populate(tenant, 250, 1, testNow) }
	s := start(t, many)
	for query, pages := range map[string]int{"": 3, "?$top=100": 3, "?$top=999": 1, "?$top=126&$select=id": 2, "?$orderby=displayName&$top=84": 3} {
		seen, n := map[string]bool{}, 0
		for link := "/v1.0/applications" + query; link != ""; n++ {
			a := s.get(link)
			a.want(t, 200, "")
			for _, v := range a.values() {
				seen[v["id"].(string)] = true
			}
			next, _ := a.json["@odata.nextLink"].(string)
			if next != "" && !strings.HasPrefix(next, "https://"+strings.TrimPrefix(s.server.URL, "http://")+"/v1.0/applications?") {
				t.Fatalf("nextLink %q is not the asked host's absolute URL", next)
			}
			link = next
		}
		if len(seen) != 252 || n != pages {
			t.Errorf("%q pages through %d applications in %d pages, want 252 in %d", query, len(seen), n, pages)
		}
	}
}

func TestPageTokens(t *testing.T) {
	many := func(tenant *directory.Tenant) { directory.Populate(tenant, 30, 1, testNow) }
	s := start(t, many)
	first := s.get("/v1.0/applications?$count=true&$top=10", eventual)
	next := first.json["@odata.nextLink"].(string)
	if !strings.Contains(next, "$count=true") || !strings.Contains(next, "$skiptoken=") {
		t.Errorf("nextLink %q does not repeat the query", next)
	}
	s.get(next).want(t, 400, "Directory_ExpiredPageToken")
	second := s.get(next, eventual)
	if second.want(t, 200, ""); second.json["@odata.count"] != nil {
		t.Error("the second page repeats the count")
	}
	s.get(strings.Replace(next, "/applications?", "/servicePrincipals?", 1), eventual).want(t, 400, "Directory_ExpiredPageToken")
	s.get(next+"&"+filter("displayName eq 'x'"), eventual).want(t, 400, "Directory_ExpiredPageToken")
	s.get(next+"AAAA", eventual).want(t, 400, "Directory_ExpiredPageToken")
}
