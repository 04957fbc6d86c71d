package graph

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/objects"
)

// A run follows the pages to the delta link, including pages without objects, and
// distinguishes removed objects.
func TestFollow(t *testing.T) {
	var self string
	c, s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query(); {
		case strings.TrimSuffix(r.URL.Path, "()") != "/v1.0/applications/delta":
			t.Errorf("asked for %s", r.URL)
		case q.Get("$skiptoken") == "2":
			answer(w, 200, map[string]any{"@odata.deltaLink": self + "/v1.0/applications/delta?$deltatoken=3", "value": []any{
				map[string]any{"id": "B", "@removed": map[string]any{"reason": "changed"}},
				map[string]any{"id": "c", "displayName": nil, "keyCredentials": []any{map[string]any{"keyId": "k"}}},
			}})
		case q.Get("$deltatoken") == "" && !strings.Contains(q.Get("$select"), "passwordCredentials"):
			t.Errorf("asked for %s", r.URL)
		default:
			answer(w, 200, map[string]any{"@odata.nextLink": self + "/v1.0/applications/delta?$skiptoken=2", "value": []any{}})
		}
	})
	self = s.URL
	for _, link := range []string{"", self + "/v1.0/applications/delta?$deltatoken=1"} {
		var got []objects.Changed
		next, err := c.Follow(t.Context(), objects.Changes{Kind: objects.OnApplication, Link: link, Object: func(o *objects.Changed) error { got = append(got, *o); return nil }})
		if err != nil || !strings.HasSuffix(next, "$deltatoken=3") || len(got) != 2 {
			t.Fatalf("%q, %v, %+v", next, err, got)
		}
		if !got[0].Removed || got[0].ID != "b" || got[1].Removed || got[1].Has != objects.HasName|objects.HasCertificates || len(got[1].Credentials) != 1 {
			t.Errorf("%+v", got)
		}
	}
}

// A link is followed only if it is a delta query of the collection at the configured origin.
// For any other link nothing is sent, and a full read is needed.
func TestFollowNoForeignLink(t *testing.T) {
	asked := 0
	var next string
	c, s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		answer(w, 200, map[string]any{"value": []any{}, "@odata.deltaLink": next})
	})
	for _, link := range []string{
		"https://attacker.example/v1.0/applications/delta?$deltatoken=1",
		strings.Replace(s.URL, "https://", "http://", 1) + "/v1.0/applications/delta?$deltatoken=1",
		strings.Replace(s.URL, "https://", "https://user@", 1) + "/v1.0/applications/delta?$deltatoken=1",
		s.URL + "/v1.0/servicePrincipals/delta?$deltatoken=1", s.URL + "/v1.0/users/delta?$deltatoken=1",
		s.URL + "/v1.0/applications/../users?$deltatoken=1", s.URL + "/v1.0/applications/delta", s.URL + "/beta/applications/delta?$deltatoken=1",
		"/v1.0/applications/delta?$deltatoken=1", "%zz",
	} {
		run := objects.Changes{Kind: objects.OnApplication, Object: func(*objects.Changed) error { return nil }}
		var refused *objects.Unfollowed
		asked, next = 0, link
		if got, err := c.Follow(t.Context(), run); !errors.As(err, &refused) || got != "" || asked != 1 {
			t.Errorf("the answer's link %s is taken: %q, %v", link, got, err)
		}
		run.Link, asked = link, 0
		if _, err := c.Follow(t.Context(), run); !errors.As(err, &refused) || asked != 0 {
			t.Errorf("the kept link %s is followed, %d requests: %v", link, asked, err)
		}
	}
}

// Refusals that a full read may avoid are distinguished from others.
func TestFollowRefused(t *testing.T) {
	status, code := 0, ""
	c, s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Request-Id", "1")
		answer(w, status, oops(code, "No."))
	})
	run := objects.Changes{Kind: objects.OnServicePrincipal, Link: s.URL + "/v1.0/servicePrincipals/delta?$deltatoken=1"}
	var got []bool
	for _, a := range []struct {
		status int
		code   string
	}{{410, "resyncRequired"}, {400, "Directory_ResyncRequired"}, {400, "syncStateNotFound"}, {400, "Directory_ExpiredPageToken"}, {501, "x"}, {401, "x"}, {429, "x"}, {500, "x"}, {503, "x"}} {
		status, code = a.status, a.code
		_, err := c.Follow(t.Context(), run)
		var refused *objects.Unfollowed
		got = append(got, err != nil && errors.As(err, &refused))
	}
	if want := []bool{true, true, true, true, true, false, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCount(t *testing.T) {
	body := ""
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1.0/servicePrincipals/$count" || r.Header.Get("ConsistencyLevel") != "eventual" {
			t.Errorf("asked for %s with %v", r.URL, r.Header)
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(body))
	})
	for text, want := range map[string]int{"1204": 1204, "\ufeff7\r\n": 7, "": -1, "-1": -1, "<html>": -1, "1e3": -1} {
		body = text
		if n, err := c.Count(t.Context(), objects.OnServicePrincipal); (err != nil) != (want < 0) || err == nil && n != want {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
}
