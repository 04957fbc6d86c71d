package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// roleAssignment is an application permission on Microsoft Graph that a service
// principal was granted.
type roleAssignment struct {
	id, role     string
	to, resource principal
}

func assignmentsOf(s *scene, p principal) []roleAssignment {
	resource := s.tenant.ServicePrincipalByAppID(directory.GraphAppID)
	if resource == nil {
		return nil
	}
	var out []roleAssignment
	for _, role := range p.Roles {
		out = append(out, roleAssignment{id: directory.StableID("assignment " + p.ID + " " + role), role: role, to: p, resource: resource})
	}
	return out
}

func assignmentType() *entity[roleAssignment] {
	one := func(name string, get func(roleAssignment) any) []property[roleAssignment] {
		return []property[roleAssignment]{{name: name, get: func(_ *scene, a roleAssignment) any { return get(a) }}}
	}
	return &entity[roleAssignment]{name: "appRoleAssignment", properties: join(
		one("id", func(a roleAssignment) any { return a.id }),
		constant[roleAssignment](nil, false, "deletedDateTime"),
		one("appRoleId", func(a roleAssignment) any { return directory.RoleID(a.role) }),
		one("createdDateTime", func(a roleAssignment) any { return timeOrNull(a.to.Created) }),
		one("principalDisplayName", func(a roleAssignment) any { return orNull(a.to.DisplayName) }),
		one("principalId", func(a roleAssignment) any { return a.to.ID }),
		constant[roleAssignment]("ServicePrincipal", false, "principalType"),
		one("resourceDisplayName", func(a roleAssignment) any { return orNull(a.resource.DisplayName) }),
		one("resourceId", func(a roleAssignment) any { return a.resource.ID }),
	)}
}

func assignmentObjects(s *scene, p principal) []object {
	var out []object
	for _, a := range assignmentsOf(s, p) {
		out = append(out, whole(s, s.srv.types.assignment, a))
	}
	return out
}

func roleAssignments(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	context := "servicePrincipals('" + p.ID + "')/appRoleAssignments"
	return listing[roleAssignment]{items: assignmentsOf(s, p), entity: s.srv.types.assignment, context: context, cost: 1}.answer(s)
}

// assignedRoles are the assignments of a resource's app roles, of which the sandbox has
// those of Microsoft Graph alone.
func assignedRoles(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	var all []roleAssignment
	if p.AppID == directory.GraphAppID {
		for _, holder := range s.tenant.ServicePrincipals {
			all = append(all, assignmentsOf(s, holder)...)
		}
	}
	context := "servicePrincipals('" + p.ID + "')/appRoleAssignedTo"
	return listing[roleAssignment]{items: all, entity: s.srv.types.assignment, context: context, cost: 1}.answer(s)
}

// directoryRole is a directory role that a service principal holds.
type directoryRole struct{ id, principal, definition string }

func directoryRoleType() *entity[directoryRole] {
	one := func(name string, get func(directoryRole) any) []property[directoryRole] {
		return []property[directoryRole]{{name: name, get: func(_ *scene, r directoryRole) any { return get(r) }}}
	}
	return &entity[directoryRole]{
		name:    "unifiedRoleAssignment",
		filters: []filterable[directoryRole]{{path: "principalId", basic: opEq, get: func(_ *scene, r directoryRole) any { return r.principal }}},
		properties: join(
			one("id", func(r directoryRole) any { return r.id }),
			one("principalId", func(r directoryRole) any { return r.principal }),
			constant[directoryRole]("/", false, "directoryScopeId"),
			one("roleDefinitionId", func(r directoryRole) any { return r.definition }),
		),
	}
}

func directoryRoles(s *scene) (*response, error) {
	var all []directoryRole
	for _, p := range s.tenant.ServicePrincipals {
		for _, r := range p.DirectoryRoles {
			all = append(all, directoryRole{directory.StableID("role " + p.ID + " " + r), p.ID, r})
		}
	}
	return listing[directoryRole]{items: all, entity: s.srv.types.directoryRole, context: "roleManagement/directory/roleAssignments", cost: 1}.answer(s)
}
