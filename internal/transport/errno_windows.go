package transport

import (
	"syscall"

	"github.com/spcheck/spcheck/internal/netfail"
)

// kindOf returns the kind of failure that a number of Winsock means, or nothing. The POSIX
// names that package syscall defines on Windows have other values.
func kindOf(number syscall.Errno) netfail.Kind {
	switch number {
	case 10061: // WSAECONNREFUSED
		return netfail.Refused
	case 10054, 10053, 10058: // WSAECONNRESET, WSAECONNABORTED, WSAESHUTDOWN
		return netfail.Reset
	case 10060: // WSAETIMEDOUT
		return netfail.Timeout
	case 10051, 10065, 10050: // WSAENETUNREACH, WSAEHOSTUNREACH, WSAENETDOWN
		return netfail.Unreachable
	case 10013: // WSAEACCES, typically of a firewall
		return netfail.Blocked
	}
	return ""
}
