package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/neutral"
)

// Certificate is what an untrusted server presented. All strings are neutral.
type Certificate struct {
	Subject, Issuer     string
	NotBefore, NotAfter time.Time
	Problem             CertificateProblem
}

// CertificateProblem says why a certificate was refused.
type CertificateProblem string

// The problems that are told apart. An unknown issuer for a Microsoft host
// name is typical of a proxy that inspects TLS.
const (
	UnknownIssuer CertificateProblem = "unknown-issuer"
	WrongHost     CertificateProblem = "wrong-host"
	OutsideDates  CertificateProblem = "outside-dates" // or this machine's clock is wrong
	OtherProblem  CertificateProblem = "other"
)

func readTLS(err error, e *NetworkError) bool {
	var verify *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &verify):
		e.Kind, e.Certificate = TLS, presented(verify)
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		// Something answered in clear text where TLS was spoken to it.
		e.Kind, e.Reason = WrongAnswer, NotTLS
	case isAlert(err):
		e.Kind = TLS
	default:
		return false
	}
	return true
}

// isAlert reports a TLS alert of either side, which crypto/tls wraps in an
// OpError of these names.
func isAlert(err error) bool {
	var oe *net.OpError
	return errors.As(err, &oe) && (oe.Op == "remote error" || oe.Op == "local error")
}

func presented(v *tls.CertificateVerificationError) *Certificate {
	c := &Certificate{Problem: problem(v.Err)}
	if len(v.UnverifiedCertificates) > 0 {
		leaf := v.UnverifiedCertificates[0]
		c.Subject = neutral.Bound(leaf.Subject.String(), 200)
		c.Issuer = neutral.Bound(leaf.Issuer.String(), 200)
		c.NotBefore, c.NotAfter = leaf.NotBefore, leaf.NotAfter
	}
	return c
}

func problem(err error) CertificateProblem {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return UnknownIssuer
	case errors.As(err, &host):
		return WrongHost
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return OutsideDates
	}
	return OtherProblem
}
