package directory

import (
	"strings"

	"github.com/google/uuid"
)

// Identifiers of Microsoft Graph in every tenant. Source: Microsoft's list of first-party
// applications.
const (
	GraphAppID        = "00000003-0000-0000-c000-000000000000"
	microsoftServices = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
	graphURI          = "https://graph.microsoft.com"
)

// graphRole is an application permission on Microsoft Graph.
type graphRole struct{ ID, Value string }

// GraphRoles returns application permissions with their real IDs. Source: Microsoft's
// permissions reference.
func GraphRoles() []graphRole {
	return []graphRole{
		{"9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "Application.Read.All"},
		{"1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", "Application.ReadWrite.All"},
		{"18a4783c-866b-4cc7-a460-3d5e5662c884", "Application.ReadWrite.OwnedBy"},
		{"06b708a9-e830-4db3-a914-8e69da51d44f", "AppRoleAssignment.ReadWrite.All"},
		{"b0afded3-3588-46d8-8b3d-9842eff778da", "AuditLog.Read.All"},
		{"7ab1d382-f21e-4acd-a863-ba3e13f7da61", "Directory.Read.All"},
		{"19dbc75e-c2e2-444c-a770-ec69d8559fc7", "Directory.ReadWrite.All"},
		{"5b567255-7703-4780-807c-7be8301ae99b", "Group.Read.All"},
		{"62a82d76-70ea-41e2-9197-370581804d09", "Group.ReadWrite.All"},
		{"98830695-27a2-44f7-8c18-0c3ebc9698f6", "GroupMember.Read.All"},
		{"810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Mail.Read"},
		{"e2a3a72e-5f79-4c64-b1b1-878b674786c9", "Mail.ReadWrite"},
		{"b633e1c5-b582-4048-a93e-9f11b44c7e96", "Mail.Send"},
		{"498476ce-e0fe-48b0-b801-37ba7e2685c6", "Organization.Read.All"},
		{"246dd0d5-5bd0-4def-940b-0421030a5b68", "Policy.Read.All"},
		{"be74164b-cff1-491c-8741-e671cb536e13", "Policy.ReadWrite.ApplicationConfiguration"},
		{"df021288-bdef-4463-88db-98f22de89214", "User.Read.All"},
		{"97235f07-e226-4f63-ace3-39588e11d3a1", "User.ReadBasic.All"},
		{"9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "RoleManagement.ReadWrite.Directory"},
		{"741f803b-c850-494e-b5df-cde7c675a1ca", "User.ReadWrite.All"},
	}
}

// RoleID returns the ID of an application permission. For unknown ones, it derives an ID
// from the name.
func RoleID(value string) string {
	for _, r := range GraphRoles() {
		if strings.EqualFold(r.Value, value) {
			return r.ID
		}
	}
	return StableID("app role " + value)
}

// StableID derives a GUID from a text.
func StableID(text string) string { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(text)).String() }

// AddMicrosoftGraph adds the service principal of Microsoft Graph, which every real
// tenant has, unless it exists. The caller holds the lock.
func AddMicrosoftGraph(t *Tenant) {
	if t.ServicePrincipalByAppID(GraphAppID) != nil {
		return
	}
	created := t.Created
	if created.IsZero() {
		created = unknownCreation
	}
	t.ServicePrincipals = append(t.ServicePrincipals, &ServicePrincipal{
		Object: Object{
			ID: StableID("service principal of Microsoft Graph in " + t.ID), AppID: GraphAppID,
			DisplayName: "Microsoft Graph", SignInAudience: "AzureADMultipleOrgs", Created: created,
		},
		Type: "Application", Enabled: true, OwnerTenant: microsoftServices,
		Names: []string{GraphAppID, graphURI, graphURI + "/"},
	})
}
