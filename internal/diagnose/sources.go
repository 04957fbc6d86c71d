package diagnose

import (
	"time"

	"github.com/spcheck/spcheck/internal/diagnose/seen"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// Sources of evidence, as phrases at the end of a line.

func fromDirectory(object, field string) msg.Text {
	return msg.New("Microsoft Graph, %s, field %s", object, field)
}

func fromDiscovery() msg.Text { return msg.New("OpenID discovery document") }

func fromCertificateFile() msg.Text { return msg.New("the certificate file") }

func fromTokenFile() msg.Text { return msg.New("the federated token (signature not verified)") }

// answerSource says where the refusal comes from.
func (v *view) answerSource() msg.Text {
	switch {
	case v.fromText:
		return msg.New("--error-text")
	case v.refusal != nil && v.refusal.Stage == "discovery":
		return msg.New("answer of the OpenID discovery, field error_description")
	}
	return msg.New("answer from the token endpoint, field error_description")
}

func objectName(storedOn string) msg.Text {
	if storedOn == objects.OnServicePrincipal {
		return msg.New("the service principal")
	}
	return msg.New("the application")
}

// known converts a pointer to a fact.
func known[T any](p *T) fact.Fact[T] {
	if p == nil {
		return fact.Fact[T]{}
	}
	return fact.Of(*p)
}

func (s Setting) shown() seen.Value {
	return seen.Text(fact.Of(s), msg.New("configuration, %s", s.Origin.Text()), func(s Setting) string { return s.Value })
}

// entry shows a listed credential.
func (v *view) entry(c objects.Credential) seen.Value {
	found := v.which(func(l objects.Credential) bool {
		return l.KeyID == c.KeyID && l.Kind == c.Kind && l.StoredOn == c.StoredOn
	})
	if len(found) == 0 {
		return seen.Value{}
	}
	return seen.Of(fact.Of(found[0]), fromCredential(c), identity)
}

// identity returns a credential's name, validity, hint and key ID.
func identity(c objects.Credential) msg.Text {
	var parts []msg.Text
	if c.Name != "" {
		parts = append(parts, msg.New("%q", c.Name))
	}
	switch {
	case c.Start != nil && c.End != nil:
		parts = append(parts, msg.New("valid from %s to %s", *c.Start, *c.End))
	case c.Start != nil:
		parts = append(parts, msg.New("valid from %s", *c.Start))
	case c.End != nil:
		parts = append(parts, msg.New("valid to %s", *c.End))
	}
	if c.Hint != "" {
		parts = append(parts, msg.New("starts with %s", c.Hint))
	}
	if c.KeyID != "" {
		parts = append(parts, msg.New("key ID %s", c.KeyID))
	}
	return msg.Join(parts, ", ")
}

// whole returns the credentials of both objects. It is missing if not all could be read,
// so a credential that is not in the list does not exist.
func (v *view) whole() fact.Fact[[]objects.Credential] {
	if !v.listed() || v.incomplete() != "" {
		return fact.Fact[[]objects.Credential]{}
	}
	return fact.Of(v.creds)
}

// counted shows how many of all listed credentials match.
func (v *view) counted(field string, which func(objects.Credential) bool) seen.Value {
	return seen.Count(v.whole(), fromDirectory("application, servicePrincipal", field), which)
}

// refused shows a part of Entra's refusal.
func (v *view) refused(show func(*Refusal) string) seen.Value {
	return seen.Text(fact.Of(v.refusal), v.answerSource(), show)
}

// fingerprint shows the thumbprint of the configured certificate.
func (v *view) fingerprint() seen.Value {
	return seen.Text(v.Certificate, fromCertificateFile(), func(c secrets.Certificate) string { return c.SHA1 })
}

// inShape shows a part of the configured value's format.
func (v *view) inShape(show func(secrets.Shape) msg.Text) seen.Value {
	return seen.Of(v.Secret, msg.New("the format of the value, checked offline"), show)
}

// inPrincipal shows a field of the service principal.
func (v *view) inPrincipal(field string, show func(objects.ServicePrincipal) string) seen.Value {
	return seen.Text(known(v.sp), fromDirectory(objects.OnServicePrincipal, field), show)
}

func fromCredential(c objects.Credential) msg.Text {
	return fromDirectory(c.StoredOn, map[string]string{objects.Password: "passwordCredentials",
		objects.Certificate: "keyCredentials", objects.Federated: "federatedIdentityCredentials"}[c.Kind])
}

func rfc3339(t time.Time) string { return t.UTC().Format(time.RFC3339) }
