package graphapi

import (
	"net/http"
	"strings"
)

// grant names the permissions of which a request needs one: application
// permissions for an app-only token, scopes for a user's. Source: Microsoft's
// published permissions file (microsoft-graph-devx-content). A few that only
// device management or agents have are left out.
type grant struct {
	app, user []string
	audit     bool // refused with the words of the audit service
	userOnly  bool // the handler refuses applications in words of its own
	own       bool // an application may do it to itself; the handler refuses others
}

// asUser is the scope of Azure CLI's own tokens, which lets a user do what the
// user's directory roles allow.
const asUser = "Directory.AccessAsUser.All"

// The tables below are functions, so that nothing can change them.

func readApplications() grant {
	return grant{
		app:  []string{"Application.Read.All", "Application.ReadWrite.All", ownedBy, "Directory.Read.All", "Directory.ReadWrite.All"},
		user: []string{"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", asUser},
	}
}

// readFederated differs from the objects themselves: the directory permissions
// do not suffice.
func readFederated() grant {
	return grant{
		app:  []string{"Application.Read.All", "Application.ReadWrite.All", ownedBy},
		user: []string{"Application.Read.All", "Application.ReadWrite.All", asUser},
	}
}

func changePasswords() grant {
	return grant{
		app:  []string{"Application.ReadWrite.All", ownedBy, "Directory.ReadWrite.All"},
		user: []string{"Application.ReadWrite.All", "Directory.ReadWrite.All", asUser},
	}
}

func changeApplication() grant {
	return grant{
		app:  []string{"Application.ReadWrite.All", ownedBy},
		user: []string{"Application.ReadWrite.All", asUser},
	}
}

// rollKeys lets an application roll its own keys without any permission, as
// Microsoft's documentation of addKey says; the handlers refuse the others.
func rollKeys() grant {
	g := changePasswords()
	g.own = true
	return g
}

func readAssignments() grant {
	return grant{
		app:  []string{"Application.Read.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"},
		user: []string{"Application.Read.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", asUser},
	}
}

func readDirectoryRoles() grant {
	all := []string{"RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory", "Directory.Read.All", "Directory.ReadWrite.All"}
	return grant{app: all, user: append([]string{asUser}, all...)}
}

func readPolicies() grant {
	all := []string{"Policy.Read.All", "Policy.ReadWrite.ApplicationConfiguration"}
	return grant{app: all, user: all}
}

func readUsers() grant {
	all := []string{"Directory.Read.All", "Directory.ReadWrite.All", "User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All"}
	return grant{app: all, user: append([]string{asUser}, all...)}
}

func readMe() grant {
	return grant{user: append([]string{"User.Read", "User.ReadWrite"}, readUsers().user...), userOnly: true}
}

func readGroups() grant {
	all := []string{"Directory.Read.All", "Directory.ReadWrite.All", "Group.Read.All", "Group.ReadBasic.All", "Group.ReadWrite.All", "GroupMember.Read.All"}
	return grant{app: all, user: append([]string{asUser}, all...)}
}

func readOrganization() grant {
	all := []string{"Directory.Read.All", "Directory.ReadWrite.All", "Organization.Read.All", "Organization.ReadWrite.All", "User.Read.All"}
	return grant{app: all, user: append([]string{asUser, "User.Read"}, all...)}
}

func readObjects() grant {
	all := []string{"Directory.Read.All", "Directory.ReadWrite.All"}
	return grant{app: append([]string{"Application.Read.All", "Application.ReadWrite.All"}, all...), user: append([]string{asUser}, all...)}
}

func readAudits() grant {
	all := []string{"AuditLog.Read.All", "Directory.Read.All"}
	return grant{app: all, user: all, audit: true}
}

// readSignIns holds for the sign-in log and the activity reports. For the latter
// the documentation names Directory.Read.All too, but a report of 2024 (issue
// 8997 of microsoft-graph-docs-contrib) shows it refused.
func readSignIns() grant {
	all := []string{"AuditLog.Read.All"}
	return grant{app: all, user: all, audit: true}
}

const ownedBy = "Application.ReadWrite.OwnedBy"

// permits refuses a caller that holds none of the permissions.
func (r route) permits(c Caller) error {
	needed := r.grant.app
	if c.User {
		needed = r.grant.user
	}
	if c.has(needed) || (r.grant.userOnly || r.grant.own) && !c.User {
		return nil
	}
	if r.grant.audit {
		return refuse(http.StatusForbidden, "Authentication_MSGraphPermissionMissing",
			"Calling principal does not have required MSGraph permissions %s", strings.Join(needed[:1], ","))
	}
	return denied()
}

// mayChange refuses an app that holds nothing but OwnedBy and is no owner of the
// object. Ownership without the permission never gets here.
func (s *scene) mayChange(r grant, owners []string) error {
	if s.caller.User {
		return nil
	}
	for _, p := range r.app {
		if p != ownedBy && s.caller.has([]string{p}) {
			return nil
		}
	}
	for _, owner := range owners {
		if strings.EqualFold(owner, s.caller.ServicePrincipalID) {
			return nil
		}
	}
	return denied()
}
