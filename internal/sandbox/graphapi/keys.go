package graphapi

import (
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

// maxKeys bounds the certificates of one object, of which the real service too
// lets through no more than an object of limited size can hold.
const maxKeys = 100

// setKeys replaces the certificates of an object, as a PATCH of keyCredentials
// does: what the list leaves out is removed, what it names by a known keyId stays
// as it is (reads give it without its key), and the rest is new. Source: Microsoft's
// documentation of application-update, and what Azure CLI sends.
func setKeys(target *[]directory.Key, now time.Time, h holder) setter {
	return func(raw json.RawMessage) error {
		var sent []map[string]json.RawMessage
		if json.Unmarshal(raw, &sent) != nil || isNull(raw) || len(sent) > maxKeys {
			return unreadable()
		}
		next := make([]directory.Key, 0, len(sent))
		for _, members := range sent {
			k, err := oneKey(members, *target, now, h)
			if err != nil {
				return err
			}
			next = append(next, k)
		}
		*target = next
		return nil
	}
}

func oneKey(members map[string]json.RawMessage, held []directory.Key, now time.Time, h holder) (directory.Key, error) {
	err := onlyMembers(members, "keyCredential", "customKeyIdentifier", "displayName", "endDateTime", "key", "keyId", "startDateTime", "type", "usage")
	if err != nil {
		return directory.Key{}, err
	}
	id, err := nullableString(members, "keyId")
	if err != nil {
		return directory.Key{}, err
	}
	same := func(k directory.Key) bool { return strings.EqualFold(k.KeyID, id) }
	if i := slices.IndexFunc(held, same); i >= 0 {
		return held[i], unchanged(held[i], members)
	}
	switch {
	case id == "":
		id = uuid.NewString()
	case !guidPattern().MatchString(id):
		return directory.Key{}, parsing("Cannot convert the literal '%s' to the expected type 'Edm.Guid'.", id)
	}
	return newKey(strings.ToLower(id), members, now, h)
}

// unchanged refuses to alter a certificate that the object holds: what is sent of
// it must be as a read gives it, or be left out. The text was captured for passwords.
func unchanged(held directory.Key, members map[string]json.RawMessage) error {
	sent := directory.Key{}
	if err := readKey(&sent, members); err != nil {
		return err
	}
	key, err := nullableString(members, "key")
	if err != nil {
		return err
	}
	differs := func(a, b string) bool { return a != "" && a != b }
	if differs(key, base64.StdEncoding.EncodeToString(held.Certificate)) || differs(sent.Type, held.Type) || differs(sent.Usage, held.Usage) ||
		moved(sent.Start, held.Start) || moved(sent.End, held.End) {
		return badRequest("Update to existing credential with KeyId '%s' is not allowed.", held.KeyID)
	}
	return nil
}

// moved compares times to the second, since reads may leave out fractions.
func moved(sent, held *time.Time) bool {
	return sent != nil && (held == nil || sent.Truncate(time.Second).Sub(held.Truncate(time.Second)) != 0)
}

// newKey reads a certificate. The text for a wrong end is known from reports; the
// one for what is no certificate is not verified.
func newKey(id string, members map[string]json.RawMessage, now time.Time, h holder) (directory.Key, error) {
	k := directory.Key{KeyID: id, Added: now}
	encoded, err := nullableString(members, "key")
	if err != nil {
		return k, err
	}
	// Azure CLI sends the lines of a PEM file, with their ends.
	k.Certificate, err = base64.StdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "").Replace(encoded))
	if err != nil {
		return k, unreadable()
	}
	certificate, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		return k, badRequest("Invalid value specified for property 'keyCredentials' of resource 'KeyCredential'.")
	}
	if err := readKey(&k, members); err != nil {
		return k, err
	}
	if k.Start == nil {
		k.Start = &certificate.NotBefore
	}
	if k.End == nil {
		k.End = &certificate.NotAfter
	}
	if k.End.After(certificate.NotAfter) || !k.End.After(now) {
		return k, badRequest("Key credential end date is invalid.")
	}
	sum := sha1.Sum(k.Certificate) // the service's own name for it
	k.CustomKeyIdentifier = sum[:]
	if k.DisplayName == "" {
		k.DisplayName = certificate.Subject.String()
	}
	return k, h.obeys(h.keyRules, *k.Start, *k.End)
}

// readKey takes what the client says about a certificate.
func readKey(k *directory.Key, members map[string]json.RawMessage) error {
	for name, into := range map[string]*string{"displayName": &k.DisplayName, "type": &k.Type, "usage": &k.Usage} {
		text, err := nullableString(members, name)
		if err != nil {
			return err
		}
		*into = text
	}
	var err error
	if k.Start, err = nullableTime(members, "startDateTime"); err != nil {
		return err
	}
	k.End, err = nullableTime(members, "endDateTime")
	return err
}
