package graph

// Least application permissions for the requests of this package, from Microsoft's
// published permission descriptions (devx-content, August 2026).
const (
	NeedApplications = "Application.Read.All"
	NeedPolicies     = "Policy.Read.All"
	needLogs         = "AuditLog.Read.All"
	needOrganization = "Organization.Read.All"
	// A user synchronization reads more than the basic profile of users and groups, for
	// which lesser permissions would do.
	needUsers  = "User.Read.All"
	needGroups = "Group.Read.All"
	// NeedPasswords is sufficient for objects that the caller owns.
	NeedPasswords = "Application.ReadWrite.OwnedBy"
)
