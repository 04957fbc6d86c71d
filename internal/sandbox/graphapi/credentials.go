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

// holder is an application or service principal whose credentials change.
type holder struct {
	*directory.Object
	kind     directory.Kind
	policy   *directory.AppManagementPolicy
	rules    []directory.Restriction // on passwords
	keyRules []directory.Restriction
	locked   bool
	// added and removed are the audit log's names for changes of its credentials.
	added, removed string
}

// holder gathers what is in force for an object. A service principal is subject to the
// lock of its application, in whichever tenant that is registered.
func (s *scene) holder(kind directory.Kind, o *directory.Object) holder {
	h := holder{Object: o, kind: kind, added: directory.AuditApplication, removed: directory.AuditApplication}
	if kind == directory.ServicePrincipals {
		_, home := s.srv.world.HomeApplication(o.AppID)
		h.locked, h.added, h.removed = home.LockedPasswords(), directory.AuditAdded, directory.AuditRemoved
	}
	h.policy, h.rules, h.keyRules = s.tenant.PolicyFor(kind, o)
	return h
}

// finder returns the object of a request whose credentials change.
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

// credentialsChanged notes a change of an object's credentials in the journal and in
// the audit log.
func (s *scene) credentialsChanged(h holder, before []string, property string) {
	s.tenant.Changed(s.now, h.kind, h.ID, property)
	s.auditKeys(h, before)
}

// obeys checks the app management policy. That a certificate is refused with the
// codes of a password is not verified.
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

// late reports whether the answering replica has not yet heard of a credential, by
// when it was added. Without a delay no credential is late, even where the clock was
// set back since.
func (s *scene) late(added time.Time) bool {
	delay := s.tenant.ListDelay
	return delay > 0 && !added.IsZero() && s.now.Sub(added) < delay
}

// passwordObjects are the passwordCredentials of a read: secretText is there and
// null, always. Source: recordings.
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

// keyObjects are the keyCredentials. key is null unless $select names
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

// keyElements are what filters can name of keyCredentials, all in advanced queries.
func keyElements() []*property[object] {
	return []*property[object]{
		element("endDateTime", odata.Date, "", "ge le"), element("startDateTime", odata.Date, "", "ge le"),
		element("keyId", odata.GUID, "", "eq"), element("displayName", odata.String, "", "eq"),
	}
}

func sameID(id string) func(directory.Key) bool {
	return func(k directory.Key) bool { return strings.EqualFold(k.KeyID, id) }
}
