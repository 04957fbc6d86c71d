package graphapi

import (
	"cmp"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// maxKeys is the most certificates of one object. The size of an object limits them in
// the real service.
const maxKeys = 100

// setKeys returns the setter of keyCredentials. Certificates that the list leaves out are
// removed, those with a known keyId are kept (reads return them without the key), and the
// others are added. Source: Microsoft's documentation of application-update, and requests
// of Azure CLI.
func (s *scene) setKeys(h holder) setter {
	return func(raw json.RawMessage) (func(), error) {
		if h.locked {
			return nil, lockedProperty("keyCredentials")
		}
		var sent []map[string]json.RawMessage
		if json.Unmarshal(raw, &sent) != nil || isNull(raw) || len(sent) > maxKeys {
			return nil, unreadable()
		}
		next := make([]directory.Key, 0, len(sent))
		for _, one := range sent {
			k, err := h.oneKey(&members{raw: one}, s.now)
			if err != nil {
				return nil, err
			}
			next = append(next, k)
		}
		return func() { h.Keys = next }, nil
	}
}

// onlyKey refuses members that keyCredential does not declare.
func onlyKey(m *members) {
	m.only("keyCredential", "customKeyIdentifier", "displayName", "endDateTime", "key", "keyId", "startDateTime", "type", "usage")
}

func (h holder) oneKey(m *members, now time.Time) (directory.Key, error) {
	onlyKey(m)
	id := m.text("keyId")
	if m.err != nil {
		return directory.Key{}, m.err
	}
	if i := slices.IndexFunc(h.Keys, sameID(id)); i >= 0 {
		return h.Keys[i], unchanged(h.Keys[i], m)
	}
	if id != "" {
		if id = m.guid("keyId"); m.err != nil {
			return directory.Key{}, m.err
		}
	}
	return h.newKey(strings.ToLower(cmp.Or(id, uuid.NewString())), m, now)
}

// unchanged refuses changes of an existing certificate: each member must be absent or as
// a read returns it. The text was captured for passwords.
func unchanged(held directory.Key, m *members) error {
	sent := readKey(m)
	key := m.text("key")
	if m.err != nil {
		return m.err
	}
	differs := func(a, b string) bool { return a != "" && a != b }
	if differs(key, base64.StdEncoding.EncodeToString(held.Certificate)) || differs(sent.Type, held.Type) || differs(sent.Usage, held.Usage) ||
		moved(sent.Start, held.Start) || moved(sent.End, held.End) {
		return badRequest("Update to existing credential with KeyId '%s' is not allowed.", held.KeyID)
	}
	return nil
}

// moved compares times to the second, because reads may omit fractions.
func moved(sent, held *time.Time) bool {
	return sent != nil && (held == nil || !sent.Truncate(time.Second).Equal(held.Truncate(time.Second)))
}

// newKey reads a new certificate. The text for a wrong end is known from reports; that
// for an invalid certificate is not verified.
func (h holder) newKey(id string, m *members, now time.Time) (directory.Key, error) {
	// Azure CLI sends the lines of a PEM file, with line breaks.
	encoded := strings.NewReplacer("\r", "", "\n", "").Replace(m.text("key"))
	der, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case m.err != nil:
		return directory.Key{}, m.err
	case err != nil:
		return directory.Key{}, unreadable()
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return directory.Key{}, badRequest("Invalid value specified for property 'keyCredentials' of resource 'KeyCredential'.")
	}
	k := readKey(m)
	if m.err != nil {
		return k, m.err
	}
	sum := sha1.Sum(der) // how the service identifies it
	k.KeyID, k.Added, k.Certificate, k.CustomKeyIdentifier = id, now, der, sum[:]
	k.Start, k.End = cmp.Or(k.Start, &certificate.NotBefore), cmp.Or(k.End, &certificate.NotAfter)
	k.DisplayName = cmp.Or(k.DisplayName, certificate.Subject.String())
	if k.End.After(certificate.NotAfter) || !k.End.After(now) {
		return k, badRequest("Key credential end date is invalid.")
	}
	return k, h.obeys(h.keyRules, *k.Start, *k.End)
}

// readKey reads the members that describe a certificate.
func readKey(m *members) directory.Key {
	return directory.Key{
		DisplayName: m.text("displayName"), Type: m.text("type"), Usage: m.text("usage"),
		Start: m.time("startDateTime"), End: m.time("endDateTime"),
	}
}

// openKeys finds the object and checks that the caller may roll its keys and has proven
// to hold one of them.
func (s *scene) openKeys(find finder, proof string) (holder, error) {
	h, err := find(s)
	if err != nil {
		return h, err
	}
	if s.caller.User || !strings.EqualFold(s.caller.AppID, h.AppID) {
		if !s.caller.User && !s.caller.holds(changePasswords) {
			return h, denied()
		}
		if err := s.mayChange(changePasswords, h.Owners); err != nil {
			return h, err
		}
	}
	if h.locked {
		return h, lockedProperty("keyCredentials")
	}
	return h, proven(proof, h, s.now)
}

// addKey adds one certificate. Source: Microsoft's documentation of addKey.
func addKey(find finder) handler {
	return func(s *scene) (*response, error) {
		c, proof, err := s.keyRequest()
		if err != nil {
			return nil, err
		}
		h, err := s.openKeys(find, proof)
		if err != nil {
			return nil, err
		}
		k, err := h.newKey(uuid.NewString(), c, s.now)
		if err != nil {
			return nil, err
		}
		before := keyDescriptions(h.Object)
		h.Keys = append(h.Keys, k)
		s.credentialsChanged(h, before, "keyCredentials")
		return s.ok(append(s.context("microsoft.graph.keyCredential"), keyObject(k, nil)...), 1), nil
	}
}

// keyRequest reads {"keyCredential": {...}, "passwordCredential": null, "proof": "..."}.
// Signing keys are not supported.
func (s *scene) keyRequest() (c *members, proof string, err error) {
	m := s.payload()
	m.parameters("addKey", "keyCredential", "passwordCredential", "proof")
	if m.err == nil && m.has("passwordCredential") {
		m.err = badRequest("Invalid value specified for property 'passwordCredential' of resource 'KeyCredential'.")
	}
	proof = m.text("proof")
	c = m.object("keyCredential")
	onlyKey(c)
	k := readKey(c)
	if c.err == nil && (k.Type != "AsymmetricX509Cert" || k.Usage != "Verify") {
		c.err = badRequest("Invalid value specified for property 'keyCredential' of resource 'KeyCredential'.")
	}
	return c, proof, c.err
}

// removeKey removes one certificate. The text for a missing one was captured.
func removeKey(find finder) handler {
	return func(s *scene) (*response, error) {
		m := s.payload()
		m.parameters("removeKey", "keyId", "proof")
		keyID, proof := m.guid("keyId"), m.text("proof")
		if m.err != nil {
			return nil, m.err
		}
		h, err := s.openKeys(find, proof)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(h.Keys, sameID(keyID)) {
			return nil, noCredentials()
		}
		before := keyDescriptions(h.Object)
		h.Keys = slices.DeleteFunc(slices.Clone(h.Keys), sameID(keyID))
		s.credentialsChanged(h, before, "keyCredentials")
		return noContent(), nil
	}
}
