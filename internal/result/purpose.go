package result

import (
	"cmp"

	"github.com/spcheck/spcheck/internal/msg"
)

// Purpose is what a credential is for.
type Purpose string

// The purposes. Most credentials sign in an application; those of an agent blueprint
// sign in its agents. The other purposes are not for sign-in. A SAML signing
// certificate, its second entry and the password of its key sign single sign-on tokens.
// An encryption certificate encrypts tokens. Azure renews what the platform manages.
const (
	SignIn          Purpose = "signIn"
	SAMLSigning     Purpose = "samlSigning"
	TokenEncryption Purpose = "tokenEncryption"
	PlatformManaged Purpose = "platformManaged"
	AgentSignIn     Purpose = "agent"
)

// SignsIn reports whether an application or agent signs in with the credential. An
// empty purpose counts as sign-in.
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

// shortKindFor is a shorter name for tables, without the word "credential".
func shortKindFor(kind string, p Purpose) msg.Text {
	switch {
	case p == SAMLSigning && kind == "password":
		return msg.New("SAML key password")
	case p == SAMLSigning:
		return msg.New("SAML signing")
	case p == TokenEncryption:
		return msg.New("encryption")
	case kind == "password":
		return msg.New("secret")
	case kind == "federated":
		return msg.New("federated")
	}
	return kindText(kind)
}

// Label returns the purpose as the label of a metric.
func (p Purpose) Label() string { return string(cmp.Or(p, SignIn)) }
