package graphapi

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func addApplicationKey(s *scene) (*response, error)      { return addKey(s, applicationHolder) }
func addServicePrincipalKey(s *scene) (*response, error) { return addKey(s, servicePrincipalHolder) }
func removeApplicationKey(s *scene) (*response, error)   { return removeKey(s, applicationHolder) }
func removeServicePrincipalKey(s *scene) (*response, error) {
	return removeKey(s, servicePrincipalHolder)
}

func lockedKeys() error {
	return refuse(http.StatusBadRequest, "CannotUpdateLockedServicePrincipalProperty", "Property keyCredentials is invalid.")
}

// openKeys finds the object, and checks that the caller may roll its keys and has
// proven to hold one of them.
func (s *scene) openKeys(find func(*scene) (holder, error), proof string) (holder, error) {
	h, err := find(s)
	if err != nil {
		return h, err
	}
	if s.caller.User || !strings.EqualFold(s.caller.AppID, h.appID) {
		if !s.caller.User && !s.caller.has(changePasswords().app) {
			return h, denied()
		}
		if err := s.mayChange(changePasswords(), h.owners); err != nil {
			return h, err
		}
	}
	if h.locked {
		return h, lockedKeys()
	}
	return h, proven(proof, h, s.now)
}

// addKey adds one certificate. Source: Microsoft's documentation of addKey.
func addKey(s *scene, find func(*scene) (holder, error)) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	fields, proof, err := keyRequest(members)
	if err != nil {
		return nil, err
	}
	h, err := s.openKeys(find, proof)
	if err != nil {
		return nil, err
	}
	k, err := newKey(uuid.NewString(), fields, s.now, h)
	if err != nil {
		return nil, err
	}
	before := keyDescriptions(h.credentials)
	h.credentials.Keys = append(h.credentials.Keys, k)
	s.tenant.Changed(s.now, h.kind, h.id, "keyCredentials")
	s.auditKeys(h, before)
	return s.ok(append(s.context("microsoft.graph.keyCredential"), keyObject(k, nil)...), 1), nil
}

// keyRequest reads {"keyCredential": {...}, "passwordCredential": null, "proof": "..."}.
func keyRequest(members map[string]json.RawMessage) (fields map[string]json.RawMessage, proof string, err error) {
	for name := range members {
		if !slices.Contains([]string{"keyCredential", "passwordCredential", "proof"}, name) {
			return nil, "", parsing("The parameter '%s' in the request payload is not a valid parameter for the operation 'addKey'.", name)
		}
	}
	if raw := members["passwordCredential"]; len(raw) > 0 && !isNull(raw) {
		return nil, "", badRequest("Invalid value specified for property 'passwordCredential' of resource 'KeyCredential'.")
	}
	if proof, err = nullableString(members, "proof"); err != nil {
		return nil, "", err
	}
	if json.Unmarshal(members["keyCredential"], &fields) != nil || fields == nil {
		return nil, "", unreadable()
	}
	err = onlyMembers(fields, "keyCredential", "customKeyIdentifier", "displayName", "endDateTime", "key", "keyId", "startDateTime", "type", "usage")
	if err != nil {
		return nil, "", err
	}
	k := directory.Key{}
	if err := readKey(&k, fields); err != nil {
		return nil, "", err
	}
	if k.Type != "AsymmetricX509Cert" || k.Usage != "Verify" { // keys that sign are not rolled here
		return nil, "", badRequest("Invalid value specified for property 'keyCredential' of resource 'KeyCredential'.")
	}
	return fields, proof, nil
}

// removeKey removes one certificate. The text for an absent one was captured.
func removeKey(s *scene, find func(*scene) (holder, error)) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	for name := range members {
		if name != "keyId" && name != "proof" {
			return nil, parsing("The parameter '%s' in the request payload is not a valid parameter for the operation 'removeKey'.", name)
		}
	}
	keyID, err := nullableString(members, "keyId")
	if err != nil {
		return nil, err
	}
	proof, err := nullableString(members, "proof")
	if err != nil {
		return nil, err
	}
	if !guidPattern().MatchString(keyID) {
		return nil, parsing("Cannot convert the literal '%s' to the expected type 'Edm.Guid'.", keyID)
	}
	h, err := s.openKeys(find, proof)
	if err != nil {
		return nil, err
	}
	same := func(k directory.Key) bool { return strings.EqualFold(k.KeyID, keyID) }
	if !slices.ContainsFunc(h.credentials.Keys, same) {
		return nil, badRequest("No credentials found to be removed.")
	}
	before := keyDescriptions(h.credentials)
	h.credentials.Keys = slices.DeleteFunc(slices.Clone(h.credentials.Keys), same)
	s.tenant.Changed(s.now, h.kind, h.id, "keyCredentials")
	s.auditKeys(h, before)
	return noContent(), nil
}
