package secrets

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Errors of a source or of its content, for errors.Is.
var (
	// ErrMissing: the source was read and is empty or unset.
	ErrMissing = errors.New("nothing there")
	// errUnreadable: the source could not be read, so its content is unknown.
	errUnreadable = errors.New("cannot be read")
	// errMalformed: the source was read, but its content has the wrong form.
	errMalformed = errors.New("not of the expected form")
	// errNoCertificate: the file has no certificate.
	errNoCertificate = errors.New("no certificate")
	// errNoKey: the certificate has no private key.
	errNoKey = errors.New("no private key")
	// errPassword: the password of an encrypted key or file is wrong or missing.
	errPassword = errors.New("wrong password")
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
	// Is is the matching error of this package.
	Is error
	// Cause is the operating system's error, or nil.
	Cause error
}

// Error returns the source and the reason.
func (e *SourceError) Error() string {
	return strings.TrimPrefix(e.Origin.String()+": "+e.Reason.String(), ": ")
}

// Unwrap returns the error in Is and the cause.
func (e *SourceError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Is}
	}
	return []error{e.Is, e.Cause}
}

// unreadable words an error of the operating system. It does not repeat the path,
// because the origin already names it.
func unreadable(from origin.Origin, err error) *SourceError {
	e := &SourceError{Origin: from, Is: errUnreadable, Cause: err}
	var pathErr *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Reason = msg.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		e.Reason = msg.New("this user is not allowed to read it")
	case errors.As(err, &pathErr):
		e.Reason = msg.New("cannot be read: %s", pathErr.Err.Error())
	default:
		e.Reason = msg.New("cannot be read: %s", err.Error())
	}
	return e
}
