package entra

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
)

func TestSignInGivesTokenAndFacts(t *testing.T) {
	token := jwt(map[string]any{
		"tid": testTenant, "appid": testClient, "oid": "o", "roles": []any{"User.Read.All", 7},
		"aud": "https://graph.microsoft.com", "appidacr": "1", "exp": 1900000000, "idtyp": "app", "uti": "u",
	})
	var form string
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) {
		form = r.PostFormValue("client_secret") + " " + r.PostFormValue("scope")
		grant(w, token)
	})
	a := SignIn(context.Background(), f.request())
	if a.Token == nil {
		t.Fatalf("no token: %+v", a)
	}
	if !strings.HasPrefix(form, testSecret+" https://graph.microsoft.com/.default") {
		t.Errorf("the token endpoint was sent %q", form)
	}
	c := a.Token.Claims.Value
	if c.TenantID != testTenant || c.AppID != testClient || len(c.Roles) != 1 || !c.AppOnly() {
		t.Errorf("claims are %+v", c)
	}
	if a.Directory.Value.TenantID != testTenant || a.Directory.Value.RegionScope != "EU" {
		t.Errorf("directory is %+v", a.Directory)
	}
	if off := a.Clock.Value.Offset; !a.Clock.Known() || off < -time.Minute || off > time.Minute {
		t.Errorf("clock is %+v", a.Clock)
	}
	if ex, ok := a.last(tokenCall); !ok || !ex.Body.Empty() {
		t.Error("the token is kept a second time, in the record of the exchange")
	}
	if printed := fmt.Sprintf("%+v %#v", a, a); strings.Contains(printed, token) || strings.Contains(printed, testSecret) {
		t.Error("printing an attempt shows a secret")
	}
}

func TestSignInKeepsRefusal(t *testing.T) {
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) { refuse(w, 401, "invalid_client", 7000222) })
	a := SignIn(context.Background(), f.request())
	r := a.Refusal
	if r == nil || r.Stage != tokenCall || r.Status != 401 || r.Error != "invalid_client" || r.Codes[0] != "7000222" {
		t.Fatalf("refusal is %+v", r)
	}
	if r.Timestamp == nil || r.Timestamp.Year() != 2026 || r.TraceID == "" || r.CorrelationID == "" {
		t.Errorf("IDs are missing: %+v", r)
	}
	if a.Err != nil || a.Input != nil {
		t.Errorf("a refusal is no error: %+v", a)
	}
}

func TestWrongTenantFailsAtDiscovery(t *testing.T) {
	f := newFakeEntra(t, nil)
	f.discover = func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, "invalid_tenant", 90002) }
	a := SignIn(context.Background(), f.request())
	if a.Refusal == nil || a.Refusal.Stage != discovery || a.Refusal.Codes[0] != "90002" {
		t.Fatalf("refusal is %+v, err %v", a.Refusal, a.Err)
	}
}

func TestOddTenantsStayOneSegment(t *testing.T) {
	for tenant, path := range map[string]string{
		"a/b":           "/a%2Fb/",
		"../x":          "/..%2Fx/",
		"x?y=1#z":       "/x%3Fy=1%23z/",
		"two words":     "/two%20words/",
		"müller.de":     "/m%C3%BCller.de/",
		"{tenant}":      "/%7Btenant%7D/",
		"a@evil.test":   "/a@evil.test/",
		"%2e%2e":        "/%252e%252e/",
		"organizations": "/organizations/",
		"common":        "/common/",
	} {
		f := newFakeEntra(t, nil)
		f.discover = func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, "invalid_tenant", 900023) }
		r := f.request()
		r.Tenant = tenant
		a := SignIn(context.Background(), r)
		if a.Refusal == nil {
			t.Errorf("%q: no refusal: err %v, input %v", tenant, a.Err, a.Input)
			continue
		}
		if got := strings.ToLower(f.paths[0]); !strings.HasPrefix(got, "get "+strings.ToLower(path)) {
			t.Errorf("%q: asked %s", tenant, got)
		}
	}
}

func TestUnaskableSettings(t *testing.T) {
	for name, tc := range map[string]struct {
		change  func(*Request)
		field   string
		missing bool
	}{
		"no tenant":      {func(r *Request) { r.Tenant = " " }, "tenant", true},
		"dots":           {func(r *Request) { r.Tenant = ".." }, "tenant", false},
		"AD FS":          {func(r *Request) { r.Tenant = "ADFS" }, "tenant", false},
		"line break":     {func(r *Request) { r.Tenant = "a\r\nHost: x" }, "tenant", false},
		"broken UTF-8":   {func(r *Request) { r.Tenant = "a\xff" }, "tenant", false},
		"no secret":      {func(r *Request) { r.Credential = secrets.Credential{} }, "credential", true},
		"clear text":     {func(r *Request) { r.AuthorityHost = "http://login.test" }, "authorityHost", false},
		"with path":      {func(r *Request) { r.AuthorityHost = "https://login.test/x" }, "authorityHost", false},
		"with user info": {func(r *Request) { r.AuthorityHost = "https://u:p@login.test" }, "authorityHost", false},
	} {
		f := newFakeEntra(t, nil)
		r := f.request()
		tc.change(&r)
		a := SignIn(context.Background(), r)
		if a.Input == nil || a.Input.Field != tc.field || a.Input.Missing != tc.missing {
			t.Errorf("%s: got %v, want %s", name, a.Input, tc.field)
		}
		if len(f.paths) > 0 {
			t.Errorf("%s: asked %v", name, f.paths)
		}
	}
}

func TestSecretNeverGoesToForeignHost(t *testing.T) {
	foreign := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) { grant(w, jwt(nil)) })
	f := newFakeEntra(t, nil)
	// Another port of the same machine counts as another host.
	f.discover = func(w http.ResponseWriter, _ *http.Request) { f.configuration(w, foreign.URL) }
	a := SignIn(context.Background(), f.request())
	if a.Err == nil || a.Err.Reason != netfail.ForeignHost {
		t.Errorf("got %v", a.Err)
	}
	if len(foreign.paths) > 0 {
		t.Error("the foreign host was sent a request")
	}
}

func TestRetriesAndTells(t *testing.T) {
	calls := 0
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) {
		if calls++; calls < 3 {
			w.Header().Set("Retry-After", "2.5")
			w.WriteHeader(429)
			return
		}
		if r.PostFormValue("client_secret") != testSecret {
			t.Error("the repeated request lost its body")
		}
		grant(w, jwt(nil))
	})
	a := SignIn(context.Background(), f.request())
	times, total := a.Waited()
	if a.Token == nil || times != 2 || total != 5*time.Second || !a.Waits[0].Asked {
		t.Errorf("token %v, waits %+v", a.Token != nil, a.Waits)
	}
}

func TestTransientCodeIsRetried(t *testing.T) {
	calls := 0
	f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			refuse(w, 400, "temporarily_unavailable", 90033)
			return
		}
		refuse(w, 401, "invalid_client", 7000215)
	})
	a := SignIn(context.Background(), f.request())
	if calls != 2 || a.Refusal == nil || a.Refusal.Codes[0] != "7000215" {
		t.Errorf("%d calls, refusal %+v", calls, a.Refusal)
	}
}

func TestOutage(t *testing.T) {
	for _, tc := range []struct {
		status int
		kind   netfail.Kind
	}{{503, netfail.Unavailable}, {500, netfail.Unavailable}, {429, netfail.Throttled}} {
		f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(tc.status)
		})
		a := SignIn(context.Background(), f.request())
		if a.Err == nil || a.Err.Kind != tc.kind || a.Err.RetryAfter != 24*time.Hour {
			t.Errorf("%d: got %+v", tc.status, a.Err)
		}
		if times, _ := a.Waited(); times != 0 {
			t.Errorf("%d: waited although a day was asked for", tc.status)
		}
	}
}

func TestAnswersOfOthers(t *testing.T) {
	html := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<html><head><title>Guest\tWi-Fi</title></head></html>")
		}
	}
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		reason netfail.Reason
		inText string
	}{
		"portal 200": {html(200), netfail.NotJSON, "Guest Wi-Fi"},
		"filter 403": {html(403), netfail.NotJSON, "Guest Wi-Fi"},
		"portal 511": {html(511), netfail.NotJSON, "511"},
		"empty 200":  {func(w http.ResponseWriter, _ *http.Request) {}, netfail.EmptyAnswer, "empty"},
		"other JSON": {func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, 200, map[string]int{"a": 1}) }, netfail.MissingField, "lacks"},
		"redirect":   {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "https://portal.test/x?k=v", 302) }, netfail.Redirect, "portal.test"},
		"blocked": {func(w http.ResponseWriter, _ *http.Request) {
			answerJSON(w, 403, map[string]string{"error": "blocked"})
		}, netfail.MissingField, "lacks"},
		"other JSON 40x": {func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, 404, map[string]int{"a": 1}) }, netfail.MissingField, "lacks"},
	} {
		f := newFakeEntra(t, nil)
		f.discover = tc.answer
		a := SignIn(context.Background(), f.request())
		if a.Err == nil || a.Err.Kind != netfail.WrongAnswer || a.Err.Reason != tc.reason {
			t.Errorf("%s: got %+v", name, a.Err)
			continue
		}
		if !strings.Contains(a.Err.Error(), tc.inText) {
			t.Errorf("%s: text is %q", name, a.Err)
		}
	}
}

func TestTruncatedTokenAnswerDoesNotLeak(t *testing.T) {
	token := jwt(map[string]any{"tid": testTenant})
	f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"token_type":"Bearer","access_token":"%s","expires_`, token)
	})
	a := SignIn(context.Background(), f.request())
	if a.Err == nil || a.Err.Reason != netfail.MissingField {
		t.Errorf("got %+v", a.Err)
	}
	if printed := fmt.Sprintf("%+v %v %s", a, a.Err, a.Err.Text()); strings.Contains(printed, token) {
		t.Error("the token is shown")
	}
}

// The body of a token answer is not kept, but that there was none is.
func TestEmptyTokenAnswer(t *testing.T) {
	t.Parallel()
	f := newFakeEntra(t, func(http.ResponseWriter, *http.Request) {})
	if a := SignIn(t.Context(), f.request()); a.Err == nil || a.Err.Reason != netfail.EmptyAnswer {
		t.Errorf("got %+v", a.Err)
	}
}

func TestClockOffset(t *testing.T) {
	f := newFakeEntra(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-20*time.Minute).UTC().Format(http.TimeFormat))
		refuse(w, 401, "invalid_client", 700024)
	})
	a := SignIn(context.Background(), f.request())
	off := a.Clock.Value.Offset + 20*time.Minute
	if !a.Clock.Known() || off.Abs() > time.Minute {
		t.Errorf("clock is %+v", a.Clock)
	}
}

func TestFederatedTokenIsSent(t *testing.T) {
	var sent string
	f := newFakeEntra(t, func(w http.ResponseWriter, r *http.Request) {
		sent = r.PostFormValue("client_assertion")
		grant(w, jwt(nil))
	})
	r := f.request()
	r.Credential = secrets.Credential{Token: &secrets.FederatedToken{Token: secrets.NewValue("foreign.jwt.value")}}
	if a := SignIn(context.Background(), r); a.Token == nil || sent != "foreign.jwt.value" {
		t.Errorf("sent %q, err %v", sent, a.Err)
	}
}

func TestCancelledSignIn(t *testing.T) {
	f := newFakeEntra(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	f.discover = func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }
	a := SignIn(ctx, f.request())
	if a.Err == nil || a.Err.Kind != netfail.Cancelled {
		t.Errorf("got %+v", a.Err)
	}
}

func TestForeignIssuerIsRefused(t *testing.T) {
	f := newFakeEntra(t, nil)
	f.discover = func(w http.ResponseWriter, _ *http.Request) {
		answerJSON(w, 200, map[string]string{
			"issuer": "https://other.test/" + testTenant + "/v2.0", "authorization_endpoint": f.URL + "/a",
			"token_endpoint": f.URL + "/token",
		})
	}
	a := SignIn(context.Background(), f.request())
	if a.Err == nil || a.Err.Reason != netfail.ForeignHost {
		t.Errorf("got %+v", a.Err)
	}
}

func TestDiscover(t *testing.T) {
	f := newFakeEntra(t, nil)
	d, refusal := discover(context.Background(), f.Client(), f.URL, "contoso.test")
	if !d.Known() || d.Value.TenantID != testTenant || refusal != nil {
		t.Errorf("got %+v, %+v", d, refusal)
	}
	f.discover = func(w http.ResponseWriter, _ *http.Request) { refuse(w, 400, "invalid_tenant", 90002) }
	if d, refusal := discover(context.Background(), f.Client(), f.URL, "nobody.test"); d.Known() || refusal == nil {
		t.Errorf("got %+v, %+v", d, refusal)
	}
}
