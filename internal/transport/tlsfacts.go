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
	verify, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	text := err.Error()
	switch {
	case unverified:
		e.Kind, e.Certificate = netfail.TLS, presented(verify)
	case plain, errors.Is(err, http.ErrSchemeMismatch): // answered in clear text
		e.Kind, e.Reason = netfail.WrongAnswer, netfail.NotTLS
	case isAlert(err):
		e.Kind = netfail.TLS
		// crypto/tls's texts for the alerts 70 and 71
		if strings.Contains(text, "protocol version") || strings.Contains(text, "insufficient security") {
			e.Kind = netfail.TLSVersion
		}
	case strings.Contains(text, "tls: server selected unsupported protocol version"):
		e.Kind = netfail.TLSVersion
	default:
		return false
	}
	return true
}

// isAlert reports a TLS alert from either side. crypto/tls wraps it in an OpError with one
// of these names.
func isAlert(err error) bool {
	oe, ok := errors.AsType[*net.OpError](err)
	return ok && (oe.Op == "remote error" || oe.Op == "local error")
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
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	switch {
	case errors.As(err, &x509.UnknownAuthorityError{}):
		return netfail.UnknownIssuer
	case errors.As(err, &x509.HostnameError{}):
		return netfail.WrongHost
	case invalid.Cert != nil && invalid.Reason == x509.Expired:
		return netfail.OutsideDates
	}
	return netfail.OtherProblem
}
