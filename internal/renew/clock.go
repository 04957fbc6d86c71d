package renew

import (
	"net/http"
	"sync"
	"time"
)

// serviceClock measures the difference between this machine's clock and the service's, from
// the Date headers of responses. The service's clock decides when a credential expires.
type serviceClock struct {
	now  func() time.Time
	base http.RoundTripper

	mu     sync.Mutex
	known  bool
	offset time.Duration
}

func (c *serviceClock) wrap(base http.RoundTripper) http.RoundTripper {
	c.base = base
	return c
}

// RoundTrip implements http.RoundTripper. It reads the Date header of responses that come
// from no cache.
func (c *serviceClock) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := c.now()
	resp, err := c.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	at, dateErr := http.ParseTime(resp.Header.Get("Date"))
	if dateErr == nil && resp.Header.Get("Age") == "" {
		middle := sent.Add(c.now().Sub(sent) / 2)
		c.mu.Lock()
		// The header has whole seconds. Half a second is the best estimate of the rest.
		c.known, c.offset = true, at.Add(500*time.Millisecond).Sub(middle.Round(0))
		c.mu.Unlock()
	}
	return resp, nil
}

// skew returns the service's time minus this machine's. ok is false if it is not known.
func (c *serviceClock) skew() (offset time.Duration, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset, c.known
}

// serviceNow returns the service's time or, if that is not known, this machine's.
func (c *serviceClock) serviceNow() time.Time {
	offset, _ := c.skew()
	return c.now().Add(offset)
}
