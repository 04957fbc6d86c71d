package wire

import (
	"strings"

	"github.com/spcheck/spcheck/internal/objects"
)

// Credentials reads the passwords and certificates of an object, in Graph's order.
// problems names malformed properties. Malformed dates are noted in the credential
// instead.
func Credentials(o Item, storedOn string) (list []objects.Credential, problems []string) {
	malformed := func(field, problem string) {
		if o.Present(field) && o.list(field) == nil {
			problems = append(problems, problem)
		}
	}
	malformed("passwordCredentials", objects.MalformedPasswords)
	malformed("keyCredentials", objects.MalformedCertificates)
	// Graph sends every declared property, and null or [] if it is empty (its
	// documentation, and recordings). An object without this property was not read
	// completely. Neither was one whose other properties are null too.
	if o["passwordCredentials"] == nil || !o.Present("passwordCredentials") && !o.Present("appId") {
		problems = append(problems, objects.NoPasswords)
	}
	h, keys := holder(o), signingKeys(o)
	for _, p := range o.Objects("passwordCredentials") {
		c := Credential(p, storedOn, o.GUID("id"))
		c.Kind, c.Hint = objects.Password, p.Text("hint")
		if c.Name == "" {
			c.Name = passwordName(p.Text("customKeyIdentifier"))
		}
		c.Purpose = objects.PurposeOf(h, listed(p, objects.Password), keys)
		list, problems = append(list, c), append(problems, keyProblem(p, "passwordCredentials")...)
	}
	for _, k := range o.Objects("keyCredentials") {
		c := Credential(k, storedOn, o.GUID("id"))
		c.Kind, c.Usage = objects.Certificate, k.Text("usage")
		c.Thumbprint = thumbprintOf(k.Text("key"))
		if c.Thumbprint == "" {
			c.Thumbprint = thumbprint(k.Text("customKeyIdentifier"))
		}
		l := listed(k, objects.Certificate)
		l.Thumbprint = c.Thumbprint
		c.Purpose = objects.PurposeOf(h, l, keys)
		list, problems = append(list, c), append(problems, keyProblem(k, "keyCredentials")...)
	}
	return list, problems
}

// Credential reads the properties that passwords and certificates share.
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
	// Graph sends every property, with null if it has no value. A missing property was
	// lost on the way.
	if _, sent := o["endDateTime"]; !sent {
		c.Problem = "endDateTime is missing"
	}
	return c
}

func keyProblem(o Item, field string) []string {
	if o.malformed("keyId") {
		return []string{field + ": keyId is malformed"}
	}
	return nil
}

// holder returns what the object says about the purpose of its credentials.
func holder(o Item) *objects.Holder {
	return &objects.Holder{ID: o.GUID("id"), Type: o.Text("servicePrincipalType"), Agent: ofAgent(typeOf(o)),
		SigningThumbprint: o.Text("preferredTokenSigningKeyThumbprint")}
}

// ofAgent reports whether the type belongs to an agent: agentIdentity,
// agentIdentityBlueprint or agentIdentityBlueprintPrincipal.
func ofAgent(odataType string) bool { return strings.HasPrefix(odataType, "agentIdentity") }

// signingKeys returns the signing keys among the object's certificates.
func signingKeys(o Item) objects.SigningKeys {
	keys := objects.SigningKeys{}
	for _, k := range o.Objects("keyCredentials") {
		keys.Add(o.GUID("id"), listed(k, objects.Certificate))
	}
	return keys
}

// listed reads a credential for a scan.
func listed(o Item, kind string) *objects.ListedCredential {
	c := &objects.ListedCredential{KeyID: o.GUID("keyId"), Kind: kind, Hint: o.Text("hint"), Identifier: o.Text("customKeyIdentifier")}
	if kind == objects.Certificate {
		c.Usage, c.Thumbprint = o.Text("usage"), thumbprint(c.Identifier)
	}
	if at, _ := o.When("startDateTime"); at != nil {
		c.Start = *at
	}
	if at, _ := o.When("endDateTime"); at != nil {
		c.End = *at
	}
	return c
}

// Keys returns the elements of keyCredentials unchanged. It returns false if Graph did
// not send a list of objects, because a list that was not read completely must not be
// replaced.
func Keys(o Item) ([]Item, bool) {
	raw, objects := o.list("keyCredentials"), o.Objects("keyCredentials")
	return objects, raw != nil && len(raw) == len(objects)
}
