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

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Classify reads what went wrong out of an error of net/http or of a library
// above it. It returns nil for nil.
func Classify(err error) *netfail.Error {
	if err == nil {
		return nil
	}
	if known := (*netfail.Error)(nil); errors.As(err, &known) {
		return known
	}
	e := &netfail.Error{Kind: netfail.Other, Host: hostOf(err)}
	for _, read := range []func(error, *netfail.Error) bool{
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

func readCancel(err error, e *netfail.Error) bool {
	if !errors.Is(err, context.Canceled) {
		return false
	}
	e.Kind, e.After = netfail.Cancelled, context.Canceled
	return true
}

func readProxy(err error, e *netfail.Error) bool {
	if errors.Is(err, errProxyAddress) {
		e.Kind = netfail.ProxyAddress
		return true
	}
	var pe *proxyError
	if !errors.As(err, &pe) {
		return false
	}
	e.Kind, e.Proxy, e.Status, e.Schemes = netfail.ProxyRefused, pe.Proxy, pe.Status, pe.Schemes
	if pe.Status == http.StatusProxyAuthRequired {
		e.Kind = netfail.ProxyAuth
	}
	return true
}

// readSOCKS reads the refusals of a SOCKS proxy, which net/http has as texts of
// its own. What is no refusal is read like any other failure, see readProxyDial.
func readSOCKS(err error, e *netfail.Error) bool {
	oe := socksError(err)
	if oe == nil || oe.Err == nil {
		return false
	}
	switch text := oe.Err.Error(); {
	case strings.Contains(text, "authentication"), strings.Contains(text, "username"):
		e.Kind = netfail.ProxyAuth
	case strings.HasPrefix(text, "unknown error "): // so net/http calls the proxy's own codes
		e.Kind = netfail.ProxyRefused
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

func readDNS(err error, e *netfail.Error) bool {
	var de *net.DNSError
	if !errors.As(err, &de) {
		return false
	}
	e.Kind = netfail.DNS
	return true
}

func readSyscall(err error, e *netfail.Error) bool {
	for number, kind := range map[syscall.Errno]netfail.Kind{
		errRefused: netfail.Refused, errReset: netfail.Reset, errTimedOut: netfail.Timeout,
		errNetUnreach: netfail.Unreachable, errHostUnreach: netfail.Unreachable,
	} {
		if errors.Is(err, number) {
			e.Kind = kind
			return true
		}
	}
	return false
}

func readTimeout(err error, e *netfail.Error) bool {
	var ne net.Error
	late := errors.Is(err, context.DeadlineExceeded)
	if !late && (!errors.As(err, &ne) || !ne.Timeout()) {
		return false
	}
	e.Kind = netfail.Timeout
	if late {
		e.After = context.DeadlineExceeded
	}
	return true
}

func readCut(err error, e *netfail.Error) bool {
	switch {
	case errors.Is(err, errBodyTooLarge):
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.TooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		e.Kind = netfail.Reset
	default:
		return false
	}
	return true
}

// readProxyDial names the proxy where it was the proxy that could not be had.
func readProxyDial(err error, e *netfail.Error) {
	if oe := socksError(err); oe != nil && e.Kind != netfail.Cancelled {
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
