package entra

import (
	"net/http"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/transport"
)

// signed reports whether an answer has a header that only Entra's front ends send
// (recorded answers of the token endpoint).
func signed(h http.Header) bool {
	for _, name := range []string{"X-Ms-Request-Id", "X-Ms-Ests-Server", "X-Ms-Srs", "X-Ms-Clitelem"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// foreign returns an error for an answer that comes from a proxy, gateway or filter
// rather than from Entra, whatever its status. It returns nil if the answer may be
// Entra's.
func foreign(ex exchange, host string) *netfail.Error {
	body := []byte(ex.Body.Reveal())
	switch {
	case signed(ex.Header):
		return nil
	case ex.Status == http.StatusProxyAuthRequired:
		return &netfail.Error{Kind: netfail.ProxyAuth, Host: host, Status: ex.Status, Schemes: transport.Schemes(ex.Header),
			Page: transport.PageOf(ex.Status, ex.Header, body)}
	case ex.Status >= 400 && transport.IsPage(ex.Header, body):
		return wrongAnswer(ex, host)
	}
	return nil
}
