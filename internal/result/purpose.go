package result

import (
	"cmp"

	"github.com/spcheck/spcheck/internal/msg"
)

// Purpose is what a credential is for.
type Purpose string

// The purposes. Most credentials sign an application in, those of an agent's
// blueprint its agents. The others sign nobody in: a SAML signing certificate, its
// second entry and the password of its key sign tokens of single sign-on, an
// encryption certificate encrypts tokens, and what the platform manages is renewed
// by Azure.
const (
	SignIn          Purpose = "signIn"
	SAMLSigning     Purpose = "samlSigning"
	TokenEncryption Purpose = "tokenEncryption"
	PlatformManaged Purpose = "platformManaged"
	AgentSignIn     Purpose = "agent"
)

// SignsIn reports whether an application or agent signs in with it. A purpose that
// nobody told is to sign in.
func (p Purpose) SignsIn() bool { return p == "" || p == SignIn || p == AgentSignIn }

// kindFor names a credential by its kind and purpose.
func kindFor(kind string, p Purpose) msg.Text {
	switch {
	case p == SAMLSigning && kind == "password":
		return msg.New("key password of a SAML certificate")
	case p == SAMLSigning:
		return msg.New("SAML signing certificate")
	case p == TokenEncryption:
		return msg.New("token encryption certificate")
	case p == PlatformManaged:
		return msg.New("%s managed by Azure", kindText(kind))
	case p == AgentSignIn:
		return msg.New("%s of an agent", kindText(kind))
	}
	return kindText(kind)
}

// shortKindFor fits a table whose reader sees that it lists credentials.
func shortKindFor(kind string, p Purpose) msg.Text {
	switch {
	case p == SAMLSigning && kind == "password":
		return msg.New("SAML key password")
	case p == SAMLSigning:
		return msg.New("SAML signing")
	case p == TokenEncryption:
		return msg.New("encryption")
	}
	return shortKind(kind)
}

// Label is the purpose as a label of a metric.
func (p Purpose) Label() string { return string(cmp.Or(p, SignIn)) }
