package graph

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// numbered returns a new token whenever the last one was refused.
type numbered struct {
	mu   sync.Mutex
	last int
}

func (n *numbered) value() secrets.Value { return secrets.NewValue(fmt.Sprint("token-", n.last)) }

func (n *numbered) Token(context.Context) (secrets.Value, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.value(), nil
}

func (n *numbered) Refused(token secrets.Value) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.value() == token {
		n.last++
	}
}

// A token may be refused during a listing, for example after a policy change. One other
// token is requested.
func TestScanRenewsARefusedToken(t *testing.T) {
	for name, c := range map[string]struct {
		accepted string
		fails    bool
		tokens   int
	}{
		"the next one is accepted": {"Bearer token-1", false, 1},
		"none is":                  {"nothing", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var self string
			s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch got := r.Header.Get("Authorization"); {
				case r.URL.Query().Get("$skiptoken") == "":
					answer(w, 200, map[string]any{"value": []any{listed("1")}, "@odata.nextLink": self + "/v1.0/applications?$skiptoken=2"})
				case got == c.accepted:
					answer(w, 200, page(listed("2")))
				default:
					answer(w, 401, oops("InvalidAuthenticationToken", "The token has expired."))
				}
			}))
			defer s.Close()
			self = s.URL
			tokens := &numbered{}
			client, err := New(Options{Endpoint: s.URL, Tokens: tokens, HTTPClient: s.Client()})
			if err != nil {
				t.Fatal(err)
			}
			var got scanned
			err = client.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords))
			if c.fails != (err != nil) || c.fails != (len(got.names) == 1) {
				t.Errorf("%v; visited %v", err, got.names)
			}
			if tokens.last != c.tokens {
				t.Errorf("%d tokens were renewed", tokens.last)
			}
		})
	}
}

// One failing gateway must not cost a tenant of a thousand pages.
func TestScanOutlivesAFailingGateway(t *testing.T) {
	for name, fail := range map[string]http.HandlerFunc{
		"a page of a gateway": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html><title>502 Bad Gateway</title></html>"))
		},
		"an internal error": func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, oops("InternalServerError", "oops")) },
		"a portal's page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html><title>Please wait</title></html>"))
		},
		"an empty answer": func(http.ResponseWriter, *http.Request) {},
	} {
		t.Run(name, func(t *testing.T) {
			for _, always := range []bool{false, true} {
				c, asked := pages(t, func(w http.ResponseWriter, r *http.Request, page string, nth int) bool {
					if page != "2" || nth > 2 && !always {
						return false
					}
					fail(w, r)
					return true
				})
				var got scanned
				err := c.Scan(t.Context(), got.scan(objects.OnApplication, objects.Passwords))
				if always {
					if err == nil || len(*asked) != 1+1+len(pauses) {
						t.Errorf("it fails always: %v after %q", err, *asked)
					}
					continue
				}
				if diff := cmp.Diff([]string{"1", "12", "13"}, got.names); err != nil || diff != "" {
					t.Errorf("%v: visited %v", err, got.names)
				}
			}
		})
	}
}

// If Graph asks one listing to wait, the others wait, too.
func TestEveryListingWaitsWhereOneWasAskedTo(t *testing.T) {
	throttled := false
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !throttled {
			throttled = true
			w.Header().Set("Retry-After", "90")
			answer(w, 429, oops("TooManyRequests", "later"))
			return
		}
		answer(w, 200, page())
	}))
	defer s.Close()
	var slept []time.Duration
	c, err := New(Options{Endpoint: s.URL, Tokens: fixedToken{}, HTTPClient: s.Client(), Sleep: func(_ context.Context, d time.Duration) error {
		if d > 0 {
			slept = append(slept, d.Round(10*time.Second))
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
		var got scanned
		if err := c.Scan(t.Context(), got.scan(kind, objects.Passwords)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]time.Duration{90 * time.Second, 90 * time.Second}, slept); diff != "" {
		t.Errorf("the first listing's pause, then the second's (-want +got):\n%s", diff)
	}
}
