//go:build !windows

package transport

import (
	"syscall"

	"github.com/spcheck/spcheck/internal/netfail"
)

// kindOf returns the kind of failure that a number of the system means, or nothing.
func kindOf(number syscall.Errno) netfail.Kind {
	switch number {
	case syscall.ECONNREFUSED:
		return netfail.Refused
	case syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE:
		return netfail.Reset
	case syscall.ETIMEDOUT:
		return netfail.Timeout
	case syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN:
		return netfail.Unreachable
	case syscall.EACCES, syscall.EPERM:
		return netfail.Blocked
	}
	return ""
}
