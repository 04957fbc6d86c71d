package graphapi

import (
	"net/http"

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
	s.tenant.DeleteApplication(s.now, a.ID)
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
		return one(s, s.srv.types.application, a, "directoryObjects")
	}
	return one(s, s.srv.types.servicePrincipal, s.tenant.ServicePrincipal(id), "directoryObjects")
}

// purgeDeleted deletes it for good.
func purgeDeleted(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	if !s.tenant.Purge(s.now, id) {
		return nil, notFound(id)
	}
	return noContent(), nil
}
