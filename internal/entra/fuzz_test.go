package entra

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/secrets"
)

// FuzzTokenAnswer parses arbitrary answers of a token endpoint.
func FuzzTokenAnswer(f *testing.F) {
	f.Add(401, "application/json", `{"error":"invalid_client","error_description":"AADSTS7000222: x\r\nTrace ID: 1","error_codes":[7000222],"timestamp":"2026-01-02 03:04:05Z"}`)
	f.Add(503, "text/html", `<html><title>Busy`)
	f.Add(200, "", `{"access_token":7}`)
	f.Add(302, "a/b; c=\xff", "[[[[{\"error\":{}}]")
	f.Fuzz(func(t *testing.T, status int, contentType, body string) {
		ex := exchange{Stage: tokenCall, Status: status, Header: http.Header{"Content-Type": {contentType}, "Retry-After": {contentType}},
			Body: secrets.NewValue(body), Sent: time.Unix(1_800_000_000, 0)}
		if r, ok := parseRefusal(ex); ok {
			if r.Error == "" || len(r.Codes) > 16 {
				t.Errorf("%+v", r)
			}
			for _, c := range r.Codes {
				if strings.Trim(c, "0123456789") != "" || c == "" {
					t.Errorf("the code %q", c)
				}
			}
		}
		if o := outageOf(ex, "host"); o != nil && o.RetryAfter < 0 {
			t.Errorf("%+v", o)
		}
		if e := wrongAnswer(ex, "login.example"); e.Error() == "" {
			t.Error("no words for it")
		}
	})
}

// FuzzClaims parses arbitrary tokens.
func FuzzClaims(f *testing.F) {
	f.Add("eyJ0eXAiOiJKV1QifQ.eyJ0aWQiOiJ4Iiwicm9sZXMiOlsiQSJdLCJleHAiOjE4MDAwMDAwMDB9.c2ln")
	f.Add("e30.eyJhdWQiOlsxXSwicm9sZXMiOiJ4IiwiZXhwIjoxZTMwOX0.")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		got := ClaimsOf(secrets.NewValue(token))
		if got.Known() == (got.Err() != nil) {
			t.Errorf("%+v", got)
		}
	})
}

// FuzzDirectory parses arbitrary discovery documents.
func FuzzDirectory(f *testing.F) {
	f.Add(200, `{"issuer":"https://login.example/3f0c6a52-9d7e-4b18-8a40-5d1be2f7c963/v2.0","token_endpoint":"https://login.example/x","tenant_region_scope":"EU"}`)
	f.Add(200, `{"issuer":7,"token_endpoint":"%zz"}`)
	f.Add(404, `{"issuer":"x"}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		d := directoryFrom(Attempt{Exchanges: []exchange{{Stage: discovery, Status: status, Body: secrets.NewValue(body)}}})
		switch {
		case d.Known() == (d.Err() != nil), d.Known() && status != http.StatusOK, d.Known() && d.Value.Issuer == "":
			t.Errorf("%+v", d)
		case d.Value.TenantID != "" && (len(d.Value.TenantID) != 36 || strings.ToLower(d.Value.TenantID) != d.Value.TenantID):
			t.Errorf("the tenant %q", d.Value.TenantID)
		}
	})
}

// FuzzOrigin checks that no host or tenant sends a secret elsewhere than to the
// configured host.
func FuzzOrigin(f *testing.F) {
	f.Add("https://login.microsoftonline.com", "contoso.onmicrosoft.com")
	f.Add("https://LOGIN.example:8443/", "../../common")
	f.Add("https://a@login.example", "%2e%2e")
	f.Add("https://login.example\\@evil.example", "x?y#z")
	f.Fuzz(func(t *testing.T, host, tenant string) {
		origin, bad := origin(host)
		segment, badTenant := tenantSegment(tenant)
		if bad != nil || badTenant != nil {
			return
		}
		u, err := url.Parse(origin + "/" + segment + "/oauth2/v2.0/token")
		if err != nil {
			return // no request can be made of it
		}
		if u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || "https://"+u.Host != origin {
			t.Errorf("%q and %q make %s", host, tenant, u)
		}
		if parts := strings.Split(u.EscapedPath(), "/"); len(parts) != 5 || parts[1] == ".." || parts[1] == "." || parts[1] == "" {
			t.Errorf("%q makes the path %s", tenant, u.EscapedPath())
		}
		if !mayReceive(u, origin) {
			t.Errorf("%s is foreign to itself", origin)
		}
	})
}
