// Package transport builds the HTTP client that every request of spcheck goes
// through, and says what went wrong on the way: verified TLS with an optional
// extra CA, proxies as everywhere else, a time-out for each phase, bounded
// bodies, no redirects, polite retries and a trace that holds no secret.
package transport

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Bounds of answers, in bytes after decompression.
const (
	SignInBody = 4 << 20  // a token or discovery answer
	GraphBody  = 64 << 20 // one page of Microsoft Graph
)

// Time-outs of the phases of one request. The whole is bounded by its context.
const (
	dialTimeout   = 10 * time.Second
	tlsTimeout    = 10 * time.Second
	headerTimeout = 60 * time.Second
	idleTimeout   = 30 * time.Second
)

// Options are the settings of a client; the zero value is a safe client.
type Options struct {
	// CAFile names a PEM file with certificates that are trusted beside the
	// system's. Empty means none.
	CAFile string
	// Debug receives a redacted trace of every exchange, nil means none.
	Debug io.Writer
	// Record receives the same for a file, nil means none; Word words its failures,
	// nil in English as they are.
	Record io.Writer
	Word   func(msg.Text) string
	// UserAgent is sent where a library set none, such as "spcheck/1.2.3".
	UserAgent string
	// Getenv reads HTTPS_PROXY and its relatives, nil means os.Getenv.
	Getenv func(string) string
}

// New returns a client. It follows no redirect and has no time-out as a whole:
// give each request a context with a deadline.
func New(o Options) (*http.Client, error) {
	roots, err := trusted(o.CAFile)
	if err != nil {
		return nil, err
	}
	var rt http.RoundTripper = &http.Transport{
		Proxy:                  proxyFrom(o.Getenv),
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        tlsConfig(roots),
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    16,
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: proxyAnswer,
	}
	rt = withoutEchoes(Limit(rt, GraphBody))
	if o.Debug != nil {
		rt = &tracer{base: rt, out: o.Debug}
	}
	if o.Record != nil {
		rt = &tracer{base: rt, out: o.Record, word: o.Word}
	}
	if o.UserAgent != "" {
		rt = userAgent{base: rt, name: o.UserAgent}
	}
	return &http.Client{Transport: rt, CheckRedirect: noRedirect}, nil
}

// TLS is what New verifies connections with, for protocols other than HTTP.
func TLS(caFile string) (*tls.Config, error) {
	roots, err := trusted(caFile)
	if err != nil {
		return nil, err
	}
	return tlsConfig(roots), nil
}

func tlsConfig(roots *x509.CertPool) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
}

// noRedirect hands a redirect to the caller as the answer. Neither Entra's
// token endpoint nor Graph redirects; portals and filters do.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Wrap returns a client with the transport of another one wrapped, redirects
// off and no time-out as a whole.
func Wrap(c *http.Client, wrap func(http.RoundTripper) http.RoundTripper) *http.Client {
	base := http.DefaultTransport
	if c != nil && c.Transport != nil {
		base = c.Transport
	}
	return &http.Client{Transport: wrap(base), CheckRedirect: noRedirect}
}

type userAgent struct {
	base http.RoundTripper
	name string
}

func (u userAgent) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("User-Agent") == "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", u.name)
	}
	return u.base.RoundTrip(r)
}

// CloseIdleConnections lets http.Client.CloseIdleConnections reach the pool.
func (u userAgent) CloseIdleConnections() { CloseIdle(u.base) }

// CloseIdle passes CloseIdleConnections down a chain of round trippers.
func CloseIdle(rt http.RoundTripper) {
	if c, ok := rt.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
