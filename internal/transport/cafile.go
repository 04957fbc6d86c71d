package transport

import (
	"crypto/x509"
	"errors"
	"io"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
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
	// Before it is read: whoever can write it can read what is sent.
	var untrusted *trust.Error
	if _, err := os.Stat(file); err == nil && errors.As(trust.File(file), &untrusted) {
		return nil, foreignCAs{untrusted}
	}
	data, err := readBounded(file, maxCAFile)
	if err != nil {
		return nil, unusableCAs(file, fileReason(err))
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

func readBounded(file string, limit int64) ([]byte, error) {
	// Before opening, which would wait for a writer where the path is a pipe.
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, msg.Error(msg.New("it is not a regular file"))
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = msg.Error(msg.New("it is too large"))
	}
	return data, err
}

// fileReason is why a file cannot be read, without its path.
func fileReason(err error) msg.Text {
	var worded msg.Worded
	if errors.As(err, &worded) {
		return worded.Text()
	}
	return msg.OfSystem(err)
}
