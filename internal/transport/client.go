// Package transport builds the HTTP client for all of spcheck's requests and classifies
// their failures. The client verifies TLS (with an optional extra CA), uses the proxies
// of the environment, limits the time of each phase and the size of answers, follows no
// redirects, and can write a trace without secrets.
package transport

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Limits of answers, in bytes after decompression.
const (
	SignInBody = 4 << 20  // a token or discovery answer
	GraphBody  = 64 << 20 // one page of Microsoft Graph
)

// Time-outs of the phases of a request. Its context limits the total.
const (
	dialTimeout   = 10 * time.Second
	tlsTimeout    = 10 * time.Second
	headerTimeout = 60 * time.Second
	idleTimeout   = 30 * time.Second
)

// Options are the settings of a client. The zero value gives a safe client.
type Options struct {
	// CAFile is a PEM file with CAs to trust in addition to the system's. It may be empty.
	CAFile string
	// Debug receives a redacted trace of each exchange. It may be nil.
	Debug io.Writer
	// Record receives the same trace, for a file. It may be nil. Word formats failures in
	// it; nil means English.
	Record io.Writer
	Word   func(msg.Text) string
	// UserAgent is sent if a library did not set one, such as "spcheck/1.2.3".
	UserAgent string
	// Getenv reads HTTPS_PROXY and the like. Nil means os.Getenv.
	Getenv func(string) string
}

// New returns a client. It follows no redirects and has no time limit for a whole request:
// give each request a context with a deadline.
func New(o Options) (*http.Client, error) {
	verified, err := TLS(o.CAFile)
	if err != nil {
		return nil, err
	}
	kept := &http.Transport{
		Proxy:                  proxyFrom(o.Getenv),
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        verified,
		TLSHandshakeTimeout:    tlsTimeout,
		ResponseHeaderTimeout:  headerTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    16,
		ForceAttemptHTTP2:      true,
		OnProxyConnectResponse: proxyAnswer,
	}
	rt := withoutEchoes(Limit(withFailures(newPools(kept), kept.Proxy), GraphBody))
	if o.Debug != nil {
		rt = &tracer{base: rt, out: o.Debug}
	}
	if o.Record != nil {
		rt = &tracer{base: rt, out: o.Record, word: o.Word}
	}
	return newClient(withUserAgent(rt, o.UserAgent), kept), nil
}

// TLS returns the settings by which New verifies connections, for other protocols.
func TLS(caFile string) (*tls.Config, error) {
	roots, err := trusted(caFile)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, nil
}

// Wrap returns a client that sends requests through wrap and the transport of another
// client. It follows no redirects and has no time limit for a whole request.
func Wrap(c *http.Client, wrap func(http.RoundTripper) http.RoundTripper) *http.Client {
	base := http.DefaultTransport
	if c != nil && c.Transport != nil {
		base = c.Transport
	}
	return newClient(wrap(base), base)
}

func newClient(rt, pool http.RoundTripper) *http.Client {
	// A redirect is returned as the answer. Entra's token endpoint and Graph never redirect,
	// but portals and filters do.
	return &http.Client{Transport: pooled{rt, pool},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// pooled is a round tripper with the connection pool below it.
type pooled struct {
	http.RoundTripper
	pool http.RoundTripper
}

// CloseIdleConnections is called by http.Client.CloseIdleConnections.
func (p pooled) CloseIdleConnections() {
	(&http.Client{Transport: p.pool}).CloseIdleConnections()
}

// roundTrip is a function as a round tripper.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip calls the function.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func withUserAgent(base http.RoundTripper, name string) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if name != "" && r.Header.Get("User-Agent") == "" {
			r = r.Clone(r.Context())
			r.Header.Set("User-Agent", name)
		}
		return base.RoundTrip(r)
	})
}
