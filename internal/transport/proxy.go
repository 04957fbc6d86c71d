package transport

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/spcheck/spcheck/internal/neutral"
)

// proxyError is a proxy's refusal to connect to a host (CONNECT).
type proxyError struct {
	Proxy   string   // host:port of the proxy
	Status  int      // 407 asks for authentication
	Schemes []string // of Proxy-Authenticate, such as "Basic", "NTLM"
}

func (e *proxyError) Error() string { return "the proxy refused the connection" }

// proxyAnswer reads the answer to CONNECT. net/http's error would contain only the status
// text.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{Proxy: proxy.Host, Status: resp.StatusCode, Schemes: Schemes(resp.Header)}
}

// Schemes returns the authentication schemes that a proxy offers.
func Schemes(h http.Header) []string {
	var names []string
	for _, v := range h.Values("Proxy-Authenticate") {
		if name, _, _ := strings.Cut(strings.TrimSpace(v), " "); name != "" && len(names) < 8 {
			names = append(names, neutral.Bound(name, 32))
		}
	}
	return names
}

// errProxyAddress means that a proxy variable is not an address. The original error
// quotes the variable, which may contain a password.
var errProxyAddress = errors.New("the proxy address in the environment is malformed")

func proxyFrom(getenv func(string) string) func(*http.Request) (*url.URL, error) {
	if getenv == nil {
		getenv = os.Getenv
	}
	config := proxyConfig(getenv)
	// The library ignores some malformed addresses, as if no proxy were configured.
	for _, address := range []*string{&config.HTTPSProxy, &config.HTTPProxy} {
		if badProxy(*address) {
			*address = "http://" + malformedProxy
		}
	}
	pick := config.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) {
		u, err := pick(r.URL)
		if err != nil || u != nil && u.Host == malformedProxy {
			return nil, errProxyAddress
		}
		return u, nil
	}
}

// malformedProxy stands for an address that cannot be used. NO_PROXY may exempt a host from it.
const malformedProxy = "malformed.invalid"

// ProxyFacts describes how the environment routes requests to an address.
type ProxyFacts struct {
	// Proxy is the scheme, host and port of the proxy, or empty.
	Proxy string
	// Credentials is true if the proxy's address contains a user name or password.
	Credentials bool
	// Malformed is true if a proxy variable is not an address.
	Malformed bool
	// Exempt is true if NO_PROXY contains the address.
	Exempt bool
}

// ProxyFor evaluates the environment's variables for an address.
func ProxyFor(getenv func(string) string, address string) ProxyFacts {
	r, err := http.NewRequest(http.MethodGet, address, nil) //nolint:noctx // it is not sent
	if err != nil {
		return ProxyFacts{}
	}
	proxy, err := proxyFrom(getenv)(r)
	if err != nil {
		return ProxyFacts{Malformed: true}
	}
	if proxy == nil {
		config := proxyConfig(getenv)
		return ProxyFacts{Exempt: config.NoProxy != "" && config.HTTPSProxy != ""}
	}
	return ProxyFacts{Proxy: proxy.Scheme + "://" + proxy.Host, Credentials: proxy.User != nil}
}

func proxyConfig(getenv func(string) string) *httpproxy.Config {
	either := func(name string) string { return cmp.Or(getenv(name), getenv(strings.ToLower(name))) }
	return &httpproxy.Config{
		HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY"),
	}
}

// badProxy reports whether an address cannot be that of a proxy: it has no host, its port is
// no port number, or an unescaped character of its password ends the host too early. The
// library would connect to something else.
func badProxy(s string) bool {
	if s == "" {
		return false
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s // as the library does
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || strings.Contains(u.Path+u.RawQuery+u.Fragment, "@") {
		return true
	}
	port, err := strconv.ParseUint(cmp.Or(u.Port(), "80"), 10, 16)
	return err != nil || port == 0 || strings.HasPrefix(u.Path, "//")
}
