package sandbox

import (
	"errors"
	"io/fs"
	"net"
	"strings"
	"syscall"
)

// ListenError means that the sandbox could not listen on an address.
type ListenError struct {
	Address string
	Err     error
}

func (e *ListenError) Error() string { return "the sandbox cannot listen on " + e.Address }

func (e *ListenError) Unwrap() error { return e.Err }

// windowsInUse is WSAEADDRINUSE, which package syscall does not define.
const windowsInUse = syscall.Errno(10048)

// Reason returns the reason in a few words.
func (e *ListenError) Reason() string {
	var dns *net.DNSError
	var address *net.AddrError
	switch {
	case errors.Is(e.Err, syscall.EADDRINUSE), errors.Is(e.Err, windowsInUse):
		return "the port is in use"
	case errors.Is(e.Err, fs.ErrPermission):
		return "permission denied"
	case errors.As(e.Err, &dns):
		return "the host name does not resolve"
	case errors.As(e.Err, &address):
		return "the address is malformed"
	}
	text := e.Err.Error()
	return strings.TrimSpace(text[strings.LastIndex(text, ":")+1:])
}

// Loopback reports whether only this machine can reach the sandbox.
func (s *Server) Loopback() bool { return s.loopback }
