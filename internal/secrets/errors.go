package secrets

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// What can be wrong with a source or with what it holds; to be asked with
// errors.Is.
var (
	// ErrMissing: the source was reached and gave nothing (unset, empty).
	ErrMissing = errors.New("nothing there")
	// errUnreadable: the source could not be read, so that what it holds is
	// unknown.
	errUnreadable = errors.New("cannot be read")
	// errMalformed: it was read and is not what it should be.
	errMalformed = errors.New("not of the expected form")
	// errNoCertificate: a file without a certificate.
	errNoCertificate = errors.New("no certificate")
	// errNoKey: a certificate without its private key.
	errNoKey = errors.New("no private key")
	// errPassword: the password of an encrypted key or file is wrong or absent.
	errPassword = errors.New("wrong password")
	// ErrKeyMismatch: the private key belongs to no certificate of the file.
	ErrKeyMismatch = errors.New("the private key is not the certificate's")
	// ErrKeyType: the key is of a type that cannot sign in here.
	ErrKeyType = errors.New("unsupported kind of key")
	// ErrNotJWT: a federated token file that holds no signed JWT.
	ErrNotJWT = errors.New("not a JWT")
)

// SourceError is why a credential could not be had. Neither it nor anything it
// wraps holds a part of the secret.
type SourceError struct {
	// Origin is the source, as in Credential.Origin.
	Origin origin.Origin
	// Reason says what is wrong, for people.
	Reason msg.Text
	// Is is the sentinel of this package that applies.
	Is error
	// Cause is the operating system's error where there is one, else nil.
	Cause error
}

// Error names the source and the reason.
func (e *SourceError) Error() string {
	return strings.TrimPrefix(e.Origin.String()+": "+e.Reason.String(), ": ")
}

// Unwrap gives the sentinel and the cause.
func (e *SourceError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Is}
	}
	return []error{e.Is, e.Cause}
}

// unreadable words an error of the operating system without repeating the path,
// which the origin names already.
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
