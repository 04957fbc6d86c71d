package graphapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// setter changes one property from its JSON.
type setter func(json.RawMessage) error

func set[T any](target *T) setter {
	return func(raw json.RawMessage) error {
		var v T
		if json.Unmarshal(raw, &v) != nil || isNull(raw) {
			return unreadable()
		}
		*target = v
		return nil
	}
}

// patchServicePrincipal changes the properties that an administrator switches.
func patchServicePrincipal(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changePasswords(), p.Owners); err != nil {
		return nil, err
	}
	next := *p
	names, err := applyPatch(s, s.srv.types.servicePrincipal, &p.Credentials, map[string]setter{
		"accountEnabled": set(&next.Enabled), "appRoleAssignmentRequired": set(&next.AssignmentRequired),
		"tags": set(&next.Tags), "displayName": set(&next.DisplayName), "keyCredentials": s.keySetter(&next.Keys, servicePrincipalHolder),
	})
	if err != nil {
		return nil, err
	}
	before := keyDescriptions(&p.Credentials)
	*p = next
	return s.patched(servicePrincipalHolder, before, names)
}

// keySetter replaces the certificates of an object, where its lock and the policies
// let it.
func (s *scene) keySetter(target *[]directory.Key, find func(*scene) (holder, error)) setter {
	return func(raw json.RawMessage) error {
		h, err := find(s)
		if err != nil {
			return err
		}
		if h.locked {
			return lockedKeys()
		}
		return setKeys(target, s.now, h)(raw)
	}
}

func patchApplication(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication(), a.Owners); err != nil {
		return nil, err
	}
	next := *a
	names, err := applyPatch(s, s.srv.types.application, &a.Credentials, map[string]setter{
		"displayName": set(&next.DisplayName), "tags": set(&next.Tags), "identifierUris": set(&next.IdentifierURIs),
		"isDisabled": set(&next.Disabled), "isFallbackPublicClient": set(&next.PublicClient), "signInAudience": set(&next.SignInAudience),
		"keyCredentials": s.keySetter(&next.Keys, applicationHolder),
	})
	if err != nil {
		return nil, err
	}
	before := keyDescriptions(&a.Credentials)
	*a = next
	if p := s.tenant.ServicePrincipalByAppID(a.AppID); p != nil && slices.Contains(names, "isDisabled") {
		s.tenant.Changed(s.now, directory.ServicePrincipals, p.ID, "isDisabled") // it mirrors the application's
	}
	return s.patched(applicationHolder, before, names)
}

// patched notes what a PATCH changed, and writes it into the audit log.
func (s *scene) patched(find func(*scene) (holder, error), before, names []string) (*response, error) {
	h, err := find(s)
	if err != nil {
		return nil, err
	}
	s.tenant.Changed(s.now, h.kind, h.id, names...)
	if slices.Contains(names, "keyCredentials") {
		s.auditKeys(h, before)
		return noContent(), nil
	}
	activity := auditUpdateApplication
	if h.kind == directory.ServicePrincipals {
		activity = auditUpdatePrincipal
	}
	s.audit(activity, "", h.id, h.name, h.appID)
	return noContent(), nil
}

// applyPatch runs the setters of the members sent, all or, where one fails, none
// that anybody sees: they work on a copy. It returns the properties that were set.
func applyPatch[T any](s *scene, e *entity[T], c *directory.Credentials, setters map[string]setter) ([]string, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	var names []string
	for name := range members {
		if setters[name] != nil {
			names = append(names, name)
		}
	}
	return names, applyMembers(e, c, setters, members)
}

func applyMembers[T any](e *entity[T], c *directory.Credentials, setters map[string]setter, members map[string]json.RawMessage) error {
	for name, raw := range members {
		if err := applyMember(e, c, setters, name, raw); err != nil {
			return err
		}
	}
	return nil
}

func applyMember[T any](e *entity[T], c *directory.Credentials, setters map[string]setter, name string, raw json.RawMessage) error {
	if change, ok := setters[name]; ok {
		return change(raw)
	}
	if strings.Contains(name, "@") {
		return nil // an annotation
	}
	if _, ok := e.property(name); !ok {
		return onlyMembers(map[string]json.RawMessage{name: raw}, e.name)
	}
	if name == "passwordCredentials" {
		return refusePasswords(raw, c)
	}
	if slices.Contains(readOnly(), name) {
		return badRequest("Property '%s' is read-only and cannot be set.", name)
	}
	// The service would keep it; who reads this must not look for the fault there.
	return refuse(http.StatusNotImplemented, "NotImplemented", "The spcheck sandbox does not keep the property '%s'.", name)
}

// readOnly are the properties that the service itself sets. Source: Microsoft's
// documentation of application and servicePrincipal.
func readOnly() []string {
	return []string{"id", "appId", "createdDateTime", "deletedDateTime", "createdByAppId", "applicationTemplateId", "appDisplayName",
		"appOwnerOrganizationId", "certification", "disabledByMicrosoftStatus", "publisherDomain", "signInAudience", "verifiedPublisher"}
}

// refusePasswords refuses every PATCH of passwords: new ones are for addPassword,
// and those that the object holds cannot change. Both texts were captured, the
// second in 2017; whether leaving one out removes it is not verified, and it is
// refused here.
func refusePasswords(raw json.RawMessage, c *directory.Credentials) error {
	var sent []struct {
		KeyID string `json:"keyId"`
	}
	if json.Unmarshal(raw, &sent) != nil {
		return unreadable()
	}
	held := func(id string) bool {
		return slices.ContainsFunc(c.Listed(), func(p directory.Password) bool { return strings.EqualFold(p.KeyID, id) })
	}
	for _, p := range sent {
		if !held(p.KeyID) {
			return badRequest("New password credentials must be generated with service actions.")
		}
	}
	id := ""
	if len(sent) > 0 {
		id = sent[0].KeyID
	}
	return badRequest("Update to existing credential with KeyId '%s' is not allowed.", id)
}
