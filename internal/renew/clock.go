package renew

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spcheck/spcheck/internal/entra"
)

// watch compares this machine's clock with that of the service, from the Date headers of
// responses. The service's clock decides when a secret expires.
type watch struct {
	now  func() time.Time
	base http.RoundTripper

	mu     sync.Mutex
	known  bool
	offset time.Duration

	// signIn is the last sign-in, whose discovery document serves the next one.
	signIn atomic.Pointer[entra.Attempt]
}

func (w *watch) over(base http.RoundTripper) http.RoundTripper {
	w.base = base
	return w
}

// RoundTrip notes the Date of an answer that came from no cache.
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
		// The header is in whole seconds, so half a second is the best estimate of the
		// rest.
		w.known, w.offset = true, at.Add(500*time.Millisecond).Sub(middle.Round(0))
		w.mu.Unlock()
	}
	return resp, nil
}

// skew is the service's time minus this machine's, and whether it is known.
func (w *watch) skew() (time.Duration, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.offset, w.known
}

// serviceNow is the service's time as far as it is known.
func (w *watch) serviceNow() time.Time {
	offset, _ := w.skew()
	return w.now().Add(offset)
}
