package transport

import "syscall"

// Winsock's own numbers, which package syscall does not equate with the POSIX
// names it invents on Windows.
const (
	errRefused     = syscall.Errno(10061) // WSAECONNREFUSED
	errReset       = syscall.Errno(10054) // WSAECONNRESET
	errNetUnreach  = syscall.Errno(10051) // WSAENETUNREACH
	errHostUnreach = syscall.Errno(10065) // WSAEHOSTUNREACH
	errTimedOut    = syscall.Errno(10060) // WSAETIMEDOUT
)
