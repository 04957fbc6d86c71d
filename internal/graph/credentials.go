package graph

import (
	"github.com/spcheck/spcheck/internal/objects"
)

// credentials reads the passwords and certificates of an object, in Graph's
// order. Problems name what came malformed beside dates, whose trouble is noted
// on the credential itself.
func credentials(o item, storedOn string) (list []objects.Credential, problems []string) {
	for _, field := range []string{"passwordCredentials", "keyCredentials"} {
		if o.present(field) && o.list(field) == nil {
			problems = append(problems, field+" is malformed")
		}
	}
	// Graph sends every declared property, empty or not (its documentation, and
	// recordings): an object without this one was not read whole.
	if !o.present("passwordCredentials") {
		problems = append(problems, objects.NoPasswords)
	}
	saml := signing(o)
	for _, p := range o.objects("passwordCredentials") {
		c := credential(p, storedOn, o.guid("id"))
		c.Kind, c.Hint = objects.Password, p.text("hint")
		if c.Name == "" {
			c.Name = passwordName(p.text("customKeyIdentifier"))
		}
		c.SAML = saml.has(p)
		list, problems = append(list, c), append(problems, keyProblem(p, "passwordCredentials")...)
	}
	for _, k := range o.objects("keyCredentials") {
		c := credential(k, storedOn, o.guid("id"))
		c.Kind, c.Usage = objects.Certificate, k.text("usage")
		c.Thumbprint = thumbprintOf(k.text("key"))
		if c.Thumbprint == "" {
			c.Thumbprint = thumbprint(k.text("customKeyIdentifier"))
		}
		c.SAML = saml.has(k)
		list, problems = append(list, c), append(problems, keyProblem(k, "keyCredentials")...)
	}
	return list, problems
}

func credential(o item, storedOn, objectID string) objects.Credential {
	c := objects.Credential{
		KeyID: o.guid("keyId"), StoredOn: storedOn, ObjectID: objectID, Name: o.text("displayName"),
	}
	var bad bool
	if c.Start, bad = o.when("startDateTime"); bad {
		c.Problem = "startDateTime is malformed"
	}
	if c.End, bad = o.when("endDateTime"); bad {
		c.Problem = "endDateTime is malformed"
	}
	return c
}

func keyProblem(o item, field string) []string {
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
func signing(o item) samlKeys {
	keys := samlKeys{}
	for _, k := range o.objects("keyCredentials") {
		if k.text("usage") != "Sign" {
			continue
		}
		if id := k.guid("keyId"); id != "" {
			keys["id "+id] = true
		}
		if ci := k.text("customKeyIdentifier"); ci != "" {
			keys["identifier "+ci] = true
		}
	}
	return keys
}

func (s samlKeys) has(o item) bool {
	return s["id "+o.guid("keyId")] || s["identifier "+o.text("customKeyIdentifier")]
}
