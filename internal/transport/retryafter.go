package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter reads the Retry-After header: whole seconds (Entra), a fraction
// (Graph answers such as 2.128) or an HTTP date. A date is measured against the
// answer's own Date header where there is one, since this machine's clock may
// be the problem. Values below zero are zero. The second result is false where
// the header is absent or unreadable.
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0, false
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		return seconds(s)
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0, false
	}
	if server, err := http.ParseTime(h.Get("Date")); err == nil {
		now = server
	}
	return max(at.Sub(now), 0), true
}

func seconds(s float64) (time.Duration, bool) {
	if math.IsNaN(s) {
		return 0, false
	}
	const most = 366 * 24 * 3600 // keeps the product inside a Duration
	s = min(max(s, 0), most)
	return time.Duration(s * float64(time.Second)), true
}
