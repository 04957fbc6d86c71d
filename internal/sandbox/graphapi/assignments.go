package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi/odata"
)

// roleAssignment is a granted application permission on Microsoft Graph.
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
		out = append(out, roleAssignment{directory.StableID("assignment " + p.ID + " " + role), role, p, resource})
	}
	return out
}

func newAssignments() *entity[roleAssignment] {
	e := &entity[roleAssignment]{name: "appRoleAssignment"}
	e.of("id", func(a roleAssignment) any { return a.id })
	e.null("deletedDateTime")
	e.of("appRoleId", func(a roleAssignment) any { return directory.RoleID(a.role) })
	e.of("createdDateTime", func(a roleAssignment) any { return a.to.Created })
	e.of("principalDisplayName", func(a roleAssignment) any { return a.to.DisplayName })
	e.of("principalId", func(a roleAssignment) any { return a.to.ID })
	e.fixed("ServicePrincipal", "principalType")
	e.of("resourceDisplayName", func(a roleAssignment) any { return a.resource.DisplayName })
	e.of("resourceId", func(a roleAssignment) any { return a.resource.ID })
	return e
}

func roleAssignments(s *scene, p principal) (*response, error) {
	return s.srv.assignments.page(s, "servicePrincipals('"+p.ID+"')/appRoleAssignments", assignmentsOf(s, p))
}

// assignedRoles lists the assignments of a resource's app roles. In the sandbox, only
// Microsoft Graph has any.
func assignedRoles(s *scene, p principal) (*response, error) {
	var all []roleAssignment
	if p.AppID == directory.GraphAppID {
		for _, holder := range s.tenant.ServicePrincipals {
			all = append(all, assignmentsOf(s, holder)...)
		}
	}
	return s.srv.assignments.page(s, "servicePrincipals('"+p.ID+"')/appRoleAssignedTo", all)
}

// directoryRole is a directory role that a service principal holds.
type directoryRole struct{ id, principal, definition string }

func newDirectoryRoles() *entity[directoryRole] {
	e := &entity[directoryRole]{
		name: "unifiedRoleAssignment", set: "roleManagement/directory/roleAssignments",
		items: func(s *scene) (all []directoryRole) {
			for _, p := range s.tenant.ServicePrincipals {
				for _, r := range p.DirectoryRoles {
					all = append(all, directoryRole{directory.StableID("role " + p.ID + " " + r), p.ID, r})
				}
			}
			return all
		},
	}
	e.of("id", func(r directoryRole) any { return r.id })
	e.of("principalId", func(r directoryRole) any { return r.principal }).by(odata.String, "eq", "")
	e.fixed("/", "directoryScopeId")
	e.of("roleDefinitionId", func(r directoryRole) any { return r.definition })
	return e
}
