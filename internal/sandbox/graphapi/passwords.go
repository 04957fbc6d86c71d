package graphapi

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// open finds the object and checks that the caller may change its passwords.
func (s *scene) open(find finder) (holder, error) {
	h, err := find(s)
	if err != nil {
		return h, err
	}
	if err := s.mayChange(changePasswords, h.Owners); err != nil {
		return h, err
	}
	if h.locked {
		return h, lockedProperty("passwordCredentials")
	}
	return h, nil
}

func addPassword(find finder) handler {
	return func(s *scene) (*response, error) {
		wish, err := s.passwordRequest()
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
		before := keyDescriptions(h.Object)
		p := h.AddPassword(s.now, wish)
		s.credentialsChanged(h, before, "passwordCredentials")
		res := s.ok(append(s.context("microsoft.graph.passwordCredential"), passwordObject(p, p.Secret)...), 1)
		// The real service sends this odd header, too. Source: a recording.
		res.header.Set("Location", s.origin())
		return res, nil
	}
}

// passwordRequest reads {"passwordCredential": {...}}; an empty object selects all
// defaults. Members that only the service sets are ignored; whether the real service
// refuses them is not verified.
func (s *scene) passwordRequest() (directory.PasswordRequest, error) {
	m := s.payload()
	m.parameters("addPassword", "passwordCredential")
	if m.err != nil || !m.has("passwordCredential") {
		return directory.PasswordRequest{}, m.err
	}
	c := m.object("passwordCredential")
	c.only("passwordCredential", "customKeyIdentifier", "displayName", "endDateTime", "hint", "keyId", "secretText", "startDateTime")
	wish := directory.PasswordRequest{DisplayName: c.text("displayName"), Start: c.time("startDateTime"), End: c.time("endDateTime")}
	return wish, c.err
}

// twoSecrets is the most passwords of an application for personal accounts. Source:
// Microsoft's "supported accounts validation".
const twoSecrets = 2

// allows checks the rules for a new password. The texts for a bad period and for a third
// password are not verified.
func (h holder) allows(now time.Time, wish directory.PasswordRequest) error {
	start, end := wish.Period(now)
	if !end.After(start) {
		return invalidEnd(badRequest("Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'."))
	}
	if h.kind == directory.Applications && strings.HasSuffix(h.SignInAudience, "PersonalMicrosoftAccount") && len(h.Listed()) >= twoSecrets {
		return badRequest("The number of password credentials is limited to %d for applications of this signInAudience.", twoSecrets)
	}
	return h.obeys(h.rules, start, end)
}

func removePassword(find finder) handler {
	return func(s *scene) (*response, error) {
		m := s.payload()
		m.parameters("removePassword", "keyId")
		keyID := m.guid("keyId")
		if m.err != nil {
			return nil, m.err
		}
		h, err := s.open(find)
		if err != nil {
			return nil, err
		}
		// A lagging replica refuses to remove a password that another one has just added
		// (a live run of 2026).
		unheard := slices.ContainsFunc(h.Passwords, func(p directory.Password) bool {
			return strings.EqualFold(p.KeyID, keyID) && s.late(p.Added)
		})
		before := keyDescriptions(h.Object)
		if unheard || h.RemovePassword(s.now, keyID) != nil {
			return nil, noCredentials()
		}
		s.credentialsChanged(h, before, "passwordCredentials")
		return noContent(), nil
	}
}

// refusePasswords refuses every PATCH of passwords: new ones need addPassword, and
// existing ones cannot change. Both texts were captured, the second in 2017. It is not
// verified whether leaving one out removes it; here it is refused.
func refusePasswords(m *members, o *directory.Object) error {
	var sent []struct {
		KeyID string `json:"keyId"`
	}
	if m.into("passwordCredentials", &sent); m.err != nil {
		return m.err
	}
	id := ""
	for _, p := range slices.Backward(sent) {
		id = p.KeyID
		if !slices.ContainsFunc(o.Listed(), func(have directory.Password) bool { return strings.EqualFold(have.KeyID, id) }) {
			return badRequest("New password credentials must be generated with service actions.")
		}
	}
	return badRequest("Update to existing credential with KeyId '%s' is not allowed.", id)
}
