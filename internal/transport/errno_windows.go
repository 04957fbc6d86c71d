package transport

import "syscall"

// Numbers of Winsock. The POSIX names that package syscall defines on Windows have other
// values.
const (
	errRefused     = syscall.Errno(10061) // WSAECONNREFUSED
	errReset       = syscall.Errno(10054) // WSAECONNRESET
	errNetUnreach  = syscall.Errno(10051) // WSAENETUNREACH
	errHostUnreach = syscall.Errno(10065) // WSAEHOSTUNREACH
	errTimedOut    = syscall.Errno(10060) // WSAETIMEDOUT
)
