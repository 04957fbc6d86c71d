package transport

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"

	"github.com/spcheck/spcheck/internal/neutral"
)

// failed adds what the error of a request does not tell.
type failed struct {
	error
	proxy string // host:port of the proxy that the request was to take, or empty
	// phase means that a time-out of this package ended the request, not its deadline.
	// Errors of net and net/http look like a missed deadline in both cases.
	phase bool
}

func (f *failed) Unwrap() error { return f.error }

// Timeout is what url.Error asks the error that it wraps.
func (f *failed) Timeout() bool {
	e, ok := errors.AsType[net.Error](f.error)
	return ok && e.Timeout()
}

// withFailures returns a round tripper whose errors are *failed.
func withFailures(base http.RoundTripper, proxyOf func(*http.Request) (*url.URL, error)) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := base.RoundTrip(r)
		if err == nil {
			return resp, nil
		}
		f := &failed{error: err, phase: r.Context().Err() == nil && errors.Is(err, context.DeadlineExceeded)}
		if proxy, _ := proxyOf(r); proxy != nil {
			f.proxy = neutral.Bound(proxy.Host, 260)
		}
		return nil, f
	})
}
