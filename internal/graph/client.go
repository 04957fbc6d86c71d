// Package graph reads Microsoft Graph and changes credentials in it. It is the only
// package that imports the Graph SDK. The SDK's request builders create the URLs and
// its adapter authenticates; package wire decodes the answers.
package graph

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	khttp "github.com/microsoft/kiota-http-go"

	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// forgetful is a TokenSource that caches its token and can replace it before it
// expires.
type forgetful interface{ Refused(token secrets.Value) }

// Options are the settings of a client.
type Options struct {
	// Endpoint is the base URL, such as https://graph.microsoft.com. A version segment
	// at its end is ignored.
	Endpoint string
	// Tokens returns access tokens for Graph.
	Tokens secrets.TokenSource
	// HTTPClient comes from transport.New.
	HTTPClient *http.Client
	// MaxPages limits the pages of a listing. Zero means 2,000.
	MaxPages int
	// Sleep pauses before a retry. Nil means a timer; tests replace it.
	Sleep func(context.Context, time.Duration) error
	// Waited is called for each pause that Waits also returns. It may be nil.
	Waited func(transport.Wait)
}

// Client reads one tenant. It is safe for concurrent use.
type Client struct {
	origin   *url.URL // with the base path, if any, and without a version
	adapter  *khttp.NetHttpRequestAdapter
	tokens   secrets.TokenSource
	sleep    func(context.Context, time.Duration) error
	maxPages int
	mu       sync.Mutex
	waits    []transport.Wait
	waited   func(transport.Wait)
	// slow is the pause of scans before the next page, in nanoseconds. calm is the time
	// until which Graph wants no requests, as Unix time in nanoseconds.
	slow, calm atomic.Int64
}

// New returns a client. It returns an error if the endpoint is not an https URL.
func New(o Options) (*Client, error) {
	origin, err := parseEndpoint(o.Endpoint)
	if err != nil {
		return nil, err
	}
	c := &Client{origin: origin, maxPages: o.MaxPages, waited: o.Waited, tokens: o.Tokens, sleep: o.Sleep}
	if c.sleep == nil {
		c.sleep = pause.For
	}
	if c.maxPages <= 0 {
		c.maxPages = 2000
	}
	client := transport.Wrap(o.HTTPClient, func(base http.RoundTripper) http.RoundTripper {
		retry := &transport.Retry{
			Base:  transport.Limit(base, transport.GraphBody),
			Again: again, Sleep: c.sleep, Waited: c.note,
		}
		return &guard{base: retry, origin: origin}
	})
	// The factories are empty on purpose. The SDK's own models are not used, and its
	// process-wide registries stay unchanged.
	c.adapter, err = khttp.NewNetHttpRequestAdapterWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authenticator{origin: origin, tokens: o.Tokens},
		serialization.NewParseNodeFactoryRegistry(), serialization.NewSerializationWriterFactoryRegistry(), client)
	if err != nil {
		return nil, errBuild
	}
	c.adapter.SetBaseUrl(c.base("v1.0"))
	return c, nil
}

// Token returns the token that requests are sent with.
func (c *Client) Token(ctx context.Context) (secrets.Value, error) { return c.tokens.Token(ctx) }

// base returns the base URL of a version.
func (c *Client) base(version string) string {
	return strings.TrimRight(c.origin.String(), "/") + "/" + version
}

// Waits returns the pauses before repeated requests, and those that were refused.
func (c *Client) Waits() []transport.Wait {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]transport.Wait(nil), c.waits...)
}

func (c *Client) note(w transport.Wait) {
	if !w.GaveUp {
		c.holdUntil(time.Now().Add(w.For))
	}
	if c.waited != nil {
		c.waited(w)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits = append(c.waits, w)
}

// again repeats reads that were throttled or met a failing gateway. A write is repeated
// only after 429, which guarantees that nothing was done. After a 503 or 504, a second
// addPassword could create a secret that nobody knows.
func again(req *http.Request, resp *http.Response, _ func() []byte) bool {
	repeat := mayRepeat(req, resp)
	if repeat {
		markRetried(req.Context())
	}
	return repeat
}

func mayRepeat(req *http.Request, resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return req.Method == http.MethodGet
	}
	return false
}

// do sends a request and passes on the raw answer, whatever its status.
func (c *Client) do(ctx context.Context, ri *abs.RequestInformation, read func(*http.Response) error) error {
	handler := abs.NewRequestHandlerOption()
	handler.SetResponseHandler(func(response any, _ abs.ErrorMappings) (any, error) {
		resp, ok := response.(*http.Response)
		if !ok || resp == nil {
			return nil, errBuild
		}
		defer resp.Body.Close()
		return nil, read(resp)
	})
	ri.AddRequestOptions([]abs.RequestOption{handler})
	return c.explain(c.adapter.SendNoContent(ctx, ri, nil))
}
