// Package target stores client secrets where products read them. A target can be checked
// without changing it. It keeps the old value until the new one is proven. Its errors never
// contain a value.
package target

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Secret is a new client secret with the IDs of its application and key, and its expiry
// date.
type Secret struct {
	Value secrets.Value
	AppID string
	KeyID string
	End   time.Time
}

// Target is a place where a client secret is stored.
type Target interface {
	// Spec returns the target as in --to, without the arguments of a command.
	Spec() string
	// Check reports why the target could not be written to. It changes nothing. The error
	// is ErrUnsure if only an attempt can tell.
	Check(ctx context.Context) error
	// Remark returns a sentence about what is unusual, after Check has passed, or a zero
	// text. Usually it says that the target does not exist yet: its name may be mistyped.
	Remark() msg.Text
	// Store writes the secret. The previous content is first written to Backup.
	Store(ctx context.Context, s Secret) error
	// Read returns the value. It is empty if there is none. The error is ErrOneWay if the
	// target does not return values.
	Read(ctx context.Context) (secrets.Value, error)
	// Backup returns the name of the file or entry that keeps the previous content, or an
	// empty string if the target needs none. Adopt sets the name that an earlier run
	// recorded.
	Backup() string
	Adopt(backup string)
	// Keep removes the backup. Undo restores the previous content after Store. After an
	// error of Undo, the target may contain the new value, so the secret must stay valid.
	Keep(ctx context.Context) error
	Undo(ctx context.Context) error
	// Next returns a sentence about what has to be done so that the product uses the value.
	Next() msg.Text
}

// Actor is a target that is written to with the identity that acts in Microsoft Graph.
// tokens returns its tokens for another resource, such as https://vault.azure.net.
type Actor interface {
	ActAs(tokens func(resource string) secrets.TokenSource)
}

// Deps are the parts of the environment that targets use.
type Deps struct {
	// Out is standard output. Terminal means that it is a terminal. Show means that the
	// user wants to see the value there.
	Out            io.Writer
	Terminal, Show bool
	// Environ is the environment of commands, as NAME=value.
	Environ []string
	// Keyring replaces the keyring of the system in tests.
	Keyring keyringStore
	// HTTPClient sends the requests to Key Vault. It comes from transport.New.
	HTTPClient *http.Client
	// VaultResource is the resource of tokens for Key Vault in the configured cloud, such
	// as https://vault.azure.net. The vaults are subdomains of its host.
	VaultResource string
	// Now gives the time for the names of backups. The default is time.Now.
	Now func() time.Time
	// Trials checks the files of many applications with fewer trial files. It may be nil.
	Trials *safefile.Trials
}

// ErrOneWay is returned by Read if the target does not return values.
var ErrOneWay = msg.Error(msg.New("its value cannot be read back"))

// ErrUnsure is returned by Check if only an attempt can tell.
var ErrUnsure = msg.Error(msg.New("this cannot be checked in advance"))

// Patience is the time limit of one operation of a target.
const Patience = time.Minute

// stamp returns the time for the names of backups.
func stamp(d Deps) string {
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	return now().UTC().Format("20060102T150405Z")
}
