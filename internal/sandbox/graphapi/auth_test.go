package graphapi

import (
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	s := start(t, nil)
	for token, message := range map[string]string{
		"":         "Access token is empty.",
		"expired":  "Access token has expired or is not yet valid.",
		"audience": "Access token validation failure. Invalid audience.",
		"rubbish":  "CompactToken parsing failed with error code: 80049217",
		"foreign":  "Access token validation failure. Invalid tenant.",
	} {
		a := s.do(http.MethodGet, token, "/v1.0/applications", "")
		if a.want(t, 401, "InvalidAuthenticationToken"); a.message() != message {
			t.Errorf("token %q is refused with %q, want %q", token, a.message(), message)
		}
		if !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), `Bearer realm="", authorization_uri="`) {
			t.Errorf("token %q is challenged with %q", token, a.Header.Get("WWW-Authenticate"))
		}
		if strings.Contains(string(a.raw), "rubbish") {
			t.Error("the refusal repeats the token")
		}
	}
}

func TestPermissions(t *testing.T) {
	s := start(t, nil)
	for _, c := range []struct {
		token, path string
		status      int
	}{
		{"none", "/v1.0/applications", 403},
		{"none", "/v1.0/users", 403},
		{"reader", "/v1.0/applications", 200},
		{"reader", "/v1.0/servicePrincipals", 200},
		{"reader", "/v1.0/applications/" + appObject + "/federatedIdentityCredentials", 200},
		{"reader", "/v1.0/users", 403},
		{"reader", "/v1.0/policies/defaultAppManagementPolicy", 403},
		{"reader", "/beta/auditLogs/signIns", 403},
		{"owned", "/v1.0/applications", 200},
		{"users", "/v1.0/users", 200},
		{"users", "/v1.0/organization", 200},
		{"users", "/v1.0/groups", 403},
		{"person", "/v1.0/me", 200},
		{"person", "/v1.0/users", 403},
		{"all", "/v1.0/me", 400},
		{"none", "/v1.0/me", 400},
	} {
		if a := s.do(http.MethodGet, c.token, c.path, ""); a.StatusCode != c.status {
			t.Errorf("%s may read %s with %d, want %d", c.token, c.path, a.StatusCode, c.status)
		}
	}
	denied := s.do(http.MethodGet, "none", "/v1.0/users", "")
	if denied.want(t, 403, "Authorization_RequestDenied"); denied.message() != "Insufficient privileges to complete the operation." {
		t.Errorf("denied with %q", denied.message())
	}
	s.do(http.MethodGet, "reader", "/v1.0/auditLogs/directoryAudits", "").want(t, 403, "Authentication_MSGraphPermissionMissing")
}

func TestEnvelope(t *testing.T) {
	s := start(t, nil)
	own := "12345678-1234-4234-8234-1234567890ab"
	a := s.get("/v1.0/applications/nonsense", header("client-request-id", own))
	var body struct {
		Error struct {
			InnerError map[string]string `json:"innerError"`
		} `json:"error"`
	}
	if err := json.Unmarshal(a.raw, &body); err != nil {
		t.Fatal(err)
	}
	inner := body.Error.InnerError
	if inner["client-request-id"] != own || a.Header.Get("client-request-id") != own || inner["request-id"] != a.Header.Get("request-id") {
		t.Errorf("request IDs differ: %v and %v", inner, a.Header)
	}
	if len(inner["date"]) != len("2006-01-02T15:04:05") {
		t.Errorf("date %q has a zone or a fraction", inner["date"])
	}
	a = s.get("/v1.0/applications", header("x-ms-client-request-id", own))
	if a.Header.Get("client-request-id") == own {
		t.Error("x-ms-client-request-id is honoured")
	}
}

func TestHeaders(t *testing.T) {
	s := start(t, nil)
	for path, units := range map[string]string{
		"/v1.0/applications": "2", "/v1.0/applications?$select=id": "1", "/v1.0/applications/" + appObject: "1",
		"/v1.0/servicePrincipals": "1", "/v1.0/applications?$expand=owners": "3", "/v1.0/users?$top=5": "1",
	} {
		if a := s.get(path); a.Header.Get("x-ms-resource-unit") != units {
			t.Errorf("%s costs %q units, want %s", path, a.Header.Get("x-ms-resource-unit"), units)
		}
	}
	a := s.get("/v1.0/applications", header("Accept-Encoding", "identity"))
	for name, want := range map[string]string{
		"odata-version": "4.0", "Content-Type": jsonContentType, "Cache-Control": "no-cache", "Strict-Transport-Security": "max-age=31536000", "Content-Encoding": "",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got, want := a.Header.Get("Date"), testNow.Format(http.TimeFormat); got != want {
		t.Errorf("Date is %q, want the world's clock, %q", got, want)
	}
	if !json.Valid([]byte(a.Header.Get("x-ms-ags-diagnostic"))) {
		t.Errorf("x-ms-ags-diagnostic is %q", a.Header.Get("x-ms-ags-diagnostic"))
	}
}

// TestGzip compresses requests and answers, like the Graph SDKs.
func TestGzip(t *testing.T) {
	s := start(t, nil)
	a := s.get("/v1.0/applications", header("Accept-Encoding", "gzip"))
	unpacked, err := gzip.NewReader(strings.NewReader(string(a.raw)))
	if err != nil || a.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("asked for gzip: %v, Content-Encoding %q", err, a.Header.Get("Content-Encoding"))
	}
	var body struct{ Value []any }
	if err := json.NewDecoder(unpacked).Decode(&body); err != nil || len(body.Value) != 2 {
		t.Errorf("unpacked: %v, %d applications, want 2", err, len(body.Value))
	}
	var packed strings.Builder
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"passwordCredential":{"displayName":"packed"}}`))
	_ = w.Close()
	added := s.do("POST", "all", "/v1.0/applications/"+appObject+"/addPassword", packed.String(), header("Content-Encoding", "gzip"))
	if added.want(t, 200, ""); added.json["displayName"] != "packed" {
		t.Errorf("a packed request names it %v", added.json["displayName"])
	}
	s.do("POST", "all", "/v1.0/applications/"+appObject+"/addPassword", "{}", header("Content-Encoding", "gzip")).want(t, 400, "BadRequest")
}
