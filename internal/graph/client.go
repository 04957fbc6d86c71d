// Package graph reads Microsoft Graph and changes credentials in it. It is the only
// package that imports the Graph SDK. The SDK's request builders create the URLs and
// its adapter authenticates; package wire decodes the answers.
package graph

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	abs "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	khttp "github.com/microsoft/kiota-http-go"

	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

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
	// Waited is called for each pause before a repeated request, and for each one that was
	// refused. It may be nil.
	Waited func(transport.Wait)
}

// Client reads one tenant. It is safe for concurrent use.
type Client struct {
	origin   *url.URL // with the base path, if any, and without a version
	adapter  *khttp.NetHttpRequestAdapter
	tokens   secrets.TokenSource
	sleep    func(context.Context, time.Duration) error
	maxPages int
	waited   func(transport.Wait)
	// slow is the pause of scans before the next page, in nanoseconds, as the last answer
	// asks for. All listings of a tenant share the quota, and therefore the pause. calm is
	// the time until which Graph wants no requests, as Unix time in nanoseconds.
	slow, calm atomic.Int64
	policy     readPolicy
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

func (c *Client) note(w transport.Wait) {
	if !w.GaveUp {
		c.holdUntil(time.Now().Add(w.For))
	}
	if c.waited != nil {
		c.waited(w)
	}
}

// again repeats reads that were throttled or met a failing gateway. A write is repeated
// only after 429, which guarantees that nothing was done. After a 503 or 504, a second
// addPassword could create a secret that nobody knows.
func again(req *http.Request, resp *http.Response, _ func() []byte) bool {
	repeat := false
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		repeat = true
	case http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout, http.StatusFailedDependency:
		repeat = req.Method == http.MethodGet
	}
	if repeat {
		markRetried(req.Context())
	}
	return repeat
}

// do sends a request when Graph may be asked again, and passes on the raw answer, whatever
// its status.
func (c *Client) do(ctx context.Context, ri *abs.RequestInformation, read func(*http.Response) error) error {
	if err := c.whenCalm(ctx); err != nil {
		return c.explain(err)
	}
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
