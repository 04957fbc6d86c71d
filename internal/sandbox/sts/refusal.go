package sts

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Refusal is an error answer. Scenarios can prescribe one.
type Refusal struct {
	AppID    string `yaml:"-"` // of the application in a scenario, empty for all
	Status   int    // of HTTP
	Error    string // the OAuth error, such as invalid_client
	Codes    []int  // the AADSTS codes, the generic one first where two are nested
	Text     string // without the AADSTS number of the first code
	Suberror string
	claims   string // a claims challenge, JSON in a string
	noURI    bool   // leaves error_uri out
	crlf     bool   // separates the trace lines as the service did until 2023
}

// decisive returns the most specific code.
func (r *Refusal) decisive() int { return r.Codes[len(r.Codes)-1] }

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

// body returns the answer's body. uriHost is the host in error_uri.
func (r *Refusal) body(now time.Time, x exchange, uriHost string) errorBody {
	stamp := now.UTC().Format("2006-01-02 15:04:05Z")
	separator := " "
	if r.crlf {
		separator = "\r\n"
	}
	description := strings.Join([]string{
		fmt.Sprintf("AADSTS%d: %s", r.Codes[0], r.Text), "Trace ID: " + x.traceID, "Correlation ID: " + x.correlationID, "Timestamp: " + stamp,
	}, separator)
	out := errorBody{
		Error: r.Error, Description: description, Codes: r.Codes, Timestamp: stamp,
		TraceID: x.traceID, CorrelationID: x.correlationID, Suberror: r.Suberror, Claims: r.claims,
	}
	if !r.noURI {
		out.URI = "https://" + uriHost + "/error?code=" + strconv.Itoa(r.decisive())
	}
	return out
}

// exchange identifies a request and has the version of the endpoint, 1 or 2.
type exchange struct {
	traceID, correlationID string
	version                int
}

// newExchange uses the client's correlation ID if it is a GUID.
func newExchange(r *http.Request) exchange {
	x := exchange{traceID: uuid.NewString(), correlationID: uuid.NewString()}
	if sent := r.Header.Get("client-request-id"); len(sent) == len(x.correlationID) {
		if id, err := uuid.Parse(sent); err == nil {
			x.correlationID = id.String()
		}
	}
	return x
}
