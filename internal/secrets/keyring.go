package secrets

import (
	"context"
	"errors"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/msg"
)

func readKeyring(ctx context.Context, deps Deps, name, origin string) (string, error) {
	get := deps.Keyring
	if get == nil {
		get = keyring.Get // the Keychain, the Credential Manager or the Secret Service
	}
	return await(ctx, origin, func() (string, error) {
		text, err := get(KeyringService, name)
		if err != nil {
			return "", keyringError(origin, err)
		}
		if len(text) > maxSecretBytes {
			return "", tooLarge(origin, maxSecretBytes)
		}
		return text, nil
	})
}

// keyringError words the keyring's answer. Its own text is not repeated: on some
// systems it is the output of another program.
func keyringError(origin string, err error) *SourceError {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return &SourceError{Origin: origin, Is: ErrMissing, Cause: err,
			Reason: msg.New("the keyring has no entry of this name for the service spcheck")}
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &SourceError{Origin: origin, Is: errUnreadable, Cause: err,
			Reason: msg.New("this system has no keyring that spcheck can read")}
	}
	return &SourceError{Origin: origin, Is: errUnreadable,
		Reason: msg.New("the system's keyring cannot be reached or is locked; a service without a desktop session has none")}
}
