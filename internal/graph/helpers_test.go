package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/secrets"
)

const testToken = "graph-token-of-a-test"

type fixedToken struct{}

func (fixedToken) Token(context.Context) (secrets.Value, error) {
	return secrets.NewValue(testToken), nil
}

// serve starts a Graph that uses the handler.
func serve(t *testing.T, h http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	c, err := New(Options{
		Endpoint: s.URL, Tokens: fixedToken{}, HTTPClient: s.Client(),
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;odata.metadata=minimal;charset=utf-8")
	w.WriteHeader(status)
	if s, ok := body.(string); ok {
		_, _ = w.Write([]byte(s))
		return
	}
	_ = json.NewEncoder(w).Encode(body)
}

func page(values ...any) map[string]any {
	if values == nil {
		values = []any{}
	}
	return map[string]any{"value": values}
}

func oops(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": message}}
}
