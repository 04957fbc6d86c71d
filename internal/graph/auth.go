package graph

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// errEndpoint is returned for an endpoint that is not an https URL.
var errEndpoint = errors.New("the Graph endpoint must be a URL of the form https://HOST")

func parseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errEndpoint
	}
	path := strings.TrimRight(u.Path, "/")
	for _, version := range []string{"/v1.0", "/beta"} {
		path = strings.TrimSuffix(path, version)
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: path}, nil
}

// sameOrigin compares scheme, host and port exactly. A missing port counts as 443.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.User == nil && hostPort(a) == hostPort(b)
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// authenticator sends the token only to the configured origin. The SDK's own providers
// would send it to, or accept data from, any host that a nextLink names.
type authenticator struct {
	origin *url.URL
	tokens secrets.TokenSource
}

// AuthenticateRequest sets the Authorization header.
func (a *authenticator) AuthenticateRequest(ctx context.Context, ri *abs.RequestInformation, _ map[string]any) error {
	u, err := ri.GetUri()
	if err != nil {
		return errBuild
	}
	if !sameOrigin(u, a.origin) {
		return malformed(a.origin, netfail.ForeignLink)
	}
	token, err := a.tokens.Token(ctx)
	if err != nil {
		return &TokenError{Err: err}
	}
	markToken(ctx, token)
	ri.Headers.Remove("Authorization")
	ri.Headers.Add("Authorization", "Bearer "+token.Reveal())
	return nil
}

// guard wraps the HTTP transport. It refuses requests to other hosts a second time, and
// makes bodies replayable. It removes the challenge from a 401: the SDK panics if the
// challenge's claims are malformed, and otherwise repeats the request with the same
// token.
type guard struct {
	base   http.RoundTripper
	origin *url.URL
}

// challengeKey is not in canonical form, so no header from a server can have this name.
const challengeKey = "spcheck-challenge"

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !sameOrigin(req.URL, g.origin) {
		return nil, malformed(g.origin, netfail.ForeignLink)
	}
	req, err := transport.Replayable(req)
	if err != nil {
		return nil, err
	}
	resp, err := g.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if v := resp.Header.Get("Www-Authenticate"); v != "" {
		resp.Header.Del("Www-Authenticate")
		resp.Header[challengeKey] = []string{v}
	}
	return resp, nil
}
