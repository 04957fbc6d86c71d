package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Kind says what kept an exchange from happening, more finely than the causes.
type Kind string

// The kinds of failure on the way to Entra or Graph.
const (
	DNS          Kind = "dns"         // the host name does not resolve
	Refused      Kind = "refused"     // the port is closed
	Reset        Kind = "reset"       // the connection was cut
	Unreachable  Kind = "unreachable" // no route to the host
	Timeout      Kind = "timeout"     // no answer in time
	TLS          Kind = "tls"         // the server's certificate or handshake
	ProxyAuth    Kind = "proxy-auth"  // the proxy answered 407
	ProxyRefused Kind = "proxy-refused"
	ProxyAddress Kind = "proxy-address" // HTTPS_PROXY is malformed
	WrongAnswer  Kind = "wrong-answer"  // not from Entra or Graph, see Page
	Cancelled    Kind = "cancelled"     // the user interrupted
	Other        Kind = "other"
)

// NetworkError is why no answer of the service could be had. It holds nothing
// of the libraries' own error texts, which can carry requests and secrets.
type NetworkError struct {
	Kind Kind
	Host string // host, or host:port, that was asked
	// Proxy is the host:port of the proxy that failed, empty where none did.
	Proxy   string
	Status  int      // of a proxy's refusal
	Schemes []string // of authentication that a proxy offers
	// Certificate is what an untrusted server presented, nil where unknown.
	Certificate *Certificate
	// Page describes a wrong answer, and Reason says in what it is wrong.
	Page   *Page
	Reason Reason
	after  error // context.Canceled or DeadlineExceeded, for errors.Is
}

// Unwrap gives context.Canceled or context.DeadlineExceeded where one of them
// ended the exchange.
func (e *NetworkError) Unwrap() error { return e.after }

// Cause is the root cause that the failure stands for. A cut connection and a
// missing route count as a refused one, the closest of the closed list.
func (e *NetworkError) Cause() causes.ID {
	switch e.Kind {
	case DNS:
		return causes.DNSFailure
	case Refused, Reset, Unreachable:
		return causes.ConnectionRefused
	case Timeout:
		return causes.ConnectionTimeout
	case TLS:
		return causes.TLSUntrusted
	case ProxyAuth:
		return causes.ProxyAuthentication
	case ProxyAddress:
		return causes.ConfigIncomplete
	case WrongAnswer, ProxyRefused:
		return causes.AnswerNotFromEntra
	}
	return causes.Unknown
}

// Classify reads what went wrong out of an error of net/http or of a library
// above it. It returns nil for nil.
func Classify(err error) *NetworkError {
	if err == nil {
		return nil
	}
	if known := (*NetworkError)(nil); errors.As(err, &known) {
		return known
	}
	e := &NetworkError{Kind: Other, Host: hostOf(err)}
	for _, read := range []func(error, *NetworkError) bool{
		readCancel, readProxy, readSOCKS, readTLS, readDNS, readSyscall, readTimeout, readCut,
	} {
		if read(err, e) {
			break
		}
	}
	readProxyDial(err, e)
	return e
}

func hostOf(err error) string {
	var ue *url.Error
	if !errors.As(err, &ue) {
		return ""
	}
	u, err := url.Parse(ue.URL)
	if err != nil {
		return ""
	}
	return neutral.Bound(u.Host, 260)
}

func readCancel(err error, e *NetworkError) bool {
	if !errors.Is(err, context.Canceled) {
		return false
	}
	e.Kind, e.after = Cancelled, context.Canceled
	return true
}

func readProxy(err error, e *NetworkError) bool {
	if errors.Is(err, errProxyAddress) {
		e.Kind = ProxyAddress
		return true
	}
	var pe *ProxyError
	if !errors.As(err, &pe) {
		return false
	}
	e.Kind, e.Proxy, e.Status, e.Schemes = ProxyRefused, pe.Proxy, pe.Status, pe.Schemes
	if pe.Status == http.StatusProxyAuthRequired {
		e.Kind = ProxyAuth
	}
	return true
}

// readSOCKS reads the refusals of a SOCKS proxy, which net/http has as texts of
// its own. What is no refusal is read like any other failure, see readProxyDial.
func readSOCKS(err error, e *NetworkError) bool {
	oe := socksError(err)
	if oe == nil || oe.Err == nil {
		return false
	}
	switch text := oe.Err.Error(); {
	case strings.Contains(text, "authentication"), strings.Contains(text, "username"):
		e.Kind = ProxyAuth
	case strings.HasPrefix(text, "unknown error "): // so net/http calls the proxy's own codes
		e.Kind = ProxyRefused
	default:
		return false
	}
	return true
}

// socksError is the part of an error that is about a SOCKS proxy, if any.
func socksError(err error) *net.OpError {
	var oe *net.OpError
	if !errors.As(err, &oe) || !strings.HasPrefix(oe.Op, "socks") {
		return nil
	}
	return oe
}

func readDNS(err error, e *NetworkError) bool {
	var de *net.DNSError
	if !errors.As(err, &de) {
		return false
	}
	e.Kind = DNS
	return true
}

func readSyscall(err error, e *NetworkError) bool {
	for number, kind := range map[syscall.Errno]Kind{
		errRefused: Refused, errReset: Reset, errTimedOut: Timeout,
		errNetUnreach: Unreachable, errHostUnreach: Unreachable,
	} {
		if errors.Is(err, number) {
			e.Kind = kind
			return true
		}
	}
	return false
}

func readTimeout(err error, e *NetworkError) bool {
	var ne net.Error
	late := errors.Is(err, context.DeadlineExceeded)
	if !late && (!errors.As(err, &ne) || !ne.Timeout()) {
		return false
	}
	e.Kind = Timeout
	if late {
		e.after = context.DeadlineExceeded
	}
	return true
}

func readCut(err error, e *NetworkError) bool {
	switch {
	case errors.Is(err, ErrBodyTooLarge):
		e.Kind, e.Reason = WrongAnswer, TooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		e.Kind = Reset
	default:
		return false
	}
	return true
}

// readProxyDial names the proxy where it was the proxy that could not be had.
func readProxyDial(err error, e *NetworkError) {
	if oe := socksError(err); oe != nil && e.Kind != Cancelled {
		e.Proxy = "the proxy"
		if oe.Source != nil {
			e.Proxy = neutral.Bound(oe.Source.String(), 260)
		}
		return
	}
	var outer, inner *net.OpError
	if !errors.As(err, &outer) || outer.Op != "proxyconnect" {
		return
	}
	e.Proxy = "the proxy"
	if errors.As(outer.Err, &inner) && inner.Addr != nil {
		e.Proxy = inner.Addr.String()
	}
	if de := (*net.DNSError)(nil); errors.As(outer.Err, &de) {
		e.Proxy = neutral.Bound(de.Name, 253)
	}
}
