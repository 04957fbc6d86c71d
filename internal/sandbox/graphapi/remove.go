package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// createApplication registers an application, without a service principal, as the
// service does; whoever does it with no more than OwnedBy becomes its owner.
func createApplication(s *scene) (*response, error) {
	members, err := s.payload()
	if err != nil {
		return nil, err
	}
	a := &directory.Application{ID: uuid.NewString(), AppID: uuid.NewString(), SignInAudience: "AzureADMyOrg", Created: s.now}
	if s.caller.has([]string{ownedBy}) && !s.caller.User {
		a.Owners = []string{s.caller.ServicePrincipalID}
	}
	if err := applyMembers(s.srv.types.application, &a.Credentials, map[string]setter{
		"displayName": set(&a.DisplayName), "tags": set(&a.Tags), "identifierUris": set(&a.IdentifierURIs), "notes": set(&a.Notes),
		"isFallbackPublicClient": set(&a.PublicClient), "signInAudience": set(&a.SignInAudience),
	}, members); err != nil {
		return nil, err
	}
	if a.DisplayName == "" {
		return nil, badRequest("Property displayName is invalid.") // the words are not verified
	}
	res, err := one(s, s.srv.types.application, a, "applications")
	if err != nil {
		return nil, err
	}
	s.tenant.AddApplication(s.now, a)
	s.audit(auditAddApplication, "Add", a.ID, a.DisplayName, a.AppID)
	res.status = http.StatusCreated
	return res, nil
}

func deleteApplication(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication(), a.Owners); err != nil {
		return nil, err
	}
	principal := s.tenant.ServicePrincipalByAppID(a.AppID)
	s.tenant.DeleteApplication(s.now, a.ID)
	s.audit(auditDeleteApplication, "Delete", a.ID, a.DisplayName, a.AppID)
	if principal != nil {
		s.audit(auditRemovePrincipal, "Delete", principal.ID, principal.DisplayName, principal.AppID)
	}
	return noContent(), nil
}

func deleteServicePrincipal(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	if err := s.mayChange(changeApplication(), p.Owners); err != nil {
		return nil, err
	}
	s.tenant.DeleteServicePrincipal(s.now, p.ID)
	s.audit(auditRemovePrincipal, "Delete", p.ID, p.DisplayName, p.AppID)
	return noContent(), nil
}

// restoreDeleted takes an application or a service principal out of the deleted
// items.
func restoreDeleted(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	if !s.tenant.Restore(s.now, id) {
		return nil, notFound(id)
	}
	if a := s.tenant.Application(id); a != nil {
		s.audit(auditRestoreApplication, "Update", a.ID, a.DisplayName, a.AppID)
		return one(s, s.srv.types.application, a, "directoryObjects")
	}
	p := s.tenant.ServicePrincipal(id)
	s.audit(auditRestorePrincipal, "Update", p.ID, p.DisplayName, p.AppID)
	return one(s, s.srv.types.servicePrincipal, p, "directoryObjects")
}

// purgeDeleted deletes it for good.
func purgeDeleted(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	activity := auditPurgePrincipal
	if slices.ContainsFunc(s.tenant.Deleted, func(a app) bool { return strings.EqualFold(a.ID, id) }) {
		activity = auditPurgeApplication
	}
	if !s.tenant.Purge(s.now, id) {
		return nil, notFound(id)
	}
	s.audit(activity, "Delete", id, "", "")
	return noContent(), nil
}
