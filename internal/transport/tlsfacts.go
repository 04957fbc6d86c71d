package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/neutral"
)

func readTLS(err error, e *netfail.Error) bool {
	var verify *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case errors.As(err, &verify):
		e.Kind, e.Certificate = netfail.TLS, presented(verify)
	case errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		// Something answered in clear text where TLS was spoken to it.
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.NotTLS
	case isAlert(err):
		e.Kind = netfail.TLS
		if strings.Contains(err.Error(), "protocol version") || strings.Contains(err.Error(), "insufficient security") {
			e.Kind = netfail.TLSVersion // as crypto/tls words the alerts 70 and 71
		}
	case strings.Contains(err.Error(), "tls: server selected unsupported protocol version"):
		e.Kind = netfail.TLSVersion
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

func presented(v *tls.CertificateVerificationError) *netfail.Certificate {
	c := &netfail.Certificate{Problem: problem(v.Err)}
	if len(v.UnverifiedCertificates) > 0 {
		leaf := v.UnverifiedCertificates[0]
		c.Subject = neutral.Bound(leaf.Subject.String(), 200)
		c.Issuer = neutral.Bound(leaf.Issuer.String(), 200)
		c.NotBefore, c.NotAfter = leaf.NotBefore, leaf.NotAfter
	}
	return c
}

func problem(err error) netfail.CertificateProblem {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return netfail.UnknownIssuer
	case errors.As(err, &host):
		return netfail.WrongHost
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return netfail.OutsideDates
	}
	return netfail.OtherProblem
}
