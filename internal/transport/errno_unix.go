//go:build !windows

package transport

import "syscall"

const (
	errRefused     = syscall.ECONNREFUSED
	errReset       = syscall.ECONNRESET
	errNetUnreach  = syscall.ENETUNREACH
	errHostUnreach = syscall.EHOSTUNREACH
	errTimedOut    = syscall.ETIMEDOUT
)
