package wire

import (
	"strings"

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
	// Graph sends every property, with null where it has no value: one that is absent
	// was lost on the way.
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

// holder is what the object says about the purpose of its credentials.
func holder(o Item) *objects.Holder {
	return &objects.Holder{ID: o.GUID("id"), Type: o.Text("servicePrincipalType"), Agent: ofAgent(typeOf(o)),
		SigningThumbprint: o.Text("preferredTokenSigningKeyThumbprint")}
}

// ofAgent reports a type of an agent's objects: agentIdentity, agentIdentityBlueprint
// and agentIdentityBlueprintPrincipal.
func ofAgent(odataType string) bool { return strings.HasPrefix(odataType, "agentIdentity") }

// signingKeys are those among the object's certificates.
func signingKeys(o Item) objects.SigningKeys {
	keys := objects.SigningKeys{}
	for _, k := range o.Objects("keyCredentials") {
		keys.Add(o.GUID("id"), listed(k, objects.Certificate))
	}
	return keys
}

// listed is a credential in the shape that scans see.
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

// Keys are the elements of keyCredentials as they came, false where Graph gave no
// list of objects: what was not read whole must not be replaced.
func Keys(o Item) ([]Item, bool) {
	raw, objects := o.list("keyCredentials"), o.Objects("keyCredentials")
	return objects, raw != nil && len(raw) == len(objects)
}
