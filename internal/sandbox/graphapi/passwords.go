package graphapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// holder is an application or service principal whose credentials change.
type holder struct {
	kind        directory.Kind
	id, name    string
	appID       string
	credentials *directory.Credentials
	owners      []string
	created     time.Time
	audience    string // signInAudience, which may allow two passwords only
	policy      *directory.AppManagementPolicy
	rules       []directory.Restriction // on passwords
	keyRules    []directory.Restriction
	locked      bool
	// activity of the audit log, for an addition and for a removal.
	added, removed string
}

func applicationHolder(s *scene) (holder, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return holder{}, err
	}
	h := holder{
		kind: directory.Applications, id: a.ID, name: a.DisplayName, appID: a.AppID, credentials: &a.Credentials, owners: a.Owners, created: a.Created, audience: a.SignInAudience,
		added: directory.AuditApplication, removed: directory.AuditApplication,
	}
	h.policy, h.rules = s.tenant.ApplicationPolicy(a)
	_, h.keyRules = s.tenant.ApplicationKeyRules(a)
	return h, nil
}

// servicePrincipalHolder minds the lock, which is set on the application,
// wherever that is, and holds for its service principals.
func servicePrincipalHolder(s *scene) (holder, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return holder{}, err
	}
	_, home := s.srv.world.HomeApplication(p.AppID)
	h := holder{
		kind: directory.ServicePrincipals, id: p.ID, name: p.DisplayName, appID: p.AppID, credentials: &p.Credentials, owners: p.Owners, created: p.Created,
		locked: home.LockedPasswords(), added: directory.AuditAdded, removed: directory.AuditRemoved,
	}
	h.policy, h.rules = s.tenant.ServicePrincipalPolicy(p)
	_, h.keyRules = s.tenant.ServicePrincipalKeyRules(p)
	return h, nil
}

func addApplicationPassword(s *scene) (*response, error) { return addPassword(s, applicationHolder) }
func addServicePrincipalPassword(s *scene) (*response, error) {
	return addPassword(s, servicePrincipalHolder)
}
func removeApplicationPassword(s *scene) (*response, error) {
	return removePassword(s, applicationHolder)
}
func removeServicePrincipalPassword(s *scene) (*response, error) {
	return removePassword(s, servicePrincipalHolder)
}

// open finds the object and checks that the caller may change it.
func (s *scene) open(find func(*scene) (holder, error)) (holder, error) {
	h, err := find(s)
	if err != nil {
		return h, err
	}
	if err := s.mayChange(changePasswords(), h.owners); err != nil {
		return h, err
	}
	if h.locked {
		return h, refuse(http.StatusBadRequest, "CannotUpdateLockedServicePrincipalProperty", "Property passwordCredentials is invalid.")
	}
	return h, nil
}

func addPassword(s *scene, find func(*scene) (holder, error)) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	wish, err := passwordRequest(members)
	if err != nil {
		return nil, err
	}
	h, err := s.open(find)
	if err != nil {
		return nil, err
	}
	if err := h.allows(s.now, wish); err != nil {
		return nil, err
	}
	before := keyDescriptions(h.credentials)
	p := h.credentials.AddPassword(s.now, wish)
	s.tenant.Changed(s.now, h.kind, h.id, "passwordCredentials")
	s.auditKeys(h, before)
	res := s.ok(append(s.context("microsoft.graph.passwordCredential"), passwordObject(p, p.Secret)...), 1)
	// The odd header is on the wire. Source: a recording.
	res.header.Set("Location", s.origin())
	return res, nil
}

// passwordRequest reads {"passwordCredential": {...}}; an empty object takes all
// defaults. Members that only the service sets are accepted and not honoured;
// whether the real one refuses them is not verified.
func passwordRequest(members map[string]json.RawMessage) (directory.PasswordRequest, error) {
	var wish directory.PasswordRequest
	for name := range members {
		if name != "passwordCredential" {
			return wish, parsing("The parameter '%s' in the request payload is not a valid parameter for the operation 'addPassword'.", name)
		}
	}
	raw, ok := members["passwordCredential"]
	if !ok || isNull(raw) {
		return wish, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return wish, unreadable()
	}
	err := onlyMembers(fields, "passwordCredential", "customKeyIdentifier", "displayName", "endDateTime", "hint", "keyId", "secretText", "startDateTime")
	if err != nil {
		return wish, err
	}
	if wish.DisplayName, err = nullableString(fields, "displayName"); err != nil {
		return wish, err
	}
	if wish.Start, err = nullableTime(fields, "startDateTime"); err != nil {
		return wish, err
	}
	wish.End, err = nullableTime(fields, "endDateTime")
	return wish, err
}

const twoSecrets = 2

// allows checks the rules for a new password. The texts for a bad period and for
// a third password of a personal-account app are not verified.
func (h holder) allows(now time.Time, wish directory.PasswordRequest) error {
	start, end := wish.Period(now)
	if !end.After(start) {
		return invalidEnd(badRequest("Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'."))
	}
	if directory.TwoSecretsAtMost(h.audience) && len(h.credentials.Listed()) >= twoSecrets {
		return badRequest("The number of password credentials is limited to %d for applications of this signInAudience.", twoSecrets)
	}
	return h.obeys(h.rules, start, end)
}

// obeys checks the app management policy. That a certificate is refused with the
// codes of a password is not verified.
func (h holder) obeys(rules []directory.Restriction, start, end time.Time) error {
	if h.policy == nil {
		return nil
	}
	v, violated := h.policy.Violated(rules, h.created, start, end)
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

func removePassword(s *scene, find func(*scene) (holder, error)) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	keyID, err := nullableString(members, "keyId")
	if err != nil {
		return nil, err
	}
	for name := range members {
		if name != "keyId" {
			return nil, parsing("The parameter '%s' in the request payload is not a valid parameter for the operation 'removePassword'.", name)
		}
	}
	if !guidPattern().MatchString(keyID) {
		return nil, parsing("Cannot convert the literal '%s' to the expected type 'Edm.Guid'.", keyID)
	}
	h, err := s.open(find)
	if err != nil {
		return nil, err
	}
	// A replica that lags refuses what another one has just added (a live run of
	// 2026).
	unheard := slices.ContainsFunc(h.credentials.Passwords, func(p directory.Password) bool {
		return strings.EqualFold(p.KeyID, keyID) && s.unheard(p)
	})
	if unheard {
		return nil, badRequest("No credentials found to be removed.")
	}
	before := keyDescriptions(h.credentials)
	if _, err := h.credentials.RemovePassword(s.now, keyID); err != nil {
		return nil, badRequest("No credentials found to be removed.")
	}
	s.tenant.Changed(s.now, h.kind, h.id, "passwordCredentials")
	s.auditKeys(h, before)
	return noContent(), nil
}

func noContent() *response { return &response{status: http.StatusNoContent, header: http.Header{}} }
