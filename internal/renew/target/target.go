// Package target holds the places where a new client secret can be stored. A target can
// be checked without leaving a trace. It keeps what it replaces until the new secret has
// been proven to work, and its errors never show a value.
package target

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Secret is a new client secret, and what it belongs to.
type Secret struct {
	Value secrets.Value
	AppID string
	KeyID string
	End   time.Time
}

// Target is one place.
type Target interface {
	// Spec is how --to names the place, without the arguments of a command.
	Spec() string
	// Check reports why the place could not be written, without writing to it. The error
	// is ErrUnsure if only an attempt can tell.
	Check(ctx context.Context) error
	// Remark says what is unusual about a place that passed its Check, as a sentence.
	// Usually that is that it does not exist yet: its name may be mistyped.
	Remark() msg.Text
	// Store writes the secret. The previous content is kept under Backup.
	Store(ctx context.Context, s Secret) error
	// Read returns what the place contains, or an empty value if there is nothing. The
	// error is ErrOneWay if the place does not return values.
	Read(ctx context.Context) (secrets.Value, error)
	// Backup names what keeps the previous content. It is empty if the place needs
	// none. Adopt sets the name that an earlier run recorded.
	Backup() string
	Adopt(backup string)
	// Keep removes the backup. Undo restores the previous content after a Store. If it
	// returns an error, the place may contain the new value, so the secret must stay
	// valid.
	Keep(ctx context.Context) error
	Undo(ctx context.Context) error
	// Next says what a person has to do where the product reads the place.
	Next() msg.Text
}

// Actor is implemented by targets that are written with the identity that acts in
// Microsoft Graph. tokens returns its tokens for another resource.
type Actor interface {
	ActAs(tokens func(resource string) secrets.TokenSource)
}

// Deps are the parts of the environment that targets use.
type Deps struct {
	// Out is standard output. Terminal means that it is a terminal, and Show that the
	// user asked to see the value there.
	Out            io.Writer
	Terminal, Show bool
	// Environ is the environment of commands, as NAME=value.
	Environ []string
	// Keyring replaces the system's keyring in tests.
	Keyring keyringStore
	// HTTPClient is one of transport.New.
	HTTPClient *http.Client
	// VaultResource is the resource of tokens for Key Vault in the configured cloud,
	// such as https://vault.azure.net. Vaults are its subdomains.
	VaultResource string
	// Now is the time in the names of backups. The default is time.Now.
	Now func() time.Time
}

// ErrOneWay is the error of reading from a place that does not return values.
var ErrOneWay = msg.Error(msg.New("its value cannot be read back"))

// ErrUnsure is the error of a check that cannot be made.
var ErrUnsure = msg.Error(msg.New("this cannot be checked in advance"))

// Patience is how long one operation of a place may take.
const Patience = time.Minute

// stamp makes the names of backups unique.
func stamp(d Deps) string {
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	return now().UTC().Format("20060102T150405Z")
}
