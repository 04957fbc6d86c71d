package graphapi

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// apiError is an error answer of the service.
type apiError struct {
	status        int
	code, message string
	details       []object
	header        http.Header
	inner         object // further members of innerError
}

// Error returns the code and message, for tests.
func (e *apiError) Error() string { return e.code + ": " + e.message }

func refuse(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "Request_BadRequest", format, args...)
}

// parsing returns a refusal by Graph itself, before it asks the directory.
func parsing(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "BadRequest", format, args...)
}

func unsupported(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, "Request_UnsupportedQuery", format, args...)
}

func notFound(id string) *apiError {
	return refuse(http.StatusNotFound, "Request_ResourceNotFound",
		"Resource '%s' does not exist or one of its queried reference-property objects are not present.", id)
}

func noSegment(name string) *apiError {
	return parsing("Resource not found for the segment '%s'.", name)
}

func denied() *apiError {
	return refuse(http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
}

// unauthorized returns a 401 with its challenge, whose parameters follow the documented
// form for continuous access evaluation; without claims they are not verified.
func unauthorized(message string) *apiError {
	e := refuse(http.StatusUnauthorized, "InvalidAuthenticationToken", "%s", message)
	e.header = http.Header{"Www-Authenticate": {
		`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
	}}
	return e
}

// response returns the error envelope: without empty target or details, and with a date
// without time zone.
func (e *apiError) response(ids requestIDs) *response {
	inner := object{{"date", ids.at.Format("2006-01-02T15:04:05")}, {"request-id", ids.request}, {"client-request-id", ids.client}}
	inner = append(inner, e.inner...)
	body := object{{"code", e.code}, {"message", e.message}}
	if len(e.details) > 0 {
		body = append(body, field{"details", e.details})
	}
	body = append(body, field{"innerError", inner})
	res := &response{status: e.status, header: http.Header{}, body: appendJSON(nil, object{{"error", body}})}
	maps.Copy(res.header, e.header)
	res.header.Set("Content-Type", errorContentType)
	return res
}

const errorContentType = "application/json"

// Refuse answers a request that a fault stops: 429 with throttling, a request with a
// Location header set with the order to start a delta query over, others with an outage.
func Refuse(w http.ResponseWriter, r *http.Request, status int) {
	e := refuse(status, "ServiceUnavailable", "The service is temporarily unavailable.")
	switch {
	case status == http.StatusTooManyRequests:
		e = refuse(status, "TooManyRequests", "Please retry again later.")
		e.inner = object{{"code", "429"}, {"message", "Please retry after"}, {"status", "429"}}
	case w.Header().Get("Location") != "":
		e = startOver(status)
	}
	ids := newIDs(r.Header, time.Now())
	write(w, r, e.response(ids), ids)
}

// startOver returns the refusal of a delta token.
func startOver(status int) *apiError {
	if status == http.StatusGone {
		return refuse(status, "resyncRequired", "The delta token is no longer valid, and the app must reset the sync state.")
	}
	return refuse(status, "Directory_ResyncRequired", "A full synchronization is required.")
}

// requestIDs identify a request and date its answer.
type requestIDs struct {
	request, client string
	at              time.Time
}
