package secrets

import (
	"fmt"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// Credential is what an application signs in with, and where it was read from. It is a
// client secret, a certificate with its key or a federated token. Printing or
// marshalling it never shows anything secret.
type Credential struct {
	// Origin says where it was read, such as "environment AZURE_CLIENT_SECRET", "file
	// ./secret.txt" or "profile prod (keyring mailstore)".
	Origin origin.Origin
	// Secret is set for a password, exactly as it would be sent.
	Secret Value
	// Certificate is set for a certificate. It may be set even if the file could not be
	// loaded completely, because its facts are still worth reporting.
	Certificate *certificate
	// Token is set for a federated token.
	Token *FederatedToken
	// Warnings are about the place it was read from, such as a file that others can
	// read.
	Warnings []msg.Text
	// Notes are harmless facts worth mentioning, such as a symbolic link.
	Notes []msg.Text
}

// Format prints the origin for every verb, and never the secret.
func (c Credential) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("credential from " + c.Origin.String()))
}
