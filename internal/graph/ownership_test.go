package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

// parts returns the requests of a batch.
func parts(t *testing.T, r *http.Request) map[string]string {
	t.Helper()
	var in struct {
		Requests []struct{ ID, URL string } `json:"requests"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		t.Error(err)
	}
	out := map[string]string{}
	for _, p := range in.Requests {
		out[p.ID] = p.URL
	}
	return out
}

// ownerships returns the owners of objects as text.
func ownerships(c *Client, ids ...string) map[string]string {
	got := map[string]string{}
	c.EachOwnership(ctx, objects.OnApplication, ids, func(id string, o objects.Ownership, err error) {
		switch {
		case err != nil:
			got[id] = err.Error()
		default:
			got[id] = fmt.Sprintf("%d owners, %d more, %q", len(o.Owners), o.More, o.Notes)
			if len(o.Owners) == 1 {
				got[id] = o.Owners[0].DisplayName + " " + o.Owners[0].Mail
			}
		}
	})
	return got
}

// Each part of a batch succeeds, is refused or is throttled separately. A part that is missing
// in the answer is unknown, and so is an object without the list.
func TestOwnersOfMany(t *testing.T) {
	calls := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		var answers []any
		for id, url := range parts(t, r) {
			part := map[string]any{"id": id, "status": 200, "body": map[string]any{"owners": []any{}, "notes": "call first"}}
			switch {
			case strings.Contains(url, "/mine?"):
				part["body"] = map[string]any{"owners": []any{map[string]any{"id": spID, "displayName": "Ada", "mail": "ada@example.org"}}}
			case strings.Contains(url, "/denied?"):
				part["status"], part["body"] = 403, oops("Authorization_RequestDenied", "no")
			case strings.Contains(url, "/busy?") && calls == 1:
				part["status"], part["headers"] = 429, map[string]any{"Retry-After": "1.5"}
			case strings.Contains(url, "/bare?"):
				part["body"] = map[string]any{"id": spID}
			case strings.Contains(url, "/lost?"):
				continue
			}
			answers = append(answers, part)
		}
		answer(w, 200, map[string]any{"responses": answers})
	})
	got := ownerships(c, "mine", "denied", "busy", "bare", "lost")
	if calls != 2 || got["mine"] != "Ada ada@example.org" || got["busy"] != `0 owners, 0 more, "call first"` {
		t.Errorf("%d calls, %v", calls, got)
	}
	for _, id := range []string{"denied", "bare", "lost"} {
		if got[id] == "" || strings.Contains(got[id], "owners,") {
			t.Errorf("%s: %q", id, got[id])
		}
	}
}

// $expand returns at most 20 owners. Then all are listed, up to a limit.
func TestOwnersBeyondTheExpansion(t *testing.T) {
	people := func(n int) []any {
		var all []any
		for i := range n {
			all = append(all, map[string]any{"@odata.type": "#microsoft.graph.user", "id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i)})
		}
		return all
	}
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/owners") {
			answer(w, 200, page(people(130)...))
			return
		}
		answer(w, 200, map[string]any{"responses": []any{map[string]any{"id": "0", "status": 200, "body": map[string]any{"owners": people(20)}}}})
	})
	if d := cmp.Diff(map[string]string{"a": `100 owners, 30 more, ""`}, ownerships(c, "a")); d != "" {
		t.Error(d)
	}
}

// If a batch fails completely, all its objects are unknown.
func TestOwnersWithoutABatch(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 403, oops("Authorization_RequestDenied", "no"))
	})
	got := ownerships(c, "a", "b")
	if len(got) != 2 || !strings.Contains(got["a"], "Authorization_RequestDenied") {
		t.Errorf("%v", got)
	}
}
