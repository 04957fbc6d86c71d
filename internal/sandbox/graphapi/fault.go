package graphapi

import (
	"maps"
	"net/http"
	"time"
)

// refusal is an answer given in place of the service's own.
type refusal struct {
	Status        int
	Code, Message string
	Header        http.Header // further headers, such as Retry-After
	// ContentType and Body replace the error envelope where Body is set, as a
	// gateway's HTML page does.
	ContentType, Body string
	// Inner holds further members of innerError.
	Inner map[string]string
	// Cut closes the connection without an answer; all else is then ignored.
	Cut bool
}

// Throttled is the 429 of a directory service; retryAfter is the header's value
// in seconds, which may have a fraction, or empty for none.
func Throttled(retryAfter string) *refusal {
	f := &refusal{
		Status: http.StatusTooManyRequests, Code: "TooManyRequests", Message: "Please retry again later.",
		Inner: map[string]string{"code": "429", "message": "Please retry after", "status": "429"},
	}
	if retryAfter != "" {
		f.Header = http.Header{"Retry-After": {retryAfter}}
	}
	return f
}

// concurrency is the 503 for writes that got into each other's way.
func concurrency() *refusal {
	return &refusal{
		Status: http.StatusServiceUnavailable, Code: "Directory_ConcurrencyViolation",
		Message: "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
	}
}

// Resync is the refusal that makes a client of a delta query start over; its
// Location header is the caller's to set.
func Resync(status int) *refusal {
	if status == http.StatusGone {
		return &refusal{Status: status, Code: "resyncRequired", Message: "The delta token is no longer valid, and the app must reset the sync state."}
	}
	return &refusal{Status: status, Code: "Directory_ResyncRequired", Message: "A full synchronization is required."}
}

// Unavailable is a plain 503.
func Unavailable() *refusal {
	return &refusal{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable", Message: "The service is temporarily unavailable."}
}

// ServeHTTP answers a request with the fault, in the service's error envelope
// and with its headers. A fault that cuts the connection panics with
// http.ErrAbortHandler, as net/http wants it.
func (f *refusal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	ids := newIDs(r.Header, time.Now())
	write(w, r, f.response(ids), ids)
}

func (f *refusal) response(ids requestIDs) *response {
	if f.Body != "" {
		res := &response{status: f.Status, header: http.Header{"Content-Type": {f.ContentType}}, body: []byte(f.Body)}
		copyHeader(res.header, f.Header)
		return res
	}
	e := &apiError{status: f.Status, code: f.Code, message: f.Message, header: f.Header, inner: f.Inner}
	return e.response(ids)
}

// Error makes a fault an error of the handlers; only they see it.
func (f *refusal) Error() string { return "fault " + http.StatusText(f.Status) }

func copyHeader(to, from http.Header) {
	maps.Copy(to, from)
}
