package secrets

import (
	"context"
	"errors"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

func readKeyring(ctx context.Context, deps Deps, name string, from origin.Origin) (string, error) {
	get := deps.Keyring
	if get == nil {
		get = keyring.Get // the Keychain, the Credential Manager or the Secret Service
	}
	return await(ctx, from, func() (string, error) {
		text, err := get(KeyringService, name)
		if err != nil {
			return "", keyringError(from, err)
		}
		if len(text) > maxSecretBytes {
			return "", tooLarge(from, maxSecretBytes)
		}
		return text, nil
	})
}

// keyringError words the keyring's error. It does not repeat the original text, which
// on some systems is the output of another program.
func keyringError(from origin.Origin, err error) *SourceError {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return &SourceError{Origin: from, Is: ErrMissing, Cause: err,
			Reason: msg.New("the keyring has no entry with this name for the service spcheck")}
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &SourceError{Origin: from, Is: errUnreadable, Cause: err,
			Reason: msg.New("this system has no keyring that spcheck can read")}
	}
	return &SourceError{Origin: from, Is: errUnreadable,
		Reason: msg.New("the system's keyring cannot be reached or is locked; a service without a desktop session has none")}
}
