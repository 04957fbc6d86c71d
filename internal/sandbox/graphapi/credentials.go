package graphapi

import (
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// based is an application or a service principal.
type based interface{ Base() *directory.Object }

// holder is an application or service principal and what restricts its credentials.
type holder struct {
	*directory.Object
	kind     directory.Kind
	policy   *directory.AppManagementPolicy
	rules    []directory.Restriction // on passwords
	keyRules []directory.Restriction
	locked   bool
	// added and removed are the names of credential changes in the audit log.
	added, removed string
}

// holder returns an object with its restrictions. A service principal obeys the lock of
// its application, in whichever tenant that is registered.
func (s *scene) holder(kind directory.Kind, o *directory.Object) holder {
	h := holder{Object: o, kind: kind, added: directory.AuditApplication, removed: directory.AuditApplication}
	if kind == directory.ServicePrincipals {
		_, home := s.srv.world.HomeApplication(o.AppID)
		h.locked, h.added, h.removed = home.LockedPasswords(), directory.AuditAdded, directory.AuditRemoved
	}
	h.policy, h.rules, h.keyRules = s.tenant.PolicyFor(kind, o)
	return h
}

// finder returns the object that a request names.
type finder func(*scene) (holder, error)

func held[T based](e *entity[T]) finder {
	return func(s *scene) (holder, error) {
		item, err := e.find(s, s.keys[0])
		if err != nil {
			return holder{}, err
		}
		return s.holder(e.kind, item.Base()), nil
	}
}

func lockedProperty(name string) error {
	return refuse(http.StatusBadRequest, "CannotUpdateLockedServicePrincipalProperty", "Property %s is invalid.", name)
}

func noCredentials() error { return badRequest("No credentials found to be removed.") }

// credentialsChanged records a change of credentials in the journal and the audit log.
func (s *scene) credentialsChanged(h holder, before []string, property string) {
	s.tenant.Changed(s.now, h.kind, h.ID, property)
	s.auditKeys(h, before)
}

// obeys applies the app management policy. It is not verified that certificates are
// refused with the same codes as passwords.
func (h holder) obeys(rules []directory.Restriction, start, end time.Time) error {
	if h.policy == nil {
		return nil
	}
	v, violated := h.policy.Violated(rules, h.Created, start, end)
	switch {
	case !violated:
		return nil
	case v.Type == directory.RestrictLifetime, v.Type == directory.RestrictKeyLifetime:
		return invalidEnd(refuse(http.StatusBadRequest, "CredentialInvalidLifetimeAsPerAppPolicy",
			"Credential lifetime exceeds the max value allowed as per assigned policy '%s'.", v.PolicyID))
	}
	return refuse(http.StatusBadRequest, "CredentialTypeNotAllowedAsPerAppPolicy", "Credential type not allowed as per assigned policy '%s'.", v.PolicyID)
}

func invalidEnd(e *apiError) *apiError {
	e.details = []object{{{"code", "InvalidKeyEndDate"}, {"message", e.message}, {"target", "EndDate"}}}
	return e
}

// late reports whether a credential was added so recently that the answering replica does
// not know it yet. Without a delay, none is late, even if the clock was set back.
func (s *scene) late(added time.Time) bool {
	delay := s.tenant.ListDelay
	return delay > 0 && !added.IsZero() && s.now.Sub(added) < delay
}

// passwordObjects returns passwordCredentials as reads show them: secretText is always
// null. Source: recordings.
func passwordObjects(s *scene, all []directory.Password) []object {
	out := make([]object, 0, len(all))
	for _, p := range all {
		if !s.late(p.Added) {
			out = append(out, passwordObject(p, nil))
		}
	}
	return out
}

func passwordObject(p directory.Password, secretText any) object {
	return object{
		{"customKeyIdentifier", binary64(p.CustomKeyIdentifier)}, {"displayName", orNull(p.DisplayName)},
		{"endDateTime", orNull(p.End)}, {"hint", orNull(p.Hint)}, {"keyId", p.KeyID},
		{"secretText", secretText}, {"startDateTime", orNull(p.Start)},
	}
}

// keyObjects returns keyCredentials. Their key is null unless $select names
// keyCredentials. Source: Microsoft's documentation of keyCredential.
func keyObjects(s *scene, all []directory.Key) []object {
	withKey := containsFold(s.query.selected, "keyCredentials")
	out := make([]object, 0, len(all))
	for _, k := range all {
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
		{"customKeyIdentifier", binary64(k.CustomKeyIdentifier)}, {"displayName", orNull(k.DisplayName)},
		{"endDateTime", orNull(k.End)}, {"key", key}, {"keyId", k.KeyID},
		{"startDateTime", orNull(k.Start)}, {"type", orNull(k.Type)}, {"usage", orNull(k.Usage)},
	}
}

// binary64 encodes bytes as Graph does, in standard base64.
func binary64(b []byte) any { return orNull(base64.StdEncoding.EncodeToString(b)) }

// keyElements returns the properties of a keyCredential that filters support, all of them
// in advanced queries only.
func keyElements() []*property[object] {
	return []*property[object]{
		element("endDateTime", odata.Date, "", "ge le"), element("startDateTime", odata.Date, "", "ge le"),
		element("keyId", odata.GUID, "", "eq"), element("displayName", odata.String, "", "eq"),
	}
}

func sameID(id string) func(directory.Key) bool {
	return func(k directory.Key) bool { return strings.EqualFold(k.KeyID, id) }
}
