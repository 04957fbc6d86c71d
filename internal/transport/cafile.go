package transport

import (
	"crypto/x509"
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/trust"
)

// foreignCAs is that somebody else may have written the file of extra CAs.
type foreignCAs struct{ untrusted *trust.Error }

func (e foreignCAs) Error() string { return e.Text().String() }

// Text implements msg.Worded.
func (e foreignCAs) Text() msg.Text {
	return msg.New("%s, and it decides which servers get the credential", e.untrusted)
}

// Unwrap gives the *trust.Error, which knows what to do about it.
func (e foreignCAs) Unwrap() error { return e.untrusted }

// maxCAFile bounds the file; the whole public root set has a quarter of that.
const maxCAFile = 1 << 20

func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil // the system's, read on first use
	}
	// Whoever can write the file can read what is sent.
	data, err := smallfile.ReadTrusted(file, maxCAFile)
	var untrusted *trust.Error
	switch {
	case errors.As(err, &untrusted):
		return nil, foreignCAs{untrusted}
	case err != nil:
		return nil, unusableCAs(file, msg.Of(err))
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, unusableCAs(file, msg.New("it contains no PEM certificate"))
	}
	return pool, nil
}

func unusableCAs(file string, reason msg.Text) error {
	return msg.Error(msg.New("the CA file cannot be used: %s: %s", file, reason))
}
