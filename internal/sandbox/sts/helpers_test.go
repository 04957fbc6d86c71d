package sts_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/scenario"
	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

const (
	tenantID  = "5d0c8f36-7a1e-49b2-93c4-e86b2f7d0a15"
	appID     = "a1f37e92-64c8-4d05-b7e9-30d85c2b6f41"
	otherID   = "c64b0d18-3f92-4e7a-85d1-9b7e2a0f5c83"
	goodValue = "first&secret=with+signs~"
	host      = "127.0.0.1:8443"
)

// small is a tenant with a valid application and several faulty ones.
const small = `
title: small
tenants:
  - id: ` + tenantID + `
    name: Kestrel Works
    domains: [kestrel-demo.onmicrosoft.com, kestrel.example]
    apps:
      - name: Sync
        appId: ` + appID + `
        application:
          passwords:
            - {as: good, secret: "` + goodValue + `", end: +10d}
            - {secret: ended-value, end: -1d}
            - {secret: later-value, start: +1d}
        servicePrincipal:
          roles: [User.Read.All]
      - name: Roleless
        appId: ` + otherID + `
        application: {passwords: [{secret: other-value}]}
      - name: Api
        appId: 7e20b5d4-91f6-4c3a-a08d-56c1f9e3b724
        application: {uris: ["api://kestrel-api"]}
        servicePrincipal: {assignmentRequired: true}
      - name: Off
        appId: 0b9d61c7-e358-4f24-9ac6-d7124e8f3b50
        application: {passwords: [{secret: off-value}]}
        servicePrincipal: {enabled: false}
client: {secret: {of: good}}
`

var instant = time.Date(2026, 9, 4, 10, 30, 15, 0, time.UTC)

// bench is a service with its own clock.
type bench struct {
	*sts.Service
	world *directory.World
	built *scenario.Built
	now   time.Time
}

func newBench(t testing.TB, text string) *bench {
	t.Helper()
	spec, err := scenario.Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{now: instant}
	if b.built, err = spec.Build(b.now); err != nil {
		t.Fatal(err)
	}
	b.world = b.built.World
	b.world.Clock = func() time.Time { return b.now }
	b.Service = sts.New(b.built.STS)
	return b
}

// post sends a form to a path, and returns the answer.
func (b *bench) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "https://"+host+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "%!") {
		panic("a refusal's text has not as many values as it wants: " + w.Body.String())
	}
	return w
}

func (b *bench) get(target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w
}

// form returns a complete request with changes, in pairs; an empty value removes a field.
func form(changes ...string) url.Values {
	f := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {appID}, "client_secret": {goodValue},
		"scope": {"https://graph.microsoft.com/.default"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			f.Del(changes[i])
		} else {
			f.Set(changes[i], changes[i+1])
		}
	}
	return f
}

const tokenPath = "/" + tenantID + "/oauth2/v2.0/token"

// failure is the body of an error answer.
type failure struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri"`
	Suberror      string `json:"suberror"`
}

func decode[T any](t testing.TB, w *httptest.ResponseRecorder) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return out
}
