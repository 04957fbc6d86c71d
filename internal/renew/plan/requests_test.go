package plan_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/transport"
)

// counted counts the requests of a run.
type counted struct {
	base          http.RoundTripper
	mu            sync.Mutex
	signIn, graph int
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	if r.URL.Path[1:5] == "v1.0" {
		c.graph++
	} else {
		c.signIn++
	}
	c.mu.Unlock()
	return c.base.RoundTrip(r)
}

// removeOld removes the secrets that renewals have replaced.
func removeOld(t *directory.Tenant) {
	for _, a := range t.Applications {
		a.Passwords = slices.DeleteFunc(a.Passwords, func(p directory.Password) bool { return p.DisplayName == "old" })
	}
}

// What an application costs decides how long a run on a thousand takes, and how soon Graph
// throttles it. docs/renewing.md names these numbers.
func TestRequestsOfAnApply(t *testing.T) {
	t.Parallel()
	const applications = 5
	w := newTenant(t, applications)
	path := w.file(applications, "")
	// The reader signs in once, in two requests.
	for _, c := range []struct {
		what          string
		signIn, graph int
		retire        bool
	}{
		// The address of the token endpoint and the tenant's policy are read once.
		{"renewed", 2 + 1 + 3*applications, 1 + 6*applications, false},
		{"not due", 2, applications, false},
		// What a journal names, but no object lists, costs nothing.
		{"not due, and all that was replaced is gone", 2, applications, true},
	} {
		var seen counted
		if c.retire {
			w.change(removeOld)
		}
		w.apply(path, func(o *plan.Options) {
			o.Parallel = 1
			if c.retire {
				o.RetireAfter = 7 * 24 * time.Hour
			}
			o.Common.Input.HTTPClient = transport.Wrap(o.Common.Input.HTTPClient, func(base http.RoundTripper) http.RoundTripper {
				seen.base = base
				return &seen
			})
		})
		if seen.signIn != c.signIn || seen.graph != c.graph {
			t.Errorf("%d applications, %s: %d requests for sign-ins, want %d, and %d to Graph, want %d", applications, c.what, seen.signIn, c.signIn, seen.graph, c.graph)
		}
	}
}
