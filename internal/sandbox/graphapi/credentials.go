package graphapi

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// passwordObjects are the passwordCredentials of a read: secretText is there and
// null, always. Source: recordings.
func passwordObjects(s *scene, c *directory.Credentials) []object {
	listed := c.Listed()
	out := make([]object, 0, len(listed))
	for _, p := range listed {
		if !s.unheard(p) {
			out = append(out, passwordObject(p, nil))
		}
	}
	return out
}

// unheard reports that the replica that answers has not heard of a new password.
func (s *scene) unheard(p directory.Password) bool { return s.late(p.Added) }

// late is the same of any credential, by when it was added. Without a delay nothing
// is, also where the clock was set back since.
func (s *scene) late(added time.Time) bool {
	delay := s.tenant.ListDelay
	return delay > 0 && !added.IsZero() && s.now.Sub(added) < delay
}

func passwordObject(p directory.Password, secretText any) object {
	return object{
		{"customKeyIdentifier", binary64(p.CustomKeyIdentifier)},
		{"displayName", orNull(p.DisplayName)},
		{"endDateTime", pointerTime(p.End)},
		{"hint", orNull(p.Hint)},
		{"keyId", p.KeyID},
		{"secretText", secretText},
		{"startDateTime", pointerTime(p.Start)},
	}
}

// keyObjects are the keyCredentials. key is null unless $select names
// keyCredentials. Source: Microsoft's documentation of keyCredential.
func keyObjects(s *scene, c *directory.Credentials) []object {
	withKey := slices.ContainsFunc(s.query.selected, func(n string) bool { return strings.EqualFold(n, "keyCredentials") })
	out := make([]object, 0, len(c.Keys))
	for _, k := range c.Keys {
		if s.late(k.Added) {
			continue
		}
		var key any
		if withKey {
			key = binary64(k.Certificate)
		}
		out = append(out, keyObject(k, key))
	}
	return out
}

func keyObject(k directory.Key, key any) object {
	return object{
		{"customKeyIdentifier", binary64(k.CustomKeyIdentifier)},
		{"displayName", orNull(k.DisplayName)},
		{"endDateTime", pointerTime(k.End)},
		{"key", key},
		{"keyId", k.KeyID},
		{"startDateTime", pointerTime(k.Start)},
		{"type", orNull(k.Type)},
		{"usage", orNull(k.Usage)},
	}
}

// binary64 writes bytes as Graph does, in standard base64.
func binary64(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return base64.StdEncoding.EncodeToString(b)
}

// keyFilters are the filters on the elements of keyCredentials, all advanced.
func keyFilters() []filterable[object] {
	return []filterable[object]{
		{path: "endDateTime", kind: date, advanced: opGe | opLe, get: member("endDateTime")},
		{path: "startDateTime", kind: date, advanced: opGe | opLe, get: member("startDateTime")},
		{path: "keyId", kind: guid, advanced: opEq, get: member("keyId")},
		{path: "displayName", kind: text, advanced: opEq, get: member("displayName")},
	}
}

func member(name string) func(*scene, object) any {
	return func(_ *scene, o object) any { return o.get(name) }
}
