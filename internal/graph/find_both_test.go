package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/transport"
)

// batching answers a batch with the status whole and what next answers to its parts. part
// may change the status of a part.
func batching(next http.HandlerFunc, sent *atomic.Int64, part func(path string, status int) int, whole int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if r.URL.Path != "/v1.0/$batch" {
			next(w, r)
			return
		}
		if whole != http.StatusOK {
			answer(w, whole, oops("BadRequest", "x"))
			return
		}
		var in struct {
			Requests []struct{ ID, URL string }
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		var out []any
		for _, p := range slices.Backward(in.Requests) {
			got := httptest.NewRecorder()
			next(got, httptest.NewRequest(http.MethodGet, "/v1.0"+p.URL, nil))
			asked, _ := url.PathUnescape(p.URL)
			status := part(asked, got.Code)
			out = append(out, map[string]any{"id": p.ID, "status": status, "body": json.RawMessage(got.Body.Bytes())})
		}
		answer(w, http.StatusOK, map[string]any{"responses": out})
	}
}

// A run on many applications finds the same as others do, with fewer requests, whatever a
// batch answers.
func TestFindBothFindsTheSame(t *testing.T) {
	app := map[string]any{"id": keyA, "appId": appID, "displayName": "Pat's Sync", "identifierUris": []string{"api://sync"}}
	sp := map[string]any{"id": spID, "appId": appID, "displayName": "Pat's Sync", "servicePrincipalNames": []string{appID, "api://sync"}}
	namesake := map[string]any{"id": keyB, "appId": keyC, "displayName": "Pat's Sync"}
	tenant := byFilter(map[string]any{
		"/v1.0/servicePrincipals appId eq '" + appID + "'":                       page(sp),
		"/v1.0/servicePrincipals(appId='" + appID + "')":                         sp,
		"/v1.0/servicePrincipals/" + spID:                                        sp,
		"/v1.0/servicePrincipals displayName eq 'Pat''s Sync'":                   page(sp, namesake),
		"/v1.0/servicePrincipals servicePrincipalNames/any(n:n eq 'api://sync')": page(sp),
		"/v1.0/applications appId eq '" + appID + "'":                            page(app),
		"/v1.0/applications(appId='" + appID + "')":                              app,
		"/v1.0/applications displayName eq 'Pat''s Sync'":                        page(app),
		"/v1.0/applications identifierUris/any(n:n eq 'api://sync')":             page(app),
	})
	as := func(_ string, status int) int { return status }
	for _, c := range []struct {
		what   string
		name   string
		part   func(string, int) int
		status int
		most   int64 // requests
	}{
		{"by display name", "Pat's Sync", as, 200, 1},
		{"by another name", "api://sync", as, 200, 1},
		{"that nothing has", "nobody & nothing", as, 200, 1},
		{"by application ID", appID, as, 200, 2},
		{"by object ID", spID, as, 200, 8},
		{"by the ID of nothing", "4c3b2a19-0f0e-4d0c-8b0a-090807060504", as, 200, 8},
		{"where batches are refused", "Pat's Sync", as, 400, 5},
		{"where one part is refused", "Pat's Sync", func(path string, status int) int {
			if strings.Contains(path, "applications?$filter=displayName") {
				return 400
			}
			return status
		}, 200, 2},
		{"where one part keeps failing", "Pat's Sync", func(path string, status int) int {
			if strings.Contains(path, "applications?$filter=displayName") {
				return 503
			}
			return status
		}, 200, batchTries + 1},
	} {
		var sent atomic.Int64
		one, _ := serve(t, batching(tenant, &sent, c.part, c.status))
		principals, refused, apps, appsRefused := one.FindBoth(ctx, c.name)
		if n := sent.Load(); n > c.most {
			t.Errorf("%s: %d requests, want at most %d", c.what, n, c.most)
		}
		wantPrincipals, wantRefused := one.FindServicePrincipals(ctx, c.name)
		wantApps, wantAppsRefused := one.FindApplications(ctx, c.name)
		id := func(p objects.ServicePrincipal) string { return p.ID }
		if !slices.Equal(each(principals, id), each(wantPrincipals, id)) || (refused == nil) != (wantRefused == nil) {
			t.Errorf("%s: service principals %v %v, want %v %v", c.what, principals, refused, wantPrincipals, wantRefused)
		}
		appID := func(a objects.Application) string { return a.ID }
		if !slices.Equal(each(apps, appID), each(wantApps, appID)) || (appsRefused == nil) != (wantAppsRefused == nil) {
			t.Errorf("%s: applications %v %v, want %v %v", c.what, apps, appsRefused, wantApps, wantAppsRefused)
		}
	}
}

func each[T any](list []T, of func(T) string) (out []string) {
	for _, one := range list {
		out = append(out, of(one))
	}
	return out
}

// A listing in a batch counts only if it is whole: further pages are read, and what is no
// listing is no empty one.
func TestFindBothReadsOnWhereABatchEnds(t *testing.T) {
	sp := map[string]any{"id": spID, "appId": appID, "displayName": "Sync"}
	for what, first := range map[string]any{
		"further pages":  map[string]any{"value": []any{}, "@odata.nextLink": "https://graph.example/v1.0/servicePrincipals?$skiptoken=2"},
		"no listing":     map[string]any{"id": "x"},
		"no list at all": map[string]any{"value": nil},
	} {
		var sent atomic.Int64
		single := false
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			batching(func(w http.ResponseWriter, r *http.Request) {
				switch q, _ := url.QueryUnescape(r.URL.RawQuery); {
				case single && strings.Contains(q, "displayName") && strings.Contains(r.URL.Path, "servicePrincipals"):
					answer(w, 200, page(sp))
				case strings.Contains(q, "displayName") && strings.Contains(r.URL.Path, "servicePrincipals"):
					answer(w, 200, first)
				default:
					answer(w, 200, page())
				}
			}, &sent, func(_ string, status int) int { return status }, 200)(w, r)
			single = true
		})
		principals, refused, _, _ := c.FindBoth(ctx, "Sync")
		if refused != nil || len(principals) != 1 {
			t.Errorf("%s: %v, %v", what, principals, refused)
		}
	}
}

// Graph throttles each part of a batch separately. The pause applies to every request of the
// client, only the throttled parts are requested again, and nothing is requested singly.
func TestFindBothWaitsForThrottledParts(t *testing.T) {
	for _, c := range []struct {
		what    string
		busy    int // batches that are answered so
		batches int
		refused bool
	}{
		{"once", 1, 2, false},
		{"always", 100, batchTries, true},
	} {
		var batches, singles, asked int
		var pauses []time.Duration
		one, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1.0/$batch" {
				singles++
				answer(w, 200, page())
				return
			}
			batches++
			var out []any
			for id, url := range parts(t, r) {
				asked++
				part := map[string]any{"id": id, "status": 200, "body": page()}
				if strings.HasPrefix(url, "/applications") && batches <= c.busy {
					part["status"], part["headers"] = 429, map[string]any{"Retry-After": "30"}
					part["body"] = oops("TooManyRequests", "x")
				}
				out = append(out, part)
			}
			answer(w, 200, map[string]any{"responses": out})
		})
		one.sleep = func(_ context.Context, d time.Duration) error {
			pauses = append(pauses, d.Round(time.Second))
			return nil
		}
		_, refused, _, appsRefused := one.FindBoth(ctx, "Sync")
		if batches != c.batches || singles != 0 || asked != 4+2*(c.batches-1) {
			t.Errorf("%s: %d batches of %d parts, %d single requests", c.what, batches, asked, singles)
		}
		if len(pauses) == 0 || pauses[0] != 30*time.Second {
			t.Errorf("%s: pauses %v", c.what, pauses)
		}
		if refused != nil || (appsRefused != nil) != c.refused || c.refused && asError(appsRefused).RetryAfter != 30*time.Second {
			t.Errorf("%s: %v, %v", c.what, refused, appsRefused)
		}
		if held := time.Until(time.Unix(0, one.calm.Load())); held < 20*time.Second {
			t.Errorf("%s: other requests are only held for %s", c.what, held)
		}
	}
}

// Graph is not asked again before a pause that is too long to wait for, each pause is
// reported, and what an earlier batch answered counts if a later one is refused.
func TestFindBothKeepsWhatWasAnsweredBeforeARefusal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what, retry      string
		batches, reports int
	}{
		{"a pause that is too long", "300", 1, 0},
		{"a pause of many days", "2000000", 1, 0},
		{"the second batch is refused", "30", 2, 2}, // the pause, and that the second was given up
	} {
		var batches, singles, reports int
		one, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1.0/$batch" {
				singles++
			}
			if batches++; batches > 1 {
				w.Header().Set("Retry-After", "300")
				answer(w, 429, oops("TooManyRequests", "x"))
				return
			}
			var out []any
			for id, url := range parts(t, r) {
				part := map[string]any{"id": id, "status": 200, "body": page(map[string]any{"id": spID, "appId": appID, "displayName": "Sync"})}
				if strings.HasPrefix(url, "/applications") {
					part["status"], part["headers"] = 429, map[string]any{"Retry-After": c.retry}
					part["body"] = oops("TooManyRequests", "x")
				}
				out = append(out, part)
			}
			answer(w, 200, map[string]any{"responses": out})
		})
		one.sleep = func(context.Context, time.Duration) error { return nil }
		one.waited = func(transport.Wait) { reports++ }
		principals, refused, _, appsRefused := one.FindBoth(ctx, "Sync")
		if batches != c.batches || singles != 0 || reports != c.reports {
			t.Errorf("%s: %d batches, %d single requests, %d pauses reported", c.what, batches, singles, reports)
		}
		if refused != nil || len(principals) != 1 || asError(appsRefused).RetryAfter < 5*time.Minute {
			t.Errorf("%s: %v, %v, %v", c.what, principals, refused, appsRefused)
		}
	}
}

func TestFindBothDoesNotInsist(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "300")
		answer(w, 429, oops("TooManyRequests", "x"))
	})
	if _, refused, _, appsRefused := c.FindBoth(ctx, appID); refused == nil || appsRefused == nil || asked.Load() != 2 {
		t.Errorf("%v, %v after %d requests", refused, appsRefused, asked.Load())
	}
}
