package graphapi

import (
	"net/http"
	"strings"
)

// route is one operation: a method, a path in which * stands for a key, the
// permissions and the handler.
type route struct {
	method, path string
	betaOnly     bool
	grant        grant
	handle       func(*scene) (*response, error)
}

func (s *server) routeTable() []route {
	get, post, patch := http.MethodGet, http.MethodPost, http.MethodPatch
	apps, sps := s.applications(), s.servicePrincipals()
	return []route{
		{get, "applications", false, readApplications(), apps.list},
		{post, "applications", false, changeApplication(), createApplication},
		{get, "applications/$count", false, readApplications(), apps.countAll},
		{get, "applications/delta", false, readApplications(), apps.delta},
		{get, "applications/*", false, readApplications(), apps.get},
		{http.MethodDelete, "applications/*", false, changeApplication(), deleteApplication},
		{patch, "applications/*", false, changeApplication(), patchApplication},
		{post, "applications/*/addPassword", false, changePasswords(), addApplicationPassword},
		{post, "applications/*/removePassword", false, changePasswords(), removeApplicationPassword},
		{post, "applications/*/addKey", false, rollKeys(), addApplicationKey},
		{post, "applications/*/removeKey", false, rollKeys(), removeApplicationKey},
		{get, "applications/*/owners", false, readApplications(), applicationOwners},
		{get, "applications/*/federatedIdentityCredentials", false, readFederated(), listFederated},
		{get, "applications/*/federatedIdentityCredentials/*", false, readFederated(), getFederated},
		{post, "applications/*/federatedIdentityCredentials", false, changeApplication(), addFederated},
		{http.MethodDelete, "applications/*/federatedIdentityCredentials/*", false, changeApplication(), removeFederated},
		{get, "applications/*/appManagementPolicies", false, readPolicies(), applicationPolicies},

		{get, "servicePrincipals", false, readApplications(), sps.list},
		{post, "servicePrincipals", false, changePasswords(), createServicePrincipal},
		{get, "servicePrincipals/$count", false, readApplications(), sps.countAll},
		{get, "servicePrincipals/delta", false, readApplications(), sps.delta},
		{get, "servicePrincipals/*", false, readApplications(), sps.get},
		{http.MethodDelete, "servicePrincipals/*", false, changeApplication(), deleteServicePrincipal},
		{patch, "servicePrincipals/*", false, changePasswords(), patchServicePrincipal},
		{post, "servicePrincipals/*/addPassword", false, changePasswords(), addServicePrincipalPassword},
		{post, "servicePrincipals/*/removePassword", false, changePasswords(), removeServicePrincipalPassword},
		{post, "servicePrincipals/*/addKey", false, rollKeys(), addServicePrincipalKey},
		{post, "servicePrincipals/*/removeKey", false, rollKeys(), removeServicePrincipalKey},
		{get, "servicePrincipals/*/owners", false, readApplications(), servicePrincipalOwners},
		{get, "servicePrincipals/*/federatedIdentityCredentials", false, readFederated(), noFederated},
		{get, "servicePrincipals/*/appRoleAssignments", false, readAssignments(), roleAssignments},
		{get, "servicePrincipals/*/appRoleAssignedTo", false, readAssignments(), assignedRoles},
		{get, "roleManagement/directory/roleAssignments", false, readDirectoryRoles(), directoryRoles},
		{get, "servicePrincipals/*/appManagementPolicies", false, readPolicies(), servicePrincipalPolicies},

		{get, "users", false, readUsers(), s.users().list},
		{get, "users/$count", false, readUsers(), s.users().countAll},
		{get, "users/*", false, readUsers(), s.users().get},
		{get, "groups", false, readGroups(), s.groups().list},
		{get, "groups/$count", false, readGroups(), s.groups().countAll},
		{get, "groups/*", false, readGroups(), s.groups().get},
		{get, "groups/*/members", false, readGroups(), groupMembers},
		{get, "me", false, readMe(), getMe},
		{get, "organization", false, readOrganization(), s.organizations().list},
		{get, "organization/*", false, readOrganization(), s.organizations().get},
		{get, "directoryObjects/*", false, readObjects(), getDirectoryObject},

		{get, "directory/deletedItems/application", false, readApplications(), s.deletedApplications().list},
		{http.MethodDelete, "directory/deletedItems/*", false, changeApplication(), purgeDeleted},
		{post, "directory/deletedItems/*/restore", false, changeApplication(), restoreDeleted},
		{get, "identity/conditionalAccess/policies/*", false, readPolicies(), getAccessPolicy},
		{get, "policies/defaultAppManagementPolicy", false, readPolicies(), getDefaultPolicy},
		{get, "policies/appManagementPolicies", false, readPolicies(), s.policies().list},
		{get, "policies/appManagementPolicies/*", false, readPolicies(), s.policies().get},
		{get, "policies/appManagementPolicies/*/appliesTo", false, readPolicies(), policyTargets},

		{get, "auditLogs/directoryAudits", false, readAudits(), listAudits},
		{get, "auditLogs/directoryAudits/*", false, readAudits(), getAudit},
		{get, "auditLogs/signIns", false, readSignIns(), listSignIns},
		{get, "reports/appCredentialSignInActivities", true, readSignIns(), listCredentialActivity},
		{get, "reports/appCredentialSignInActivities/*", true, readSignIns(), getCredentialActivity},
		{get, "reports/servicePrincipalSignInActivities", true, readSignIns(), listAppActivity},
	}
}

// route finds the operation of a request. A path that exists for another method
// is a 405, all others are unknown segments.
func (s *scene) route() (route, error) {
	known := false
	for _, r := range s.srv.routes {
		if r.betaOnly && s.version != "beta" {
			continue
		}
		keys, ok := r.match(s.path)
		if !ok {
			continue
		}
		known = true
		if r.method == s.method {
			s.keys = keys
			return r, nil
		}
	}
	if known {
		// The code is not verified.
		return route{}, refuse(http.StatusMethodNotAllowed, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
	}
	return route{}, noSegment(s.unknownSegment())
}

// match compares a path with the route's, without regard to letter case, and
// returns the values of the wildcards.
func (r route) match(path []segment) ([]segment, bool) {
	want := strings.Split(r.path, "/")
	if len(want) != len(path) {
		return nil, false
	}
	var keys []segment
	for i, w := range want {
		switch {
		case w == "*":
			keys = append(keys, path[i])
		case path[i].isKey || !strings.EqualFold(w, bareName(path[i].text)):
			return nil, false
		}
	}
	return keys, true
}

// unknownSegment is the first segment at which no route fits any more.
func (s *scene) unknownSegment() string {
	for n := 1; n <= len(s.path); n++ {
		if !s.anyPrefix(s.path[:n]) {
			return s.path[n-1].text
		}
	}
	if len(s.path) == 0 {
		return ""
	}
	return s.path[len(s.path)-1].text
}

func (s *scene) anyPrefix(path []segment) bool {
	for _, r := range s.srv.routes {
		steps := strings.Split(r.path, "/")
		if len(steps) < len(path) || (r.betaOnly && s.version != "beta") {
			continue
		}
		r.path = strings.Join(steps[:len(path)], "/")
		if _, ok := r.match(path); ok {
			return true
		}
	}
	return false
}
