package secrets

import (
	"fmt"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Credential is what an application proves its identity with, and where it came
// from: one of a client secret, a certificate with its key and a federated token. It
// prints and marshals without anything secret.
type Credential struct {
	// Origin is where it was read, as in "environment AZURE_CLIENT_SECRET",
	// "file ./secret.txt" or "profile prod (keyring mailstore)".
	Origin origin.Origin
	// Secret is set for a password, as it would be sent.
	Secret Value
	// Certificate is set for a certificate. It may be present although it could
	// not be loaded whole: its facts are then still worth reporting.
	Certificate *certificate
	// Token is set for a federated token.
	Token *FederatedToken
	// Warnings are about the place it was read from: others may read it.
	Warnings []msg.Text
	// Notes are worth saying and harm nothing: the file is a symbolic link.
	Notes []msg.Text
}

// Format names the origin for every verb, never the secret.
func (c Credential) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("credential from " + c.Origin.String()))
}
