package target

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// keyringStore is the system's store of passwords. Get returns keyring.ErrNotFound of
// zalando/go-keyring where there is no such entry.
type keyringStore interface {
	Get(service, user string) (string, error)
	Set(service, user, password string) error
	Delete(service, user string) error
}

// systemKeyring is the Keychain, the Credential Manager or the Secret Service.
type systemKeyring struct{}

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (systemKeyring) Set(service, user, password string) error {
	return keyring.Set(service, user, password)
}
func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

// ring is an entry of the keyring. The former value is kept in an entry of its
// own until the new one has proven itself.
type ring struct {
	name, backup string
	ring         keyringStore
	// tried says that the entry may have changed, made that it is a new one.
	tried, made bool
	remark      msg.Text
	prompt      time.Duration
}

func newKeyring(name string, d Deps) (Target, error) {
	r := &ring{prompt: prompt, name: name, backup: name + ".bak-" + stamp(d), ring: d.Keyring}
	if r.ring == nil {
		r.ring = systemKeyring{}
	}
	return r, nil
}

func (r *ring) Spec() string               { return "keyring:" + r.name }
func (r *ring) Format(s fmt.State, _ rune) { spell(s, r) }
func (r *ring) Backup() string             { return r.backup }
func (r *ring) Adopt(backup string)        { r.backup = backup }

func (r *ring) Next() msg.Text { return next(r) }

// prompt is how long the keyring may take to answer at all: a session bus whose
// keyring service hangs answers never.
const prompt = 4 * time.Second

// Check asks for the entry: a keyring that answers, even that it has none, takes
// one too.
func (r *ring) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.prompt)
	defer cancel()
	_, there, err := r.get(ctx, r.name)
	if !there {
		r.remark = msg.New("The entry does not exist and will be created.")
	}
	return failure(r, err)
}

// Remark reports an entry that does not exist: its name may be mistyped.
func (r *ring) Remark() msg.Text { return r.remark }

func (r *ring) get(ctx context.Context, name string) (value string, there bool, err error) {
	var text string
	err = within(ctx, func() (err error) {
		text, err = r.ring.Get(secrets.KeyringService, name)
		return err
	})
	switch {
	case err == nil:
		return text, true, nil
	case errors.Is(err, keyring.ErrNotFound):
		return "", false, nil
	}
	return "", false, unreachable(err)
}

// unreachable words the keyring's error. Its own text is not repeated: on some
// systems it is the output of another program.
func unreachable(err error) error {
	var own msg.Worded
	switch {
	case errors.As(err, &own):
		return err
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return msg.Error(msg.New("this system has no keyring that spcheck can write to"))
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return msg.Error(msg.New("the value is too long for the keyring"))
	}
	return msg.Error(msg.New("the system's keyring cannot be reached or is locked; a service without a desktop session has none"))
}

func (r *ring) put(ctx context.Context, name, value string) error {
	if err := within(ctx, func() error { return r.ring.Set(secrets.KeyringService, name, value) }); err != nil {
		return unreachable(err)
	}
	return nil
}

func (r *ring) Store(ctx context.Context, s Secret) error {
	former, there, err := r.get(ctx, r.name)
	if err == nil && there {
		err = r.put(ctx, r.backup, former)
	}
	if err != nil {
		return failure(r, err)
	}
	r.tried, r.made = true, !there
	return failure(r, r.put(ctx, r.name, s.Value.Reveal()))
}

func (r *ring) Read(ctx context.Context) (secrets.Value, error) {
	text, _, err := r.get(ctx, r.name)
	return secrets.NewValue(text), failure(r, err)
}

func (r *ring) Keep(ctx context.Context) error { return failure(r, r.drop(ctx, r.backup)) }

func (r *ring) drop(ctx context.Context, name string) error {
	err := within(ctx, func() error { return r.ring.Delete(secrets.KeyringService, name) })
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return unreachable(err)
}

// Undo puts the former value back. An entry that may have changed and cannot be
// reached may hold the new one.
func (r *ring) Undo(ctx context.Context) error {
	if !r.tried {
		return nil
	}
	former, there, err := r.get(ctx, r.backup)
	switch {
	case err != nil:
	case there:
		if err = r.put(ctx, r.name, former); err == nil {
			err = r.drop(ctx, r.backup)
		}
	case r.made:
		err = r.drop(ctx, r.name)
	default:
		err = msg.Error(msg.New("the entry %s with the previous value no longer exists", r.backup))
	}
	return failure(r, err)
}
