package target

import (
	"context"
	"errors"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/secrets"
)

// keyringStore is the password store of the system. The errors are those of
// zalando/go-keyring, such as ErrNotFound.
type keyringStore interface {
	Get(service, user string) (string, error)
	Set(service, user, password string) error
	Delete(service, user string) error
}

// systemKeyring is the Keychain of macOS, the Credential Manager of Windows, or the Secret
// Service.
type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, password string) error {
	return keyring.Set(service, user, password)
}
func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

// keyringEntry is an entry of the keyring. Its backup is another entry.
type keyringEntry struct {
	place
	name, backup string
	keyring      keyringStore
	// created means that this run created the entry.
	created bool
	prompt  time.Duration
}

// prompt limits the time for Check. The keyring service on a session bus may hang forever.
const prompt = 4 * time.Second

func newKeyring(name string, d Deps) (Target, error) {
	r := &keyringEntry{place: newPlace("keyring:" + name), name: name, backup: name + ".bak-" + stamp(d), keyring: d.Keyring, prompt: prompt}
	if r.keyring == nil {
		r.keyring = systemKeyring{}
	}
	return r, nil
}

func (r *keyringEntry) Backup() string      { return r.backup }
func (r *keyringEntry) Adopt(backup string) { r.backup = backup }

// Check reads the entry. If the keyring answers, it can also be written to.
func (r *keyringEntry) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.prompt)
	defer cancel()
	_, there, err := r.get(ctx, r.name)
	if !there {
		r.remark = msg.New("The entry does not exist and will be created.")
	}
	return r.failure(err)
}

// try runs an operation with a time limit. there is false if the entry does not exist. The
// error does not contain the keyring's own text, which may be the output of another
// program.
func (r *keyringEntry) try(ctx context.Context, operation func() error) (there bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	_, err = pause.Await(ctx, func() (struct{}, error) { return struct{}{}, operation() })
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, keyring.ErrNotFound):
		return false, nil
	case ctx.Err() != nil:
		return false, msg.Error(msg.New("it did not answer in time"))
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return false, msg.Error(msg.New("this system has no keyring that spcheck can write to"))
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return false, msg.Error(msg.New("the value is too long for the keyring"))
	}
	return false, msg.Error(msg.New("the system's keyring cannot be reached or is locked; a service without a desktop session has none"))
}

func (r *keyringEntry) get(ctx context.Context, name string) (value string, there bool, err error) {
	var text string
	there, err = r.try(ctx, func() (err error) {
		text, err = r.keyring.Get(secrets.KeyringService, name)
		return err
	})
	if !there {
		return "", false, err // the operation may still be running and write to text
	}
	return text, true, nil
}

func (r *keyringEntry) put(ctx context.Context, name, value string) error {
	_, err := r.try(ctx, func() error { return r.keyring.Set(secrets.KeyringService, name, value) })
	return err
}

func (r *keyringEntry) remove(ctx context.Context, name string) error {
	_, err := r.try(ctx, func() error { return r.keyring.Delete(secrets.KeyringService, name) })
	return err
}

func (r *keyringEntry) Store(ctx context.Context, s Secret) error {
	former, there, err := r.get(ctx, r.name)
	if err == nil && there {
		err = r.put(ctx, r.backup, former)
	}
	if err != nil {
		return r.failure(err)
	}
	r.touched, r.created = true, !there
	return r.failure(r.put(ctx, r.name, s.Value.Reveal()))
}

func (r *keyringEntry) Read(ctx context.Context) (secrets.Value, error) {
	text, _, err := r.get(ctx, r.name)
	return secrets.NewValue(text), r.failure(err)
}

func (r *keyringEntry) Keep(ctx context.Context) error { return r.failure(r.remove(ctx, r.backup)) }

// Undo restores the previous value.
func (r *keyringEntry) Undo(ctx context.Context) error {
	if !r.touched {
		return nil
	}
	former, there, err := r.get(ctx, r.backup)
	switch {
	case err != nil:
	case there:
		if err = r.put(ctx, r.name, former); err == nil {
			err = r.remove(ctx, r.backup)
		}
	case r.created:
		err = r.remove(ctx, r.name)
	default:
		err = msg.Error(msg.New("the entry %s with the previous value no longer exists", r.backup))
	}
	return r.failure(err)
}
