package transport

import (
	"crypto/x509"
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/trust"
)

// foreignCAs is the error for a file of extra CAs that somebody else may have written.
type foreignCAs struct{ untrusted *trust.Error }

func (e foreignCAs) Error() string { return e.Text().String() }

// Text implements msg.Worded.
func (e foreignCAs) Text() msg.Text {
	return msg.New("%s, and it decides which servers get the credential", e.untrusted)
}

// Unwrap returns the *trust.Error, which has the cure.
func (e foreignCAs) Unwrap() error { return e.untrusted }

// maxCAFile limits the file, in bytes. The public root set is a quarter of that.
const maxCAFile = 1 << 20

// trusted returns the CAs of the system and of a file. For no file it returns nil, which
// stands for the system's CAs. Go reads those once, which takes 10 ms on Linux, and not
// before the first certificate has arrived; so reading begins here, while it is on its way.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		go func() { _, _ = x509.SystemCertPool() }()
		return nil, nil
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
