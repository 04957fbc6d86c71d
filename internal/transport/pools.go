package transport

import (
	"crypto/tls"
	"net/http"
)

// pools keeps connections open, except for requests with the Close field. Such a request gets
// its own connection, and may reach another server behind the same name.
type pools struct{ kept, single *http.Transport }

func newPools(kept *http.Transport) pools {
	single := kept.Clone()
	single.DisableKeepAlives = true
	// A new connection may continue a TLS session, which saves most of the handshake.
	single.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(0)
	return pools{kept, single}
}

func (p pools) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Close {
		return p.single.RoundTrip(r)
	}
	return p.kept.RoundTrip(r)
}
