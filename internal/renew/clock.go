package renew

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spcheck/spcheck/internal/entra"
)

// watch measures the difference between this machine's clock and the service's, from the
// Date headers of responses. The service's clock decides when a credential expires.
type watch struct {
	now  func() time.Time
	base http.RoundTripper

	mu     sync.Mutex
	known  bool
	offset time.Duration

	// signIn is the last sign-in. The next one reuses its discovery document.
	signIn atomic.Pointer[entra.Attempt]
}

func (w *watch) over(base http.RoundTripper) http.RoundTripper {
	w.base = base
	return w
}

// RoundTrip implements http.RoundTripper. It reads the Date header of responses that come
// from no cache.
func (w *watch) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := w.now()
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	at, dateErr := http.ParseTime(resp.Header.Get("Date"))
	if dateErr == nil && resp.Header.Get("Age") == "" {
		middle := sent.Add(w.now().Sub(sent) / 2)
		w.mu.Lock()
		// The header has whole seconds. Half a second is the best estimate of the rest.
		w.known, w.offset = true, at.Add(500*time.Millisecond).Sub(middle.Round(0))
		w.mu.Unlock()
	}
	return resp, nil
}

// skew returns the service's time minus this machine's. ok is false if it is not known.
func (w *watch) skew() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.offset, w.known
}

// serviceNow returns the service's time or, if that is not known, this machine's.
func (w *watch) serviceNow() time.Time {
	offset, _ := w.skew()
	return w.now().Add(offset)
}
