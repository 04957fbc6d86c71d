package aadsts_test

import (
	"testing"

	"github.com/spcheck/spcheck/internal/aadsts"
)

// Errors of other programs, in words that resemble those of a sign-in, are not matches.
func TestOrdinaryErrorsAreNotMatches(t *testing.T) {
	for _, text := range []string{
		"handshake: invalid client hello from 10.1.1.9",
		"parser: invalid token at line 3",
		`{"state":"invalid","token":"mango"}`,
		"insufficient scope depth in template",
		"etcd: key does not exist",
		"wallet: identity not found for did:web:fabrikam.example",
		"sshd[71]: unsupported key type in authorized_keys",
		`Error from server (Forbidden): secrets is forbidden: User "system:serviceaccount:shop:web" cannot list resource "secrets" in API group ""`,
		`Get "https://registry.fabrikam.example/v2/": proxyconnect tcp: dial tcp 10.1.1.1:3128: connect: connection refused`,
		"smtplib.SMTPAuthenticationError: (535, b'5.7.8 see https://support.google.com/mail')",
		"MailKit.Security.AuthenticationException: Authentication failed. at MailKit.Net.Imap.ImapClient.AuthenticateAsync",
		"GET /shop/cart: 500 Internal Server Error",
		"SyntaxError: Unexpected token ')'",
	} {
		if matches, err := aadsts.FindString(text); err != nil || len(matches) > 0 {
			t.Errorf("%q: %v, %v", text, phraseIDs(matches), err)
		}
	}
}
