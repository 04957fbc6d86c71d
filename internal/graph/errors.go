package graph

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/transport"
)

var errBuild = errors.New("the request to Microsoft Graph could not be built")

// TokenError means that no token for Graph could be obtained. No request was sent.
type TokenError struct{ Err error }

func (e *TokenError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the token source.
func (e *TokenError) Unwrap() error { return e.Err }

// Error is an error answer from Graph. All strings are neutralised and bounded.
type Error struct {
	Status    int
	Code      string // such as Authorization_RequestDenied; empty if there was none
	Message   string
	RequestID string // request-id, for Microsoft support
	Date      string // Date header of the answer
	// RetryAfter is the pause that Graph requested, or 0.
	RetryAfter time.Duration
	// Challenge means that continuous access evaluation rejected the token. A new token
	// is required.
	Challenge bool
	// Details are the codes in the error's details, such as InvalidKeyEndDate.
	Details []string
	// Need is the least application permission for the request, empty if it is not
	// known.
	Need string
	// Page describes a gateway's answer that is not JSON.
	Page *netfail.Page
}

func (e *Error) Error() string { return e.Text().String() }

// Text words Graph's answer as a clause without a full stop.
func (e *Error) Text() msg.Text {
	status := http.StatusText(e.Status)
	switch {
	case e.Status == http.StatusTooManyRequests && e.RetryAfter > 0:
		return msg.New("Microsoft Graph is throttling requests, and last asked to wait %s", e.RetryAfter.Round(time.Second))
	case e.Status == http.StatusTooManyRequests:
		return msg.New("Microsoft Graph keeps throttling requests")
	case e.Code != "" && e.Message != "":
		return msg.New("Microsoft Graph refused: %s “%s”", e.Code, e.Message)
	case e.Code != "":
		return msg.New("Microsoft Graph refused: %s", e.Code)
	case status != "":
		return msg.New("Microsoft Graph answered: %s", status)
	}
	return msg.New("Microsoft Graph refused without saying why")
}

// IsForbidden reports whether a permission is missing.
func IsForbidden(err error) bool {
	e := asError(err)
	return e != nil && (e.Status == http.StatusForbidden || e.Code == "Authorization_RequestDenied") && !isNoLicence(err)
}

// Refusal returns the HTTP status, and Graph's code and message if it sent them.
func (e *Error) Refusal() (status int, code, message string) { return e.Status, e.Code, e.Message }

// Lacks names the missing permission. It is empty if the request failed for another
// reason, or the permission is not known.
func (e *Error) Lacks() string {
	if IsForbidden(e) {
		return e.Need
	}
	return ""
}

// Unlicensed reports whether the tenant lacks the licence for the request.
func (e *Error) Unlicensed() bool { return isNoLicence(e) }

// isNoLicence reports whether the tenant lacks the licence (Entra ID P1 or P2) for logs
// and reports.
func isNoLicence(err error) bool {
	e := asError(err)
	return e != nil && strings.Contains(e.Code, "NonPremiumTenant")
}

// IsNotFound reports whether the object does not exist.
func IsNotFound(err error) bool {
	e := asError(err)
	return e != nil && (e.Status == http.StatusNotFound || e.Code == "Request_ResourceNotFound")
}

// isUnauthorized reports whether the token was rejected.
func isUnauthorized(err error) bool {
	e := asError(err)
	return e != nil && e.Status == http.StatusUnauthorized
}

// isUnsupported reports whether Graph does not support this kind of query.
func isUnsupported(err error) bool {
	e := asError(err)
	return e != nil && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotImplemented)
}

func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// explain converts errors of the SDK to errors of this package or of package transport.
// The SDK's own texts can contain URLs, bodies and headers.
func (c *Client) explain(err error) error {
	var ge *Error
	var te *TokenError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ge):
		return ge
	case errors.As(err, &te):
		return te
	case errors.Is(err, errBuild):
		return errBuild
	}
	ne := transport.Classify(err)
	if ne.Host == "" {
		ne.Host = c.origin.Host
	}
	return ne
}

const errorBody = 256 << 10

// refusal reads an error answer.
func (c *Client) refusal(resp *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, errorBody))
	if err != nil {
		return err
	}
	e := &Error{
		Status:    resp.StatusCode,
		RequestID: neutral.Bound(resp.Header.Get("Request-Id"), 64),
		Date:      neutral.Bound(resp.Header.Get("Date"), 40),
	}
	e.RetryAfter, _ = transport.RetryAfter(resp.Header, time.Now())
	e.Challenge = strings.Contains(strings.Join(resp.Header[challengeKey], " "), "insufficient_claims")
	if r, ok := wire.ReadRefusal(body); ok {
		e.Code, e.Message, e.Details = r.Code, r.Message, r.Details
		if e.RequestID == "" {
			e.RequestID = r.RequestID
		}
		return e
	}
	if resp.StatusCode == http.StatusProxyAuthRequired {
		return &netfail.Error{Kind: netfail.ProxyAuth, Host: c.origin.Host, Status: resp.StatusCode, Schemes: transport.Schemes(resp.Header),
			Page: transport.PageOf(resp.StatusCode, resp.Header, body)}
	}
	// A gateway of Graph sends a request ID. A proxy on the way to it does not.
	if e.RequestID == "" && resp.Header.Get("X-Ms-Ags-Diagnostic") == "" && transport.IsPage(body) {
		return c.wrong(resp, body)
	}
	gateway := resp.StatusCode >= 500 && resp.StatusCode != http.StatusNetworkAuthenticationRequired
	throttled := resp.StatusCode == http.StatusTooManyRequests
	if len(body) > 0 && !gateway && !throttled || resp.StatusCode < 400 {
		return c.wrong(resp, body)
	}
	e.Page = transport.PageOf(resp.StatusCode, resp.Header, body)
	return e
}

// wrong returns the error for an answer that cannot come from Graph.
func (c *Client) wrong(resp *http.Response, body []byte) error {
	e := &netfail.Error{
		Kind: netfail.WrongAnswer, Host: c.origin.Host, Reason: netfail.NotJSON,
		Page: transport.PageOf(resp.StatusCode, resp.Header, body),
	}
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		e.Reason = netfail.Redirect
	case len(body) == 0:
		e.Reason = netfail.EmptyAnswer
	case wire.LooksJSON(body):
		e.Reason = netfail.MissingField
	}
	return e
}

// need adds the required permission to an error of Graph.
func need(err error, permission string) error {
	if e := asError(err); e != nil {
		e.Need = permission
	}
	return err
}
