package graph

// Least application permissions for what this package reads, as in Microsoft's
// published permission descriptions (devx-content, August 2026).
const (
	NeedApplications = "Application.Read.All"
	NeedPolicies     = "Policy.Read.All"
	needLogs         = "AuditLog.Read.All"
	needOrganization = "Organization.Read.All"
	// A user synchronization reads more of a user and group than the basic
	// profile that the very least permissions show.
	needUsers  = "User.Read.All"
	needGroups = "Group.Read.All"
	// NeedPasswords suffices for objects that the caller owns.
	NeedPasswords = "Application.ReadWrite.OwnedBy"
)
