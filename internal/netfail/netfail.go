// Package netfail describes failed requests to a service as values: what happened, at
// which host, and what was answered. Other packages decide what it means.
package netfail

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Kind is the kind of failure.
type Kind string

const (
	DNS          Kind = "dns"         // the host name does not resolve
	Refused      Kind = "refused"     // the port is closed
	Reset        Kind = "reset"       // the connection was cut
	Unreachable  Kind = "unreachable" // no route to the host
	Blocked      Kind = "blocked"     // this machine does not allow the connection
	Timeout      Kind = "timeout"     // no answer in time
	TLS          Kind = "tls"         // the server's certificate or handshake
	TLSVersion   Kind = "tls-version" // no TLS version or cipher in common
	ProxyAuth    Kind = "proxy-auth"  // the proxy answered 407
	ProxyRefused Kind = "proxy-refused"
	ProxyAddress Kind = "proxy-address" // HTTPS_PROXY is malformed
	WrongAnswer  Kind = "wrong-answer"  // not from the service, see Page
	Throttled    Kind = "throttled"     // the service answered 429
	Unavailable  Kind = "unavailable"   // the service answered 5xx
	Cancelled    Kind = "cancelled"     // the user interrupted
	Other        Kind = "other"
)

// Reason says what is wrong with an answer.
type Reason string

// Reasons why an answer does not come from the service.
const (
	NotJSON      Reason = "not-json"      // HTML or another type
	EmptyAnswer  Reason = "empty"         // an empty body
	Redirect     Reason = "redirect"      // Entra and Graph never redirect
	MissingField Reason = "missing-field" // JSON without a required field
	TooLarge     Reason = "too-large"
	NotTLS       Reason = "not-tls"      // plain text on a TLS port
	NotHTTP      Reason = "not-http"     // another protocol
	Garbled      Reason = "garbled"      // it cannot be decompressed
	ForeignHost  Reason = "foreign-host" // it names a host that must not receive a secret
	ForeignLink  Reason = "foreign-link" // the next page is at another host
	LinkLoop     Reason = "link-loop"    // the next page was already read
)

// Error describes a failed request. It contains no error texts of libraries, which may
// contain requests and secrets. All strings are neutralised.
type Error struct {
	Kind Kind
	Host string // host or host:port of the request
	// Proxy is the host:port of the proxy that failed, or empty. Through is that of a proxy
	// that the request took, if what failed may also be behind it.
	Proxy   string
	Through string
	Status  int      // HTTP status of a proxy or of a service that is throttling or failing
	Schemes []string // authentication schemes that a proxy offers
	// Certificate is the untrusted certificate of the server, or nil.
	Certificate *Certificate
	// Page describes a wrong answer, and Reason says what is wrong with it.
	Page   *Page
	Reason Reason
	// RetryAfter is how long the service asked to wait, if spcheck did not wait that
	// long. Zero means that it did not say.
	RetryAfter time.Duration
	// After is context.Canceled or context.DeadlineExceeded if one of them ended the
	// request.
	After error
}

// Later reports whether the service itself answered, and asked to try again later.
func (e *Error) Later() bool { return e.Kind == Throttled || e.Kind == Unavailable }

// TimeLimit reports whether the time limit of the run ended the request.
func (e *Error) TimeLimit() bool {
	return e.Kind == Timeout && errors.Is(e.After, context.DeadlineExceeded)
}

// Foreign reports whether a wrong answer cannot come from the service: a page, a redirect or
// plain text. An incomplete or very large answer can.
func (e *Error) Foreign() bool {
	switch e.Reason {
	case NotTLS, NotHTTP, Redirect, ForeignHost:
		return true
	case NotJSON:
		return e.Page == nil || e.Page.ContentType != "application/json"
	}
	return false
}

// Unwrap returns After.
func (e *Error) Unwrap() error { return e.After }

// Page describes an answer that did not come from the service, such as a captive
// portal's.
type Page struct {
	Status      int
	ContentType string // media type without parameters, or empty
	Title       string // of an HTML page
	Location    string // host of a redirect
	Server, Via string
	Length      int // bytes of the body that were read
}

// Certificate is an untrusted certificate of a server.
type Certificate struct {
	Subject, Issuer     string
	NotBefore, NotAfter time.Time
	Problem             CertificateProblem
}

type CertificateProblem string

// Problems of certificates. An unknown issuer for a Microsoft host name is typical of a
// proxy that inspects TLS.
const (
	UnknownIssuer CertificateProblem = "unknown-issuer"
	WrongHost     CertificateProblem = "wrong-host"
	OutsideDates  CertificateProblem = "outside-dates" // or this machine's clock is wrong
	OtherProblem  CertificateProblem = "other"
)

// Error returns Text in English.
func (e *Error) Error() string { return e.Text().String() }

// Text says what happened, as a clause in lower case without a full stop.
func (e *Error) Text() msg.Text {
	if e.Through != "" {
		return msg.New("%s (through the proxy %s)", e.what(), e.Through)
	}
	return e.what()
}

func (e *Error) what() msg.Text {
	host := msg.Literal(e.Host)
	if e.Host == "" {
		host = msg.New("the service")
	}
	if e.Proxy != "" {
		return e.proxyText(host)
	}
	switch {
	case e.TimeLimit():
		return msg.New("the time limit ended before %s answered", host)
	case e.Kind == TLS:
		return e.tlsText(host)
	case e.Kind == WrongAnswer:
		return e.answerText(host)
	}
	return of(e.Kind, map[Kind]msg.Text{
		DNS:          msg.New("the host name %s does not resolve", host),
		Refused:      msg.New("%s refused the connection", host),
		Reset:        msg.New("the connection to %s was cut", host),
		Unreachable:  msg.New("there is no route to %s", host),
		Blocked:      msg.New("this machine does not allow a connection to %s", host),
		Timeout:      msg.New("%s did not answer in time", host),
		TLSVersion:   msg.New("%s and this program have no TLS version or cipher in common", host),
		Throttled:    msg.New("%s is throttling requests (HTTP status %s)", host, strconv.Itoa(e.Status)),
		Unavailable:  msg.New("the service at %s is failing (HTTP status %s)", host, strconv.Itoa(e.Status)),
		ProxyAuth:    msg.New("a proxy between this machine and %s requires authentication (status %s)", host, strconv.Itoa(e.Status)),
		ProxyAddress: msg.New("the proxy address in the environment (HTTPS_PROXY) is malformed"),
		Cancelled:    msg.New("the request to %s was cancelled", host),
	}, msg.New("the communication with %s failed", host))
}

// of returns the text of a kind, or other.
func of[K comparable](kind K, texts map[K]msg.Text, other msg.Text) msg.Text {
	if t, ok := texts[kind]; ok {
		return t
	}
	return other
}

func (e *Error) proxyText(host msg.Text) msg.Text {
	switch {
	case e.Kind == TLS: // to a proxy whose address starts with https
		return e.tlsText(msg.New("the proxy %s", e.Proxy))
	case e.Kind == ProxyAuth && len(e.Schemes) > 0:
		return msg.New("the proxy %s requires authentication (%s) to connect to %s", e.Proxy, strings.Join(e.Schemes, ", "), host)
	case e.Kind == ProxyRefused && e.Status == 0: // SOCKS has no status
		return msg.New("the proxy %s refused to connect to %s", e.Proxy, host)
	}
	return of(e.Kind, map[Kind]msg.Text{
		DNS:          msg.New("the host name of the proxy %s does not resolve", e.Proxy),
		Refused:      msg.New("the proxy %s refused the connection", e.Proxy),
		Timeout:      msg.New("the proxy %s did not answer in time", e.Proxy),
		ProxyAuth:    msg.New("the proxy %s requires authentication to connect to %s", e.Proxy, host),
		ProxyRefused: msg.New("the proxy %s answered %s instead of connecting to %s", e.Proxy, strconv.Itoa(e.Status), host),
	}, msg.New("the connection to %s through the proxy %s failed", host, e.Proxy))
}

func (e *Error) tlsText(host msg.Text) msg.Text {
	c := e.Certificate
	if c == nil {
		return msg.New("no secure connection to %s could be negotiated", host)
	}
	return of(c.Problem, map[CertificateProblem]msg.Text{
		UnknownIssuer: msg.New("%s presented a certificate whose issuer is not trusted here: %s", host, c.Issuer),
		WrongHost:     msg.New("the certificate that %s presented belongs to another host: %s", host, c.Subject),
		OutsideDates:  msg.New("the certificate that %s presented is only valid from %s to %s", host, c.NotBefore, c.NotAfter),
	}, msg.New("the certificate that %s presented is not trusted: %s", host, c.Subject))
}

func (e *Error) answerText(host msg.Text) msg.Text {
	p := e.Page
	told := of(e.Reason, map[Reason]msg.Text{
		NotTLS:      msg.New("%s answered in plain text where TLS was expected", host),
		NotHTTP:     msg.New("the answer from %s is not HTTP", host),
		Garbled:     msg.New("the answer from %s cannot be decompressed", host),
		TooLarge:    msg.New("the answer from %s is larger than allowed", host),
		ForeignHost: msg.New("the answer from %s names a host that is not part of the sign-in service", host),
		ForeignLink: msg.New("the next page of a list from %s is at another host, so it was not requested", host),
		LinkLoop:    msg.New("a list from %s links back to a page that was already read", host),
	}, msg.Text{})
	switch {
	case !told.IsZero():
		return told
	case p == nil && e.Reason == MissingField:
		return msg.New("the answer from %s is not what was requested", host)
	case p == nil:
		return msg.New("the answer from %s did not come from the service", host)
	case e.Reason == Redirect:
		return msg.New("%s answered with a redirect to %s (status %s)", host, p.Location, strconv.Itoa(p.Status))
	case e.Reason == EmptyAnswer:
		return msg.New("%s gave an empty answer (status %s)", host, strconv.Itoa(p.Status))
	case p.Title != "":
		return msg.New("%s answered with a web page titled “%s” (status %s)", host, p.Title, strconv.Itoa(p.Status))
	case p.ContentType == "":
		return msg.New("%s gave an answer without a content type (status %s)", host, strconv.Itoa(p.Status))
	case e.Reason == NotJSON && p.ContentType == "application/json":
		return msg.New("the answer from %s is incomplete or malformed JSON (status %s)", host, strconv.Itoa(p.Status))
	case e.Reason == NotJSON:
		return msg.New("%s answered with %s (status %s)", host, p.ContentType, strconv.Itoa(p.Status))
	}
	return msg.New("the answer from %s lacks fields that the service always sends (status %s)", host, strconv.Itoa(p.Status))
}
