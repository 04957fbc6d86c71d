package entra

import (
	"context"
	"strings"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/secrets"
)

// msal converts a credential for MSAL, which signs with RSA keys only.
func msal(c secrets.Credential) (confidential.Credential, *inputError) {
	switch {
	case c.Token != nil && !c.Token.Token.Empty():
		token := c.Token.Token
		return confidential.NewCredFromAssertionCallback(
			func(context.Context, confidential.AssertionRequestOptions) (string, error) {
				return token.Reveal(), nil
			}), nil
	case c.Certificate != nil:
		return msalCertificate(confidential.NewCredFromCert(c.Certificate.Chain, c.Certificate.Key.Reveal()))
	case c.Secret.Empty():
		return confidential.Credential{}, &inputError{Field: "credential", Missing: true, Text: msg.New("the secret is empty")}
	}
	cred, err := confidential.NewCredFromSecret(c.Secret.Reveal())
	if err != nil {
		return cred, &inputError{Field: "credential", Text: msg.New("the secret cannot be used")}
	}
	return cred, nil
}

func msalCertificate(cred confidential.Credential, err error) (confidential.Credential, *inputError) {
	if err == nil {
		return cred, nil
	}
	if strings.Contains(err.Error(), "match") {
		return cred, &inputError{Field: "credential", Text: msg.New("the private key does not belong to the certificate")}
	}
	return cred, &inputError{Field: "credential", Text: msg.New("the certificate's key is not an RSA key, the only kind that the sign-in library signs with")}
}
