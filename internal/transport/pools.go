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
	// For one request, HTTP/1.1 takes less work than HTTP/2.
	single.ForceAttemptHTTP2, single.TLSNextProto, single.TLSClientConfig.NextProtos = false, nil, nil
	single.Protocols = new(http.Protocols)
	single.Protocols.SetHTTP1(true)
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
