package wire

import (
	"github.com/spcheck/spcheck/internal/objects"
)

// Credentials reads the passwords and certificates of an object, in Graph's
// order. Problems name what came malformed beside dates, whose trouble is noted
// on the credential itself.
func Credentials(o Item, storedOn string) (list []objects.Credential, problems []string) {
	malformed := func(field, problem string) {
		if o.Present(field) && o.list(field) == nil {
			problems = append(problems, problem)
		}
	}
	malformed("passwordCredentials", objects.MalformedPasswords)
	malformed("keyCredentials", objects.MalformedCertificates)
	// Graph sends every declared property, with null or [] where it is empty (its
	// documentation, and recordings): an object without this one was not read
	// whole, nor was one whose other properties are null as well.
	if o["passwordCredentials"] == nil || !o.Present("passwordCredentials") && !o.Present("appId") {
		problems = append(problems, objects.NoPasswords)
	}
	saml := signing(o)
	for _, p := range o.Objects("passwordCredentials") {
		c := Credential(p, storedOn, o.GUID("id"))
		c.Kind, c.Hint = objects.Password, p.Text("hint")
		if c.Name == "" {
			c.Name = passwordName(p.Text("customKeyIdentifier"))
		}
		c.SAML = saml.has(p)
		list, problems = append(list, c), append(problems, keyProblem(p, "passwordCredentials")...)
	}
	for _, k := range o.Objects("keyCredentials") {
		c := Credential(k, storedOn, o.GUID("id"))
		c.Kind, c.Usage = objects.Certificate, k.Text("usage")
		c.Thumbprint = thumbprintOf(k.Text("key"))
		if c.Thumbprint == "" {
			c.Thumbprint = thumbprint(k.Text("customKeyIdentifier"))
		}
		c.SAML = saml.has(k)
		list, problems = append(list, c), append(problems, keyProblem(k, "keyCredentials")...)
	}
	return list, problems
}

// Credential reads what passwords and certificates have in common.
func Credential(o Item, storedOn, objectID string) objects.Credential {
	c := objects.Credential{
		KeyID: o.GUID("keyId"), StoredOn: storedOn, ObjectID: objectID, Name: o.Text("displayName"),
	}
	var bad bool
	if c.Start, bad = o.When("startDateTime"); bad {
		c.Problem = "startDateTime is malformed"
	}
	if c.End, bad = o.When("endDateTime"); bad {
		c.Problem = "endDateTime is malformed"
	}
	return c
}

func keyProblem(o Item, field string) []string {
	if o.malformed("keyId") {
		return []string{field + ": keyId is malformed"}
	}
	return nil
}

// samlKeys are the signing keys of single sign-on, by key ID and identifier.
type samlKeys map[string]bool

// signing finds the keys that sign SAML tokens. Graph stores such a certificate
// as an entry to sign and an entry to verify with the same identifier, and the
// password of its private key as a password with the signing entry's key ID
// (addTokenSigningCertificate). None of them signs an application in.
func signing(o Item) samlKeys {
	keys := samlKeys{}
	for _, k := range o.Objects("keyCredentials") {
		if k.Text("usage") != "Sign" {
			continue
		}
		if id := k.GUID("keyId"); id != "" {
			keys["id "+id] = true
		}
		if ci := k.Text("customKeyIdentifier"); ci != "" {
			keys["identifier "+ci] = true
		}
	}
	return keys
}

func (s samlKeys) has(o Item) bool {
	return s["id "+o.GUID("keyId")] || s["identifier "+o.Text("customKeyIdentifier")]
}
