package graphapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// FuzzRequest looks for requests that make the sandbox fail or answer with invalid JSON.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "/v1.0/applications?$filter=appId%20eq%20'" + appClient + "'&$select=id,passwordCredentials&$top=5", ""},
		{"GET", "/v1.0/servicePrincipals(appId='" + appClient + "')/owners", ""},
		{"GET", "/beta/auditLogs/signIns?$filter=createdDateTime%20ge%202026-01-01T00:00:00Z&$orderby=createdDateTime", ""},
		{"GET", "/v1.0/users?$search=%22displayName:Ada%22&$count=true&$skiptoken=AAAA", ""},
		{"POST", "/v1.0/applications/" + appObject + "/addPassword", `{"passwordCredential":{"displayName":"x","endDateTime":"2027-01-01T00:00:00Z"}}`},
		{"POST", "/v1.0/applications/" + appObject + "/removePassword", `{"keyId":"` + oldKey + `"}`},
		{"PATCH", "/v1.0/applications/" + appObject, `{"keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify","key":"AQID"}]}`},
		{"POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/applications"},{"id":"2","method":"POST","url":"/$batch","body":{}}]}`},
		{"POST", "/v1.0/applications", `{"displayName":"new"}`},
		{"DELETE", "/v1.0/applications/%2e%2e", ""},
		{"POST", "/v1.0/directoryObjects/getByIds", `{"ids":["x"]}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	// Each request gets the same tenant.
	f.Fuzz(func(t *testing.T, method, target, body string) {
		r, err := http.NewRequest(method, "https://graph.example"+target, strings.NewReader(body))
		if err != nil || !strings.HasPrefix(target, "/") {
			return
		}
		world := &directory.World{Tenants: []*directory.Tenant{testTenant()}, Clock: func() time.Time { return testNow }}
		server := New(world, tokens{"all": appCaller("Application.ReadWrite.All", "Directory.Read.All", "Policy.Read.All", "AuditLog.Read.All")})
		r.Header.Set("Authorization", "Bearer all")
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("ConsistencyLevel", "eventual")
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented {
			t.Errorf("%s %s %s: status %d: %s", method, target, body, w.Code, w.Body)
		}
		if w.Body.Len() > 0 && method != http.MethodHead && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s %s: no JSON: %s", method, target, body, w.Body)
		}
		if strings.Contains(w.Body.String(), "not shown to anybody") {
			t.Errorf("%s %s shows a secret", method, target)
		}
	})
}
