package graphapi

import (
	"net/http"
	"slices"
	"strings"
)

// operation is one kind of request. In its path, * is a key. version is empty if both
// versions have it.
type operation struct {
	method, path, version string
	grant                 grant
	handle                handler
}

// route is an operation with its path split at the slashes.
type route struct {
	operation
	steps []string
}

const (
	get, post, patching, remove = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	beta                        = "beta"
)

func (s *schema) routeTable() []route {
	apps, sps := s.applications, s.servicePrincipals
	all := slices.Concat(sharedOperations(apps), sharedOperations(sps), []operation{
		{post, "applications", "", changeApplication, createApplication},
		{remove, "applications/*", "", changeApplication, under(apps, deleteApplication)},
		{patching, "applications/*", "", changeApplication, patch(apps, changeApplication, applicationSetters)},
		{get, "applications/*/federatedIdentityCredentials", "", readFederated, under(apps, listFederated)},
		{get, "applications/*/federatedIdentityCredentials/*", "", readFederated, under(apps, getFederated)},
		{post, "applications/*/federatedIdentityCredentials", "", changeApplication, under(apps, addFederated)},
		{remove, "applications/*/federatedIdentityCredentials/*", "", changeApplication, under(apps, removeFederated)},

		{post, "servicePrincipals", "", changePasswords, createServicePrincipal},
		{remove, "servicePrincipals/*", "", changeApplication, under(sps, deleteServicePrincipal)},
		{patching, "servicePrincipals/*", "", changePasswords, patch(sps, changePasswords, servicePrincipalSetters)},
		{get, "servicePrincipals/*/federatedIdentityCredentials", "", readFederated, under(sps, noFederated)},
		{get, "servicePrincipals/*/appRoleAssignments", "", readAssignments, under(sps, roleAssignments)},
		{get, "servicePrincipals/*/appRoleAssignedTo", "", readAssignments, under(sps, assignedRoles)},
		{get, "roleManagement/directory/roleAssignments", "", readDirectoryRoles, s.directoryRoles.list},

		{get, "users", "", readUsers, s.users.list},
		{get, "users/$count", "", readUsers, s.users.countAll},
		{get, "users/*", "", readUsers, s.users.get},
		{get, "groups", "", readGroups, s.groups.list},
		{get, "groups/$count", "", readGroups, s.groups.countAll},
		{get, "groups/*", "", readGroups, s.groups.get},
		{get, "groups/*/members", "", readGroups, under(s.groups, groupMembers)},
		{get, "me", "", readMe, getMe},
		{get, "organization", "", readOrganization, s.organizations.list},
		{get, "organization/*", "", readOrganization, s.organizations.get},
		{get, "directoryObjects/*", "", readObjects, getDirectoryObject},

		{get, "directory/deletedItems/application", "", readApplications, s.deleted.list},
		{get, "directory/deletedItems/servicePrincipal", "", readApplications, s.deletedPrincipals.list},
		{remove, "directory/deletedItems/*", "", changeApplication, purgeDeleted},
		{post, "directory/deletedItems/*/restore", "", changeApplication, restoreDeleted},
		{get, "identity/conditionalAccess/policies/*", "", readPolicies, getAccessPolicy},
		{get, "policies/defaultAppManagementPolicy", "", readPolicies, getDefaultPolicy},
		{get, "policies/appManagementPolicies", "", readPolicies, s.policies.list},
		{get, "policies/appManagementPolicies/*", "", readPolicies, s.policies.get},
		{get, "policies/appManagementPolicies/*/appliesTo", "", readPolicies, under(s.policies, policyTargets)},

		{get, "auditLogs/directoryAudits", "", readAudits, s.audits.list},
		{get, "auditLogs/directoryAudits/*", "", readAudits, s.audits.get},
		{get, "auditLogs/signIns", "", readSignIns, listSignIns},
		{get, "reports/appCredentialSignInActivities", beta, readSignIns, s.credentialUses.list},
		{get, "reports/appCredentialSignInActivities/*", beta, readSignIns, s.credentialUses.get},
		{get, "reports/servicePrincipalSignInActivities", beta, readSignIns, s.appUses.list},
	})
	routes := make([]route, len(all))
	for i, o := range all {
		routes[i] = route{o, strings.Split(o.path, "/")}
	}
	return routes
}

// sharedOperations returns the operations that applications and service principals have
// in common.
func sharedOperations[T based](e *entity[T]) []operation {
	owners := func(s *scene, item T) (*response, error) { return listObjects(s, item.Base().Owners) }
	assigned := func(s *scene, item T) (*response, error) { return listAssigned(s, item.Base().PolicyID) }
	return []operation{
		{get, e.set, "", readApplications, e.list},
		{get, e.set + "/$count", "", readApplications, e.countAll},
		{get, e.set + "/delta", "", readApplications, e.delta},
		{get, e.set + "/*", "", readApplications, e.get},
		{post, e.set + "/*/addPassword", "", changePasswords, addPassword(held(e))},
		{post, e.set + "/*/removePassword", "", changePasswords, removePassword(held(e))},
		{post, e.set + "/*/addKey", "", rollKeys, addKey(held(e))},
		{post, e.set + "/*/removeKey", "", rollKeys, removeKey(held(e))},
		{get, e.set + "/*/owners", "", readApplications, under(e, owners)},
		{get, e.set + "/*/appManagementPolicies", "", readPolicies, under(e, assigned)},
	}
}

// route finds the operation of a request. A path that exists for another method is a 405;
// others have an unknown segment.
func (s *scene) route() (route, error) {
	known := false
	for _, r := range s.srv.routes {
		if len(r.steps) != len(s.path) || !r.begins(s.version, s.path) {
			continue
		}
		known = true
		if r.method != s.method {
			continue
		}
		for i, step := range r.steps {
			if step == "*" {
				s.keys = append(s.keys, s.path[i])
			}
		}
		return r, nil
	}
	if known {
		// The code is not verified.
		return route{}, refuse(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	return route{}, noSegment(s.unknownSegment())
}

// begins reports whether the route exists in a version and starts with a path, ignoring
// case.
func (r route) begins(version string, path []segment) bool {
	if len(path) > len(r.steps) || r.version != "" && r.version != version {
		return false
	}
	for i, p := range path {
		if step := r.steps[i]; step != "*" && (p.isKey || !strings.EqualFold(step, bareName(p.text))) {
			return false
		}
	}
	return true
}

// unknownSegment returns the first segment that no route has.
func (s *scene) unknownSegment() string {
	name := ""
	for n, p := range s.path {
		name = p.text
		if !slices.ContainsFunc(s.srv.routes, func(r route) bool { return r.begins(s.version, s.path[:n+1]) }) {
			break
		}
	}
	return name
}
