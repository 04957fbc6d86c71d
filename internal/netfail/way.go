// Package netfail holds what can go wrong on the way to a service, as facts: what
// happened, at which host, and what was presented or answered there. What it
// means is judged elsewhere.
package netfail

import "time"

// Kind says what kept an exchange from happening.
type Kind string

// The kinds of failure on the way to Entra or Graph.
const (
	DNS          Kind = "dns"         // the host name does not resolve
	Refused      Kind = "refused"     // the port is closed
	Reset        Kind = "reset"       // the connection was cut
	Unreachable  Kind = "unreachable" // no route to the host
	Timeout      Kind = "timeout"     // no answer in time
	TLS          Kind = "tls"         // the server's certificate or handshake
	TLSVersion   Kind = "tls-version" // no TLS version or cipher in common
	ProxyAuth    Kind = "proxy-auth"  // the proxy answered 407
	ProxyRefused Kind = "proxy-refused"
	ProxyAddress Kind = "proxy-address" // HTTPS_PROXY is malformed
	WrongAnswer  Kind = "wrong-answer"  // not the service's, see Page
	Throttled    Kind = "throttled"     // the service answered 429
	Unavailable  Kind = "unavailable"   // the service answered 5xx
	Cancelled    Kind = "cancelled"     // the user interrupted
	Other        Kind = "other"
)

// Reason says in what an answer is wrong.
type Reason string

// The ways in which an answer can be somebody else's.
const (
	NotJSON      Reason = "not-json"      // HTML or another type
	EmptyAnswer  Reason = "empty"         // nothing where something must be
	Redirect     Reason = "redirect"      // neither Entra nor Graph redirects
	MissingField Reason = "missing-field" // JSON without what the service always sends
	TooLarge     Reason = "too-large"
	NotTLS       Reason = "not-tls"      // clear text on a TLS port
	ForeignHost  Reason = "foreign-host" // it names a host that must not get a secret
	ForeignLink  Reason = "foreign-link" // a list goes on at another host
	LinkLoop     Reason = "link-loop"    // a list leads back to a page that was read
)

// Error is why no answer of a service could be had, or whose answer came in its
// place. It holds nothing of the libraries' own error texts, which can carry
// requests and secrets. All strings are neutral.
type Error struct {
	Kind Kind
	Host string // host, or host:port, that was asked
	// Proxy is the host:port of the proxy that failed, empty where none did.
	Proxy   string
	Status  int      // of a proxy's refusal, or of a service that says "later"
	Schemes []string // of authentication that a proxy offers
	// Certificate is what an untrusted server presented, nil where unknown.
	Certificate *Certificate
	// Page describes a wrong answer, and Reason says in what it is wrong.
	Page   *Page
	Reason Reason
	// RetryAfter is what a throttling or failing service asked for and was not
	// waited for any more, 0 where it did not say.
	RetryAfter time.Duration
	// After is context.Canceled or context.DeadlineExceeded where one of them
	// ended the exchange.
	After error
}

// Later reports whether the service itself answered, and asked to try again later.
func (e *Error) Later() bool { return e.Kind == Throttled || e.Kind == Unavailable }

// Unwrap gives what ended the exchange from here.
func (e *Error) Unwrap() error { return e.After }

// Page describes an answer that came from somebody else than the service that
// was asked, such as a captive portal or a filter.
type Page struct {
	Status      int
	ContentType string // media type without parameters, empty where none was sent
	Title       string // of an HTML page
	Location    string // host that a redirect leads to
	Server, Via string
	Length      int // bytes of the body that were seen
}

// Certificate is what an untrusted server presented.
type Certificate struct {
	Subject, Issuer     string
	NotBefore, NotAfter time.Time
	Problem             CertificateProblem
}

// CertificateProblem says why a certificate was refused.
type CertificateProblem string

// The problems that are distinguished. An unknown issuer for a Microsoft host
// name is typical of a proxy that inspects TLS.
const (
	UnknownIssuer CertificateProblem = "unknown-issuer"
	WrongHost     CertificateProblem = "wrong-host"
	OutsideDates  CertificateProblem = "outside-dates" // or this machine's clock is wrong
	OtherProblem  CertificateProblem = "other"
)
