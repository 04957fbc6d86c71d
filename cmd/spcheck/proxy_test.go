package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A proxy that requires authentication is between spcheck and Entra; the name
// of the sign-in host is Microsoft's own, since clients never send loopback
// names through a proxy.
func TestProxy(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, want string
		status     int
	}{
		{"requires authentication", `"proxy-authentication"`, http.StatusProxyAuthRequired},
		{"refuses the host", `"answer-not-from-entra"`, http.StatusForbidden},
	} {
		t.Run(tc.name, func(t *testing.T) {
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Proxy-Authenticate", "Negotiate")
				w.WriteHeader(tc.status)
			}))
			defer proxy.Close()
			got := spcheck(t, nil, []string{"HTTPS_PROXY=" + proxy.URL, "AZURE_TENANT_ID=fjordline-demo.onmicrosoft.com",
				"AZURE_CLIENT_ID=3c4c8f60-8b7c-4f56-9d0c-1b5c9d0f7a11", "AZURE_CLIENT_SECRET=not-a-real-value"},
				"diagnose", "--reader", "none", "-o", "json")
			if got.code != 3 || !strings.Contains(got.stdout, tc.want) {
				t.Errorf("exit code %d, want 3 and %s\n%s", got.code, tc.want, got.stdout)
			}
		})
	}
}
