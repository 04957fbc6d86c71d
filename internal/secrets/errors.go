package secrets

import (
	"errors"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Errors of a source or of its content, for errors.Is.
var (
	// ErrMissing: the source was read and is empty or unset.
	ErrMissing = errors.New("nothing there")
	// ErrKeyMismatch: the private key belongs to no certificate in the file.
	ErrKeyMismatch = errors.New("the private key is not the certificate's")
	// ErrKeyType: this type of key cannot be used to sign in.
	ErrKeyType = errors.New("unsupported kind of key")
	// ErrNotJWT: the federated token file has no signed JWT.
	ErrNotJWT = errors.New("not a JWT")
)

// SourceError says why a credential could not be read. Neither it nor anything it wraps
// contains a part of the secret.
type SourceError struct {
	// Origin is the source, as in Credential.Origin.
	Origin origin.Origin
	// Reason says what is wrong, for people.
	Reason msg.Text
	// Is is one of the errors of this package or the cause, such as an error of the
	// operating system. It may be nil.
	Is error
}

// Error returns Text in English.
func (e *SourceError) Error() string { return e.Text().String() }

// Text returns the source and the reason.
func (e *SourceError) Text() msg.Text {
	if e.Origin == (origin.Origin{}) {
		return e.Reason
	}
	return msg.New("%s: %s", e.Origin.Text(), e.Reason)
}

// Unwrap returns Is.
func (e *SourceError) Unwrap() error { return e.Is }

// Reason says for people what is wrong, without the source.
func Reason(err error) msg.Text {
	if e, ok := errors.AsType[*SourceError](err); ok {
		return e.Reason
	}
	return msg.Of(err)
}

// wrong returns an error for a source whose content was read but cannot be used.
func wrong(reason msg.Text) *SourceError { return &SourceError{Reason: reason} }

func missing(reason msg.Text) *SourceError { return &SourceError{Is: ErrMissing, Reason: reason} }

// from adds the origin to an error. Its text is the error's for people.
func (c *Credential) from(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*SourceError](err)
	if !ok {
		e = &SourceError{Is: err, Reason: msg.Of(err)}
	}
	e.Origin = c.Origin
	return e
}
