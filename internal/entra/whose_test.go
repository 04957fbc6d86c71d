package entra

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/spcheck/spcheck/internal/netfail"
)

// A page of a gateway does not come from Entra, even with a status that Entra uses. Its
// Retry-After is ignored.
func TestWhoseAnswer(t *testing.T) {
	page := func(status int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Retry-After", "1")
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			fmt.Fprint(w, "<html><title>Gateway</title></html>")
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   netfail.Kind
		waits  bool
	}{
		"a gateway's 502":    {page(502), netfail.WrongAnswer, false},
		"a gateway's 503":    {page(503), netfail.WrongAnswer, false},
		"a filter's 429":     {page(429), netfail.WrongAnswer, false},
		"a filter's 403":     {page(403), netfail.WrongAnswer, false},
		"a proxy's 407":      {page(407, "Proxy-Authenticate", "Negotiate"), netfail.ProxyAuth, false},
		"Entra's page":       {page(503, "X-Ms-Request-Id", "1"), netfail.Unavailable, true},
		"an empty answer":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, netfail.Unavailable, true},
		"JSON without marks": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503); fmt.Fprint(w, "{}") }, netfail.Unavailable, true},
	} {
		a := SignIn(context.Background(), newFakeEntra(t, c.answer).request())
		if a.Err == nil || a.Err.Kind != c.kind || a.Refusal != nil {
			t.Errorf("%s: got %+v, refusal %+v", name, a.Err, a.Refusal)
			continue
		}
		if times, _ := a.Waited(); (times > 0) != c.waits {
			t.Errorf("%s: waited %d times", name, times)
		}
		if c.kind == netfail.WrongAnswer && (a.Err.Page == nil || a.Err.Page.Title != "Gateway" || a.Err.RetryAfter != 0) {
			t.Errorf("%s: page %+v", name, a.Err.Page)
		}
		if c.kind == netfail.ProxyAuth && len(a.Err.Schemes) != 1 {
			t.Errorf("%s: schemes %v", name, a.Err.Schemes)
		}
	}
}
