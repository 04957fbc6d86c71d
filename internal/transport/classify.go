package transport

import (
	"cmp"
	"compress/gzip"
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

// Classify finds the cause of an error from net/http or from a library that uses it. It
// returns nil for nil.
func Classify(err error) *netfail.Error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*netfail.Error](err); ok {
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
	readRoute(err, e)
	return e
}

func hostOf(err error) string {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		if u, err := url.Parse(ue.URL); err == nil {
			return neutral.Bound(u.Host, 260)
		}
	}
	return ""
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
	pe, ok := errors.AsType[*proxyError](err)
	if !ok {
		return false
	}
	e.Kind, e.Proxy, e.Status, e.Schemes = netfail.ProxyRefused, pe.Proxy, pe.Status, pe.Schemes
	if pe.Status == http.StatusProxyAuthRequired {
		e.Kind = netfail.ProxyAuth
	}
	return true
}

// readSOCKS recognises refusals by a SOCKS proxy, for which net/http has only texts. Other
// failures on the way to the proxy are classified like any failure; see readRoute.
func readSOCKS(err error, e *netfail.Error) bool {
	oe := socksError(err)
	if oe == nil || oe.Err == nil {
		return false
	}
	switch text := oe.Err.Error(); {
	case strings.Contains(text, "authentication"), strings.Contains(text, "username"):
		e.Kind = netfail.ProxyAuth
	case strings.HasPrefix(text, "unknown error "): // net/http's text for the proxy's codes
		e.Kind = netfail.ProxyRefused
	default:
		return false
	}
	return true
}

// socksError returns the error of the connection to a SOCKS proxy, or nil.
func socksError(err error) *net.OpError {
	if oe, ok := errors.AsType[*net.OpError](err); ok && strings.HasPrefix(oe.Op, "socks") {
		return oe
	}
	return nil
}

func readDNS(err error, e *netfail.Error) bool {
	_, ok := errors.AsType[*net.DNSError](err)
	if ok {
		e.Kind = netfail.DNS
	}
	return ok
}

func readSyscall(err error, e *netfail.Error) bool {
	number, _ := errors.AsType[syscall.Errno](err)
	kind := kindOf(number)
	if kind != "" {
		e.Kind = kind
	}
	return kind != ""
}

func readTimeout(err error, e *netfail.Error) bool {
	late := errors.Is(err, context.DeadlineExceeded)
	if ne, ok := errors.AsType[net.Error](err); !late && (!ok || !ne.Timeout()) {
		return false
	}
	e.Kind = netfail.Timeout
	if f, ok := errors.AsType[*failed](err); late && !(ok && f.phase) {
		e.After = context.DeadlineExceeded
	}
	return true
}

func readCut(err error, e *netfail.Error) bool {
	switch text := err.Error(); {
	case errors.Is(err, errBodyTooLarge):
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.TooLarge
	case strings.Contains(text, "malformed HTTP"): // net/http's text
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.NotHTTP
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), strings.Contains(text, "flate: corrupt"):
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.Garbled
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), isHTTP2(text):
		e.Kind = netfail.Reset
	default:
		return false
	}
	return true
}

// isHTTP2 reports whether a text is that of an error of HTTP/2, by which the other side ended
// the request: net/http does not export their types.
func isHTTP2(text string) bool {
	return strings.Contains(text, "stream error: stream ID ") || strings.Contains(text, "http2: ") ||
		strings.Contains(text, "connection error: ") && strings.HasSuffix(text, "_ERROR")
}

// readRoute adds the proxy: as Proxy if it was the proxy that could not be reached.
func readRoute(err error, e *netfail.Error) {
	var proxy string
	if f, ok := errors.AsType[*failed](err); ok {
		proxy = f.proxy
	}
	switch outer, ok := errors.AsType[*net.OpError](err); {
	case e.Proxy != "" || e.Kind == netfail.Cancelled || e.Kind == netfail.ProxyAddress:
	case socksError(err) != nil, ok && outer.Op == "proxyconnect":
		e.Proxy = cmp.Or(proxy, "the proxy")
	default:
		e.Through = proxy
	}
}
