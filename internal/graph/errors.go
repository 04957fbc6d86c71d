package graph

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/transport"
)

var errBuild = errors.New("the request to Microsoft Graph could not be built")

// Least application permissions for the requests of this package, from Microsoft's
// published permission descriptions (devx-content, August 2026).
const (
	NeedApplications = "Application.Read.All"
	NeedPolicies     = "Policy.Read.All"
	needLogs         = "AuditLog.Read.All"
	needOrganization = "Organization.Read.All"
	needRoles        = "RoleManagement.Read.Directory"
	// A user synchronization reads more than the basic profile of users and groups, for
	// which lesser permissions would do.
	needUsers  = "User.Read.All"
	needGroups = "Group.Read.All"
	// NeedPasswords is sufficient for objects that the caller owns.
	NeedPasswords = "Application.ReadWrite.OwnedBy"
)

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

// Text describes Graph's answer in a clause without a full stop.
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

// Unlicensed reports whether the tenant lacks the licence (Entra ID P1 or P2) for logs and
// reports.
func (e *Error) Unlicensed() bool { return strings.Contains(e.Code, "NonPremiumTenant") }

// IsForbidden reports whether a permission is missing. A full quota has status 403 as well.
func IsForbidden(err error) bool {
	e := asError(err)
	return (e.Status == http.StatusForbidden || e.Code == "Authorization_RequestDenied") && !e.Unlicensed() && e.Code != quotaExceeded
}

// quotaExceeded is the code for too many objects or references (Graph's error codes).
const quotaExceeded = "Directory_QuotaExceeded"

// Full reports whether a limit was reached: the quota of objects, or the size of one.
func (e *Error) Full() bool {
	return e.Code == quotaExceeded || e.Code == "Directory_ResourceSizeExceeded"
}

// IsNotFound reports whether the object does not exist.
func IsNotFound(err error) bool {
	e := asError(err)
	return e.Status == http.StatusNotFound || e.Code == "Request_ResourceNotFound"
}

// isUnsupported reports whether Graph does not support this kind of query.
func isUnsupported(err error) bool {
	status := asError(err).Status
	return status == http.StatusBadRequest || status == http.StatusNotImplemented
}

// asError returns Graph's answer, or one with no status for any other error.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{}
}

// explain converts errors of the SDK to errors of this package or of package transport.
// The SDK's own texts can contain URLs, bodies and headers.
func (c *Client) explain(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*TokenError](err); ok {
		return e
	}
	if errors.Is(err, errBuild) {
		return errBuild
	}
	e := transport.Classify(err)
	if e.Host == "" {
		e.Host = c.origin.Host
	}
	return e
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
	// Graph and its gateways send a request ID. A proxy on the way to them does not.
	own := e.RequestID != "" || resp.Header.Get("X-Ms-Ags-Diagnostic") != ""
	if r, ok := wire.ReadRefusal(body); ok && (own || r.Code != "") {
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
	outage := resp.StatusCode >= 500 && resp.StatusCode != http.StatusNetworkAuthenticationRequired ||
		resp.StatusCode == http.StatusTooManyRequests
	// A filter's bare 403 or 404 says nothing about permissions or objects.
	if !own && transport.IsPage(body) || resp.StatusCode < 400 || !outage && (!own || len(body) > 0) {
		return c.wrong(resp, body)
	}
	e.Page = transport.PageOf(resp.StatusCode, resp.Header, body)
	return e
}

// wrong returns the error for an answer that cannot come from Graph.
func (c *Client) wrong(resp *http.Response, body []byte) error {
	e := malformed(c.origin, netfail.NotJSON)
	e.Page = transport.PageOf(resp.StatusCode, resp.Header, body)
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

func malformed(origin *url.URL, reason netfail.Reason) *netfail.Error {
	return &netfail.Error{Kind: netfail.WrongAnswer, Reason: reason, Host: origin.Host}
}

// incomplete returns the error for an answer that lacks a field.
func (c *Client) incomplete() error { return malformed(c.origin, netfail.MissingField) }

// need adds the required permission to an error of Graph.
func need(err error, permission string) error {
	asError(err).Need = permission
	return err
}
