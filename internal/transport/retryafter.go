package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter reads the Retry-After header: seconds (Entra), seconds with a fraction (Graph,
// such as 2.128) or an HTTP date. A date is compared with the answer's Date header if there
// is one, because this machine's clock may be wrong. Negative values become zero. ok is
// false if the header is absent or malformed.
func RetryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil && !math.IsNaN(s) {
		const most = 366 * 24 * 3600 // more would overflow a Duration
		return time.Duration(min(max(s, 0), most) * float64(time.Second)), true
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
