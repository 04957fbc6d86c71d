package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/transport"
)

var ctx = context.Background()

func TestTokenGoesToTheOriginOnly(t *testing.T) {
	foreignAsked := false
	_, other := serve(t, func(w http.ResponseWriter, r *http.Request) { foreignAsked = true; answer(w, 200, page()) })
	for name, link := range map[string]string{
		"another port": other.URL + "/v1.0/servicePrincipals?$skiptoken=x",
		"another host": "https://graph.example.test/v1.0/servicePrincipals",
		"clear text":   strings.Replace(other.URL, "https:", "http:", 1) + "/v1.0/x",
		"user info":    strings.Replace(other.URL, "https://", "https://u@", 1) + "/v1.0/x",
	} {
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer "+testToken {
				t.Error("the own Graph got no token")
			}
			answer(w, 200, map[string]any{"value": []any{}, "@odata.nextLink": link})
		})
		_, err := c.EachServicePrincipal(ctx, func(objects.ServicePrincipal) error { return nil })
		var ne *netfail.Error
		if !errors.As(err, &ne) || ne.Reason != netfail.ForeignLink {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if foreignAsked {
		t.Error("a foreign host was asked")
	}
}

func TestPaging(t *testing.T) {
	var queries []string
	var c *Client
	c, s := serve(t, nil)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.Path+"?"+r.URL.RawQuery)
		switch len(queries) {
		case 1: // the link before the objects, an internal version segment, a bare blank
			answer(w, 200, `{"@odata.nextLink":"`+s.URL+`/v2/servicePrincipals?$skiptoken=a b","value":[{"id":"1"},null,7]}`)
		case 2: // an empty page with a link
			answer(w, 200, `{"value":[],"@odata.nextLink":"`+s.URL+`/v1.0/servicePrincipals?$skiptoken=c"}`)
		default:
			answer(w, 200, `{"value":[{"id":"2"}]}`)
		}
	})
	var ids []string
	complete, err := c.EachServicePrincipal(ctx, func(sp objects.ServicePrincipal) error { ids = append(ids, sp.ID); return nil })
	if err != nil || !complete || strings.Join(ids, ",") != "1,2" {
		t.Errorf("got %v, complete %v, err %v", ids, complete, err)
	}
	if queries[1] != "/v1.0/servicePrincipals?$skiptoken=a%20b" {
		t.Errorf("second request was %s", queries[1])
	}
}

func TestPagingLoopAndBound(t *testing.T) {
	var c *Client
	c, s := serve(t, nil)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"value": []any{}, "@odata.nextLink": s.URL + "/v1.0/applications?$skiptoken=same"})
	})
	_, err := c.EachApplication(ctx, func(objects.Application) error { return nil })
	if err == nil {
		t.Error("a listing that repeats its link ended well")
	}
	n := 0
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		answer(w, 200, map[string]any{"value": []any{}, "@odata.nextLink": fmt.Sprintf("%s/v1.0/applications?p=%d", s.URL, n)})
	})
	c.maxPages = 3
	complete, err := c.EachApplication(ctx, func(objects.Application) error { return nil })
	if err != nil || complete || n != 3 {
		t.Errorf("complete %v after %d pages, err %v", complete, n, err)
	}
}

// A list that goes on somewhere unknown must not look complete.
func TestPagingWithAMalformedLink(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"value":[{"id":"1"}],"@odata.nextLink":{"href":"x"}}`)
	})
	if complete, err := c.EachApplication(ctx, func(objects.Application) error { return nil }); err == nil {
		t.Errorf("complete %v, and no error", complete)
	}
}

// A quota has the status of a missing permission, but a permission does not help.
func TestQuotaIsNoMissingPermission(t *testing.T) {
	full := &Error{Status: 403, Code: "Directory_QuotaExceeded", Need: NeedPasswords}
	if IsForbidden(full) || full.Lacks() != "" || !full.Full() {
		t.Errorf("forbidden %v, lacks %q, full %v", IsForbidden(full), full.Lacks(), full.Full())
	}
}

func TestVisitorEndsListing(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, page(map[string]any{"id": "1"}, map[string]any{"id": "2"}))
	})
	n := 0
	complete, err := c.EachApplication(ctx, func(objects.Application) error { n++; return objects.ErrEnough })
	if n != 1 || complete || err != nil {
		t.Errorf("visited %d, complete %v, err %v", n, complete, err)
	}
	own := errors.New("own")
	if _, err := c.EachApplication(ctx, func(objects.Application) error { return own }); !errors.Is(err, own) {
		t.Errorf("got %v", err)
	}
}

func TestRetries(t *testing.T) {
	for _, tc := range []struct {
		name   string
		write  bool
		status int
		calls  int
	}{
		{"read throttled", false, 429, 2},
		{"read unavailable", false, 503, 2},
		{"read gateway", false, 504, 2},
		{"read timed out", false, 408, 2},
		{"read depended on another", false, 424, 2},
		{"read failed", false, 500, 1},
		{"write throttled", true, 429, 2},
		{"write unavailable", true, 503, 1},
		{"write gateway", true, 504, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var bodies []string
			c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				b := make([]byte, 200)
				n, _ := r.Body.Read(b)
				if bodies = append(bodies, string(b[:n])); len(bodies) == 1 {
					w.Header().Set("Retry-After", "0.25")
					answer(w, tc.status, oops("Busy", "later"))
					return
				}
				answer(w, 200, `{"keyId":"k","secretText":"v","value":[]}`)
			})
			var waited transport.Wait
			c.waited = func(w transport.Wait) { waited = w }
			if tc.write {
				_, _, _ = c.AddPassword(ctx, objects.OnApplication, "id", "n", time.Time{})
			} else {
				_ = c.ReadUsers(ctx)
			}
			if len(bodies) != tc.calls {
				t.Errorf("%d calls, want %d", len(bodies), tc.calls)
			}
			if tc.calls == 2 && (bodies[0] != bodies[1] || waited.For != 250*time.Millisecond) {
				t.Errorf("bodies %q, wait %+v", bodies, waited)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   any
		header string
		check  func(error) bool
	}{
		"permission":   {403, oops("Authorization_RequestDenied", "Insufficient privileges to complete the operation."), "", IsForbidden},
		"no licence":   {403, oops("Authentication_RequestFromNonPremiumTenantOrB2CTenant", "x"), "", func(err error) bool { return asError(err).Unlicensed() }},
		"not found":    {404, oops("Request_ResourceNotFound", "x"), "", IsNotFound},
		"empty 404":    {404, "", "", IsNotFound},
		"token":        {401, oops("InvalidAuthenticationToken", "expired"), `Bearer claims="%%"`, func(err error) bool { return asError(err).Status == 401 }},
		"odd claims":   {401, oops("InvalidAuthenticationToken", "expired"), `Bearer claims=x, error=insufficient_claims`, func(err error) bool { return asError(err).Status == 401 }},
		"message kind": {403, `{"error":{"code":"Denied","message":{"lang":"en","value":"no"},"details":{}}}`, "", IsForbidden},
		"old envelope": {403, `{"odata.error":{"code":"Denied","message":{"value":"no"}}}`, "", IsForbidden},
		"bare code":    {500, `{"error":{"code":"Oops"}}`, "", func(err error) bool { return asError(err).Code == "Oops" }},
		"HTML gateway": {502, "<html><title>Bad Gateway</title>", "", func(err error) bool { return asError(err).Page.Title == "Bad Gateway" }},
	} {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if tc.header != "" {
				w.Header().Set("WWW-Authenticate", tc.header)
			}
			w.Header().Set("Request-Id", "0d5f3a52-0000-4000-8000-000000000001")
			answer(w, tc.status, tc.body)
		})
		err := c.ReadUsers(ctx)
		e := asError(err)
		if !tc.check(err) || e.Status != tc.status || e.RequestID == "" || e.Need != needUsers {
			t.Errorf("%s: got %#v", name, err)
		}
		if asError(err).Unlicensed() && IsForbidden(err) {
			t.Errorf("%s: a missing licence counts as a missing permission", name)
		}
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), testToken) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
}

func TestAnswersOfOthers(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		kind   string
		body   string
		reason netfail.Reason
	}{
		"portal":       {200, "text/html", "<html><title>Login</title>", netfail.NotJSON},
		"filter":       {403, "text/html", "<html><title>Blocked</title>", netfail.NotJSON},
		"empty":        {200, "application/json", "", netfail.EmptyAnswer},
		"no list":      {200, "application/json", `{"a":1}`, netfail.MissingField},
		"no list kind": {200, "application/json", `{"value":{}}`, netfail.MissingField},
		"broken":       {200, "application/json", `{"value":[{"id":"1"},}`, netfail.MissingField},
		"ended early":  {200, "application/json", `{"value":[{"id":"1"}`, netfail.NotJSON}, // the body itself was complete
		"redirect":     {302, "", "", netfail.Redirect},
		// Graph sends a request ID with each of these; a filter does not.
		"bare 401":     {401, "text/plain", "", netfail.EmptyAnswer},
		"bare 403":     {403, "text/plain", "", netfail.EmptyAnswer},
		"foreign JSON": {403, "application/json", `{"error":{"code":403,"message":"URL blocked"}}`, netfail.MissingField},
		"bare 404":     {404, "", "", netfail.EmptyAnswer},
	} {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", tc.kind)
			w.Header().Set("Location", "https://portal.test/")
			w.WriteHeader(tc.status)
			fmt.Fprint(w, tc.body)
		})
		err := c.ReadUsers(ctx)
		if name == "broken" || name == "ended early" { // the first object is enough for ReadUsers
			_, err = c.EachApplication(ctx, func(objects.Application) error { return nil })
		}
		var ne *netfail.Error
		if !errors.As(err, &ne) || ne.Reason != tc.reason || ne.Kind != netfail.WrongAnswer {
			t.Errorf("%s: got %v (%T)", name, err, err)
		}
	}
}

func TestBodyBound(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"value":[{"id":"`)
		chunk := strings.Repeat("x", 1<<20)
		for range 80 {
			if _, err := fmt.Fprint(w, chunk); err != nil {
				return
			}
		}
	})
	err := c.ReadUsers(ctx)
	var ne *netfail.Error
	if !errors.As(err, &ne) || ne.Reason != netfail.TooLarge {
		t.Errorf("got %v", err)
	}
}

func TestEndpoint(t *testing.T) {
	for in, want := range map[string]string{
		"https://graph.microsoft.com":         "https://graph.microsoft.com/v1.0",
		"https://Graph.Microsoft.com/v1.0/":   "https://graph.microsoft.com/v1.0",
		"https://127.0.0.1:8443/tenant/beta/": "https://127.0.0.1:8443/tenant/v1.0",
		"http://graph.microsoft.com":          "",
		"https://u:p@graph.microsoft.com":     "",
		"graph.microsoft.com":                 "",
	} {
		u, err := parseEndpoint(in)
		if want == "" {
			if err == nil {
				t.Errorf("%q was accepted", in)
			}
			continue
		}
		if err != nil || u.String()+"/v1.0" != want {
			t.Errorf("%q gives %v, %v", in, u, err)
		}
	}
}

// Each of the two layers protects the token without the other.
func TestBothLayersKeepTheOrigin(t *testing.T) {
	origin, _ := parseEndpoint("https://graph.example.test")
	ri := abs.NewRequestInformation()
	ri.SetUri(url.URL{Scheme: "https", Host: "graph.example.test:444", Path: "/v1.0/users"})
	a := &authenticator{origin: origin, tokens: fixedToken{}}
	if err := a.AuthenticateRequest(ctx, ri, nil); err == nil || len(ri.Headers.Get("Authorization")) > 0 {
		t.Errorf("a foreign port got the token: %v", err)
	}
	ri.SetUri(url.URL{Scheme: "https", Host: "GRAPH.example.test:443", Path: "/v1.0/users"})
	if err := a.AuthenticateRequest(ctx, ri, nil); err != nil || len(ri.Headers.Get("Authorization")) != 1 {
		t.Errorf("the own origin got no token: %v", err)
	}
	req, _ := http.NewRequest(http.MethodGet, "https://other.example.test/v1.0/users", nil)
	if _, err := (&guard{base: http.DefaultTransport, origin: origin}).RoundTrip(req); err == nil {
		t.Error("a request to a foreign host went out")
	}
}
