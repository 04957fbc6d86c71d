package entra

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// Refusal is Entra's answer that it issues no token. Description and the other strings
// are as sent by the service; neutralise them for output.
type Refusal struct {
	Stage         stage
	Status        int
	Error         string   // OAuth code, such as invalid_client
	Description   string   // "AADSTS…: …", with trace lines
	Codes         []string // digits, in the service's order: the category comes first
	TraceID       string
	CorrelationID string
	Timestamp     *time.Time // by the service's clock
	Body          secrets.Value
}

// parseRefusal reads an OAuth error body. Every field may be absent or of another type,
// but without an error code the body is not a refusal.
func parseRefusal(ex exchange) (*Refusal, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal([]byte(ex.Body.Reveal()), &fields) != nil {
		return nil, false
	}
	r := &Refusal{
		Stage: ex.Stage, Status: ex.Status, Body: ex.Body,
		Error: text(fields["error"]), Description: text(fields["error_description"]), Codes: codes(fields["error_codes"]),
		TraceID:       cmp.Or(text(fields["trace_id"]), neutral.Bound(ex.Header.Get("X-Ms-Request-Id"), 64)),
		CorrelationID: cmp.Or(text(fields["correlation_id"]), ex.RequestID),
		Timestamp:     timestamp(text(fields["timestamp"])),
	}
	if len(r.Codes) == 0 {
		r.Codes = codesIn(r.Description)
	}
	return r, r.Error != ""
}

// says reports whether the answer has more than the name of an error. Entra always sends
// more; filters answer {"error":"blocked"}.
func (r *Refusal) says() bool { return r.Description != "" || len(r.Codes) > 0 || r.TraceID != "" }

// ReadRefusal reads a saved answer of a token endpoint that refused a sign-in. It
// returns false if the body is not a refusal.
func ReadRefusal(status int, body []byte) (*Refusal, bool) {
	return parseRefusal(exchange{Stage: tokenCall, Status: status, Body: secrets.Sealed(string(body))})
}

// text reads a JSON string. Anything else counts as absent.
func text(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

// codes reads error_codes, as numbers or as strings of digits.
func codes(raw json.RawMessage) []string {
	var values []json.RawMessage
	_ = json.Unmarshal(raw, &values)
	var out []string
	for _, v := range values {
		s := strings.Trim(string(v), `"`)
		if s != "" && len(s) <= 10 && strings.Trim(s, "0123456789") == "" && len(out) < 16 {
			out = append(out, s)
		}
	}
	return out
}

var codeInText = lazyregexp.New(`AADSTS(\d{4,10})`)

// codesIn returns the codes in a description in order, without duplicates.
func codesIn(description string) []string {
	var out []string
	for _, m := range codeInText().FindAllStringSubmatch(description, 16) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

// timestamp parses the service's format, with a blank, or RFC 3339.
func timestamp(s string) *time.Time {
	for _, layout := range []string{"2006-01-02 15:04:05Z", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			t = t.UTC()
			return &t
		}
	}
	return nil
}

// transient reports whether the same request may succeed later: by status, or by a code
// that Microsoft documents as temporary.
func transient(_ *http.Request, resp *http.Response, peek func() []byte) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		// A gateway's request to retry is not Entra's.
		return signed(resp.Header) || !transport.IsPage(peek())
	case http.StatusOK:
		return false
	}
	var body struct {
		Codes json.RawMessage `json:"error_codes"`
	}
	_ = json.Unmarshal(peek(), &body)
	return slices.ContainsFunc(codes(body.Codes), func(code string) bool { return aadsts.Filed(code, aadsts.Transient) })
}

// maxPolicies is the maximum number of policies read from an answer.
const maxPolicies = 16

// Policies returns the IDs of the Conditional Access policies that blocked the sign-in.
// They are in the answer's claims challenge, a JSON text in the field claims
// (access_token, capolids, values). It is empty if there are none.
func (r *Refusal) Policies() []string {
	var body struct {
		Claims string `json:"claims"`
	}
	var claims struct {
		AccessToken struct {
			Policies struct {
				Values []string `json:"values"`
			} `json:"capolids"`
		} `json:"access_token"`
	}
	if json.Unmarshal([]byte(r.Body.Reveal()), &body) != nil || json.Unmarshal([]byte(body.Claims), &claims) != nil {
		return nil
	}
	ids := claims.AccessToken.Policies.Values
	return ids[:min(len(ids), maxPolicies)]
}
