package transport

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/spcheck/spcheck/internal/neutral"
)

// proxyError is a proxy's refusal to lead a connection (CONNECT) to a host.
type proxyError struct {
	Proxy   string   // host:port of the proxy
	Status  int      // 407 asks for authentication
	Schemes []string // of Proxy-Authenticate, such as "Basic", "NTLM"
}

func (e *proxyError) Error() string { return "the proxy refused the connection" }

// proxyAnswer sees the answer to CONNECT, which net/http would otherwise turn
// into an error that holds nothing but the status text.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{Proxy: proxy.Host, Status: resp.StatusCode, Schemes: Schemes(resp.Header)}
}

// Schemes are the kinds of authentication that a proxy offers.
func Schemes(h http.Header) []string {
	var names []string
	for _, v := range h.Values("Proxy-Authenticate") {
		if name, _, _ := strings.Cut(strings.TrimSpace(v), " "); name != "" && len(names) < 8 {
			names = append(names, neutral.Bound(name, 32))
		}
	}
	return names
}

// errProxyAddress stands for a proxy variable that is no address. The original
// error quotes the variable, which may hold a password.
var errProxyAddress = errors.New("the proxy address in the environment is malformed")

func proxyFrom(getenv func(string) string) func(*http.Request) (*url.URL, error) {
	if getenv == nil {
		getenv = os.Getenv
	}
	config := proxyConfig(getenv)
	pick := config.ProxyFunc()
	malformed := badProxy(config.HTTPSProxy) || badProxy(config.HTTPProxy)
	return func(r *http.Request) (*url.URL, error) {
		u, err := pick(r.URL)
		if err != nil || u != nil && malformed {
			return nil, errProxyAddress
		}
		return u, nil
	}
}

// ProxyFacts says how the environment leads to an address.
type ProxyFacts struct {
	// Proxy is the scheme, host and port of the proxy; empty where there is none.
	Proxy string
	// Credentials says that its address has a user name or password in it.
	Credentials bool
	// Malformed says that a proxy variable is no address.
	Malformed bool
	// Exempt says that NO_PROXY spares the address.
	Exempt bool
}

// ProxyFor reads the environment's variables for an address.
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
	either := func(upper, lower string) string {
		if v := getenv(upper); v != "" {
			return v
		}
		return getenv(lower)
	}
	return &httpproxy.Config{
		HTTPProxy:  either("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: either("HTTPS_PROXY", "https_proxy"),
		NoProxy:    either("NO_PROXY", "no_proxy"),
	}
}

// badProxy recognises a URL that does not parse, which the library would take
// for a host name with a port. A password with unescaped characters is typical.
func badProxy(s string) bool {
	if !strings.Contains(s, "://") {
		return false
	}
	u, err := url.Parse(s)
	return err != nil || u.Hostname() == ""
}
