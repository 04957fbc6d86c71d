package transport

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/neutral"
)

// ProxyError is a proxy's refusal to lead a connection (CONNECT) to a host.
type ProxyError struct {
	Proxy   string   // host:port of the proxy
	Status  int      // 407 asks for authentication
	Schemes []string // of Proxy-Authenticate, such as "Basic", "NTLM"
}

func (e *ProxyError) Error() string { return "the proxy refused the connection" }

// proxyAnswer sees the answer to CONNECT, which net/http would otherwise turn
// into an error that holds nothing but the status text.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Status: resp.StatusCode, Schemes: schemes(resp.Header)}
}

func schemes(h http.Header) []string {
	var names []string
	for _, v := range h.Values("Proxy-Authenticate") {
		if name, _, _ := strings.Cut(strings.TrimSpace(v), " "); name != "" && len(names) < 8 {
			names = append(names, neutral.Bound(name, 32))
		}
	}
	return names
}
