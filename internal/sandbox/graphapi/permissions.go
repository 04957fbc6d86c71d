package graphapi

import (
	"net/http"
	"slices"
	"strings"
)

// grant lists the permissions of which a request needs one, separated by blanks:
// application permissions for app-only tokens, scopes for those of users. Source:
// Microsoft's published permissions file (microsoft-graph-devx-content), without a few
// for device management and agents.
type grant struct {
	app, user string
	audit     bool // refused with the text of the audit service
	userOnly  bool // the handler itself refuses applications
	own       bool // applications may do it to themselves; the handler refuses others
}

const (
	readApps       = "Application.Read.All Application.ReadWrite.All "
	writeApps      = "Application.ReadWrite.All "
	ownedBy        = "Application.ReadWrite.OwnedBy "
	readDirectory  = "Directory.Read.All Directory.ReadWrite.All "
	writeDirectory = "Directory.ReadWrite.All "
	readUser       = readDirectory + "User.Read.All User.ReadBasic.All User.ReadWrite.All "
	readGroup      = readDirectory + "Group.Read.All Group.ReadBasic.All Group.ReadWrite.All GroupMember.Read.All "
	readOrg        = readDirectory + "Organization.Read.All Organization.ReadWrite.All User.Read.All "
	assignRoles    = "AppRoleAssignment.ReadWrite.All "
	readRoles      = "RoleManagement.Read.Directory RoleManagement.Read.All RoleManagement.ReadWrite.Directory " + readDirectory
	readPolicy     = "Policy.Read.All Policy.ReadWrite.ApplicationConfiguration "
	// asUser is the scope of Azure CLI's tokens. It allows what the user's directory
	// roles allow.
	asUser = "Directory.AccessAsUser.All "
)

var (
	readApplications = grant{app: readApps + ownedBy + readDirectory, user: readApps + readDirectory + asUser}
	// Directory permissions do not suffice for federated credentials.
	readFederated     = grant{app: readApps + ownedBy, user: readApps + asUser}
	changePasswords   = grant{app: writeApps + ownedBy + writeDirectory, user: writeApps + writeDirectory + asUser}
	changeApplication = grant{app: writeApps + ownedBy, user: writeApps + asUser}
	// An application may roll its own keys without any permission (Microsoft's
	// documentation of addKey); the handlers refuse the others.
	rollKeys           = grant{app: changePasswords.app, user: changePasswords.user, own: true}
	readAssignments    = grant{app: readApps + assignRoles + readDirectory, user: readApps + assignRoles + readDirectory + asUser}
	readDirectoryRoles = grant{app: readRoles, user: asUser + readRoles}
	readPolicies       = grant{app: readPolicy, user: readPolicy}
	readUsers          = grant{app: readUser, user: asUser + readUser}
	readMe             = grant{user: "User.Read User.ReadWrite " + asUser + readUser, userOnly: true}
	readGroups         = grant{app: readGroup, user: asUser + readGroup}
	readOrganization   = grant{app: readOrg, user: asUser + "User.Read " + readOrg}
	readObjects        = grant{app: readApps + readDirectory, user: asUser + readDirectory}
	readAudits         = grant{app: "AuditLog.Read.All Directory.Read.All", user: "AuditLog.Read.All Directory.Read.All", audit: true}
	// readSignIns applies to the sign-in log and the activity reports. The documentation
	// of the latter also lists Directory.Read.All, but a report of 2024 (issue 8997 of
	// microsoft-graph-docs-contrib) shows that it is refused.
	readSignIns = grant{app: "AuditLog.Read.All", user: "AuditLog.Read.All", audit: true}
)

// has reports whether the caller has one of the permissions.
func (c Caller) has(permissions string) bool {
	return slices.ContainsFunc(strings.Fields(permissions), func(p string) bool { return containsFold(c.Roles, p) })
}

// holds reports whether the caller has a permission of the grant.
func (c Caller) holds(g grant) bool {
	if c.User {
		return c.has(g.user)
	}
	return c.has(g.app)
}

// permits refuses a caller without any of the permissions.
func (g grant) permits(c Caller) error {
	switch {
	case c.holds(g), (g.userOnly || g.own) && !c.User:
		return nil
	case g.audit:
		first, _, _ := strings.Cut(g.app, " ")
		return refuse(http.StatusForbidden, "Authentication_MSGraphPermissionMissing",
			"Calling principal does not have required MSGraph permissions %s", first)
	}
	return denied()
}

// mayChange refuses an app that only has OwnedBy and does not own the object.
func (s *scene) mayChange(g grant, owners []string) error {
	if s.caller.User || s.caller.has(strings.ReplaceAll(g.app, ownedBy, "")) || containsFold(owners, s.caller.ServicePrincipalID) {
		return nil
	}
	return denied()
}
