package sts

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// refusal is an answer that is not a token: the OAuth error, its AADSTS codes
// and its HTTP status.
type refusal struct {
	status   int
	oauth    string // the OAuth error code, such as invalid_client
	codes    []int  // the generic one first where two are nested
	text     string // without the AADSTS number of the first code
	suberror string
	claims   string // a claims challenge, JSON in a string
	// noURI leaves error_uri out, as the service does for codes that its look-up
	// page does not know.
	noURI bool
	// crlf separates the trace lines as the service did until 2023.
	crlf bool
}

func (r *refusal) Error() string { return fmt.Sprintf("AADSTS%d: %s", r.codes[0], r.text) }

// decisive is the specific code of a nest.
func (r *refusal) decisive() int { return r.codes[len(r.codes)-1] }

func badRequest(oauth string, code int, format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, oauth: oauth, codes: []int{code}, text: fmt.Sprintf(format, args...)}
}

func unauthorized(code int, format string, args ...any) *refusal {
	return &refusal{status: http.StatusUnauthorized, oauth: "invalid_client", codes: []int{code}, text: fmt.Sprintf(format, args...)}
}

// withoutURI marks a refusal whose body has no error_uri.
func (r *refusal) withoutURI() *refusal {
	r.noURI = true
	return r
}

// errorBody is the body of a refusal, in the service's field order.
type errorBody struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri,omitempty"`
	Suberror      string `json:"suberror,omitempty"`
	Claims        string `json:"claims,omitempty"`
}

// body renders a refusal as of now. uriHost is the sign-in host that error_uri
// names.
func (r *refusal) body(now time.Time, x exchange, uriHost string) errorBody {
	stamp := now.UTC().Format("2006-01-02 15:04:05Z")
	separator := " "
	if r.crlf {
		separator = "\r\n"
	}
	description := strings.Join([]string{
		r.Error(), "Trace ID: " + x.traceID, "Correlation ID: " + x.correlationID, "Timestamp: " + stamp,
	}, separator)
	out := errorBody{
		Error: r.oauth, Description: description, Codes: r.codes, Timestamp: stamp,
		TraceID: x.traceID, CorrelationID: x.correlationID, Suberror: r.suberror, Claims: r.claims,
	}
	if !r.noURI {
		out.URI = "https://" + uriHost + "/error?code=" + strconv.Itoa(r.decisive())
	}
	return out
}

// exchange is what identifies one request in answers and logs.
type exchange struct{ traceID, correlationID string }

// newExchange takes the correlation ID over from the client where it is a GUID.
func newExchange(r *http.Request) exchange {
	x := exchange{traceID: uuid.NewString(), correlationID: uuid.NewString()}
	if sent := r.Header.Get("client-request-id"); len(sent) == len(x.correlationID) {
		if id, err := uuid.Parse(sent); err == nil {
			x.correlationID = id.String()
		}
	}
	return x
}
