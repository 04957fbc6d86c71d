package graphapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// setter parses the JSON of one property and returns a function that sets it.
type setter func(json.RawMessage) (func(), error)

func set[T any](target *T) setter {
	return func(raw json.RawMessage) (func(), error) {
		var v T
		if json.Unmarshal(raw, &v) != nil || isNull(raw) {
			return nil, unreadable()
		}
		return func() { *target = v }, nil
	}
}

// apply sets the properties that were sent, and returns their names. If one is refused,
// it sets none.
func (e *entity[T]) apply(m *members, o *directory.Object, setters map[string]setter) (names []string, err error) {
	var changes []func()
	for _, name := range slices.Sorted(maps.Keys(m.raw)) {
		if m.err != nil {
			break
		}
		change, known := setters[name]
		if !known {
			m.err = e.unsettable(m, o, name)
			continue
		}
		var do func()
		do, m.err = change(m.raw[name])
		names, changes = append(names, name), append(changes, do)
	}
	if m.err != nil {
		return nil, m.err
	}
	for _, do := range changes {
		do()
	}
	return names, nil
}

// unsettable returns the refusal of a member without a setter. Annotations are ignored.
func (e *entity[T]) unsettable(m *members, o *directory.Object, name string) error {
	switch {
	case strings.Contains(name, "@"):
		return nil
	case e.property(name) == nil:
		return noProperty(name, e.name)
	case name == "passwordCredentials":
		return refusePasswords(m, o)
	case slices.Contains(readOnly, name):
		return badRequest("Property '%s' is read-only and cannot be set.", name)
	}
	// The service would keep it. Say so, or users would look for a mistake of their own.
	return refuse(http.StatusNotImplemented, "NotImplemented", "The spcheck sandbox does not keep the property '%s'.", name)
}

// readOnly are the properties that only the service sets. Source: Microsoft's
// documentation of application and servicePrincipal.
var readOnly = []string{"id", "appId", "createdDateTime", "deletedDateTime", "createdByAppId", "applicationTemplateId", "appDisplayName",
	"appOwnerOrganizationId", "certification", "disabledByMicrosoftStatus", "publisherDomain", "signInAudience", "verifiedPublisher"}

// patch returns a handler that changes properties of an object.
func patch[T based](e *entity[T], allowed grant, setters func(T) map[string]setter) handler {
	return under(e, func(s *scene, item T) (*response, error) {
		h := s.holder(e.kind, item.Base())
		if err := s.mayChange(allowed, h.Owners); err != nil {
			return nil, err
		}
		all, before := setters(item), keyDescriptions(h.Object)
		all["keyCredentials"] = s.setKeys(h)
		names, err := e.apply(s.payload(), h.Object, all)
		if err != nil {
			return nil, err
		}
		s.tenant.Changed(s.now, h.kind, h.ID, names...)
		if p := s.tenant.ServicePrincipalByAppID(h.AppID); p != nil && slices.Contains(names, "isDisabled") {
			s.tenant.Changed(s.now, directory.ServicePrincipals, p.ID, "isDisabled") // it mirrors the application's
		}
		if slices.Contains(names, "keyCredentials") {
			s.auditKeys(h, before)
		} else {
			s.audit(auditUpdate[h.kind], "", h.Object)
		}
		return noContent(), nil
	})
}

func applicationSetters(a app) map[string]setter {
	return map[string]setter{
		"displayName": set(&a.DisplayName), "tags": set(&a.Tags), "identifierUris": set(&a.IdentifierURIs),
		"isDisabled": set(&a.Disabled), "isFallbackPublicClient": set(&a.PublicClient), "signInAudience": set(&a.SignInAudience),
	}
}

func servicePrincipalSetters(p principal) map[string]setter {
	return map[string]setter{
		"accountEnabled": set(&p.Enabled), "appRoleAssignmentRequired": set(&p.AssignmentRequired),
		"tags": set(&p.Tags), "displayName": set(&p.DisplayName),
	}
}

// createApplication registers an application. Like the service, it does not create a
// service principal.
func createApplication(s *scene) (*response, error) {
	a := &directory.Application{Object: s.newObject(uuid.NewString())}
	a.SignInAudience = "AzureADMyOrg"
	setters := applicationSetters(a)
	delete(setters, "isDisabled")
	setters["notes"] = set(&a.Notes)
	if _, err := s.srv.applications.apply(s.payload(), &a.Object, setters); err != nil {
		return nil, err
	}
	if a.DisplayName == "" {
		return nil, badRequest("Property displayName is invalid.") // the text is not verified
	}
	res, err := s.srv.applications.one(s, a, "applications")
	if err != nil {
		return nil, err
	}
	s.tenant.AddApplication(s.now, a)
	s.audit("Add application", "Add", &a.Object)
	res.status = http.StatusCreated
	return res, nil
}

// newObject returns an object with the caller as its owner if the caller is an
// application that only has OwnedBy.
func (s *scene) newObject(appID string) directory.Object {
	o := directory.Object{ID: uuid.NewString(), AppID: appID, Created: s.now}
	if !s.caller.User && s.caller.has(ownedBy) {
		o.Owners = []string{s.caller.ServicePrincipalID}
	}
	return o
}

// createServicePrincipal creates the service principal of an application, which fixes
// AADSTS7000229. The application may be registered in another tenant of the sandbox. The
// texts and the status of the second refusal are from reports; the code of the first is
// that of the older directory service.
func createServicePrincipal(s *scene) (*response, error) {
	m := s.payload()
	appID := m.text("appId")
	if m.err != nil {
		return nil, m.err
	}
	home, app := s.srv.world.HomeApplication(appID)
	switch {
	case app == nil, home != s.tenant && app.SignInAudience == "AzureADMyOrg":
		return nil, refuse(http.StatusBadRequest, "NoBackingApplicationObject",
			"The appId '%s' of the service principal does not reference a valid application object.", appID)
	case s.tenant.ServicePrincipalByAppID(appID) != nil:
		return nil, refuse(http.StatusConflict, "Request_MultipleObjectsWithSameKeyValue",
			"The service principal cannot be created, updated, or restored because the service principal name %s is already in use.", appID)
	}
	p := &directory.ServicePrincipal{
		Object: s.newObject(app.AppID), Type: "Application", Enabled: true, OwnerTenant: home.ID,
		Names: append([]string{app.AppID}, app.IdentifierURIs...),
	}
	p.DisplayName, p.SignInAudience = app.DisplayName, app.SignInAudience
	delete(m.raw, "appId")
	if _, err := s.srv.servicePrincipals.apply(m, &p.Object, servicePrincipalSetters(p)); err != nil {
		return nil, err
	}
	res, err := s.srv.servicePrincipals.one(s, p, "servicePrincipals")
	if err != nil {
		return nil, err
	}
	s.tenant.AddServicePrincipal(s.now, p)
	s.audit("Add service principal", "Add", &p.Object)
	res.status = http.StatusCreated
	// The real service sends this form, too. Source: a recording.
	res.header.Set("Location", strings.Join([]string{s.origin(), "v2", s.tenant.ID, "directoryObjects", p.ID, "Microsoft.DirectoryServices.ServicePrincipal"}, "/"))
	return res, nil
}

func deleteApplication(s *scene, a app) (*response, error) {
	if err := s.mayChange(changeApplication, a.Owners); err != nil {
		return nil, err
	}
	p := s.tenant.ServicePrincipalByAppID(a.AppID)
	s.tenant.DeleteApplication(s.now, a.ID)
	s.audit("Delete application", "Delete", &a.Object)
	if p != nil {
		s.audit("Remove service principal", "Delete", &p.Object)
	}
	return noContent(), nil
}

func deleteServicePrincipal(s *scene, p principal) (*response, error) {
	if err := s.mayChange(changeApplication, p.Owners); err != nil {
		return nil, err
	}
	s.tenant.DeleteServicePrincipal(s.now, p.ID)
	s.audit("Remove service principal", "Delete", &p.Object)
	return noContent(), nil
}

// restoreDeleted restores a deleted application or service principal.
func restoreDeleted(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	if !s.tenant.Restore(s.now, id) {
		return nil, notFound(id)
	}
	if a := s.tenant.Application(id); a != nil {
		s.audit("Restore application", "Update", &a.Object)
		return s.srv.applications.one(s, a, "directoryObjects")
	}
	p := s.tenant.ServicePrincipal(id)
	s.audit("Restore service principal", "Update", &p.Object)
	return s.srv.servicePrincipals.one(s, p, "directoryObjects")
}

// purgeDeleted deletes an object permanently.
func purgeDeleted(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	activity := "Hard delete service principal"
	if slices.ContainsFunc(s.tenant.Deleted, func(a app) bool { return strings.EqualFold(a.ID, id) }) {
		activity = "Hard Delete application"
	}
	if !s.tenant.Purge(s.now, id) {
		return nil, notFound(id)
	}
	s.audit(activity, "Delete", &directory.Object{ID: id})
	return noContent(), nil
}

func noContent() *response { return &response{status: http.StatusNoContent, header: http.Header{}} }
