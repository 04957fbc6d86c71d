// Package target holds the places that a new client secret can be stored in. A
// target can be tried without leaving a trace, keeps what it replaces until the
// new secret has proven itself, and never shows a value in an error.
package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Secret is what is to be stored, and what it belongs to.
type Secret struct {
	Value secrets.Value
	AppID string
	KeyID string
	End   time.Time
}

// Target is one place.
type Target interface {
	// Spec is how --to names the place. The arguments of a command are left out.
	Spec() string
	// Check reports why the place could not be written, without writing there;
	// ErrUnsure where only the attempt will show.
	Check(ctx context.Context) error
	// Remark says what is unusual about a place that passed its Check, as a
	// sentence: above all that it does not exist yet.
	Remark() msg.Text
	// Store writes the secret. What was there before is kept under Backup.
	Store(ctx context.Context, s Secret) error
	// Read gives back what the place holds. The error is ErrOneWay where the
	// place gives nothing back; an empty value means that nothing is there.
	Read(ctx context.Context) (secrets.Value, error)
	// Backup names what keeps the former content, empty where the place has no
	// need of it. Adopt takes the name that an earlier run noted.
	Backup() string
	Adopt(backup string)
	// Keep gives the former content up; Undo puts it back after a Store. Its error says
	// why the place may hold the new value, so that a product may read it there and
	// the secret must stay valid.
	Keep(ctx context.Context) error
	Undo(ctx context.Context) error
	// Next says what a person has to do where the product reads the place.
	Next() msg.Text
}

// Actor is implemented by targets that are written by the identity that acts in
// Microsoft Graph. Tokens gives its tokens for another resource.
type Actor interface {
	ActAs(tokens func(resource string) secrets.TokenSource)
}

// Deps are the parts of the outer world that targets touch.
type Deps struct {
	// Out is standard output; Terminal says that a person reads it, Show that
	// the person asked to see the value.
	Out            io.Writer
	Terminal, Show bool
	// Environ is the environment of commands, as NAME=value.
	Environ []string
	// Keyring is the system's where nil.
	Keyring keyringStore
	// HTTPClient is one of transport.New.
	HTTPClient *http.Client
	// VaultResource is what tokens for Key Vault are asked for in the cloud at
	// hand, such as https://vault.azure.net; vaults are its subdomains.
	VaultResource string
	// Now names backups.
	Now func() time.Time
}

// ErrOneWay is the error of reading from a place that gives nothing back.
var ErrOneWay = msg.Error(msg.New("its value cannot be read back"))

// ErrUnsure is the error of a check that could not be made.
var ErrUnsure = msg.Error(msg.New("this cannot be checked in advance"))

// failure words an error of a place.
func failure(t Target, err error) error {
	if err == nil {
		return nil
	}
	var worded msg.Worded
	if errors.As(err, &worded) {
		return because(t, worded.Text())
	}
	return because(t, msg.Literal(neutral.Bound(err.Error(), 300)))
}

// because is an error of a place, as a clause. It holds no part of a value.
func because(t Target, reason msg.Text) error { return msg.Error(msg.New("%s: %s", t.Spec(), reason)) }

// Patience is how long a place may take for one of its tasks.
const Patience = time.Minute

// next is what is left to do where a product reads a place.
func next(t Target) msg.Text {
	return msg.New("The product reads the new value from %s. If it caches the value, restart it or make it reload its settings.", t.Spec())
}

// within runs a task that cannot be interrupted beside the caller, who gives up
// when the time is over.
func within(ctx context.Context, task func() error) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- task() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return msg.Error(msg.New("it did not answer in time"))
	}
}

// stamp is the part of a backup's name that tells it from others.
func stamp(d Deps) string {
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	return now().UTC().Format("20060102T150405Z")
}

// spell keeps the fields of targets, which may hold arguments, out of print.
func spell(f fmt.State, t Target) { _, _ = io.WriteString(f, t.Spec()) }
