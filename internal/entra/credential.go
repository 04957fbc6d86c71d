package entra

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"strings"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Credential is what an application proves its identity with: exactly one of a
// secret, a certificate with its key, or a federated token.
type Credential struct {
	Secret secrets.Value
	// Certificates holds the signing certificate, and its chain if any.
	Certificates []*x509.Certificate
	Key          crypto.PrivateKey
	Assertion    secrets.Value
}

// Format names the kind for every verb, and never shows the key.
func (c Credential) Format(f fmt.State, _ rune) {
	kind := "no credential"
	switch {
	case !c.Assertion.Empty():
		kind = "federated token"
	case len(c.Certificates) > 0 || c.Key != nil:
		kind = "certificate"
	case !c.Secret.Empty():
		kind = "secret"
	}
	_, _ = f.Write([]byte(kind))
}

// msal turns the credential into MSAL's. MSAL signs with RSA keys only.
func (c Credential) msal() (confidential.Credential, *inputError) {
	switch {
	case !c.Assertion.Empty():
		token := c.Assertion
		return confidential.NewCredFromAssertionCallback(
			func(context.Context, confidential.AssertionRequestOptions) (string, error) {
				return token.Reveal(), nil
			}), nil
	case len(c.Certificates) > 0 || c.Key != nil:
		return c.certificate()
	case c.Secret.Empty():
		return confidential.Credential{}, &inputError{Field: "credential", Missing: true, Text: msg.New("the secret is empty")}
	}
	cred, err := confidential.NewCredFromSecret(c.Secret.Reveal())
	if err != nil {
		return cred, &inputError{Field: "credential", Text: msg.New("the secret cannot be used")}
	}
	return cred, nil
}

func (c Credential) certificate() (confidential.Credential, *inputError) {
	cred, err := confidential.NewCredFromCert(c.Certificates, c.Key)
	if err == nil {
		return cred, nil
	}
	if strings.Contains(err.Error(), "match") {
		return cred, &inputError{Field: "credential", Text: msg.New("the private key does not belong to the certificate")}
	}
	return cred, &inputError{Field: "credential", Text: msg.New("the certificate's key is not an RSA key, the only kind that the sign-in library signs with")}
}
