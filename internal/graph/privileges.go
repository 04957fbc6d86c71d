package graph

import (
	"context"
	"net/url"

	abs "github.com/microsoft/kiota-abstractions-go"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// graphAppID is the application ID of Microsoft Graph in every tenant and cloud.
const graphAppID = "00000003-0000-0000-c000-000000000000"

// EachPermission visits all assignments of Microsoft Graph application permissions in
// the tenant, with one listing. It needs Application.Read.All.
func (c *Client) EachPermission(ctx context.Context, visit func(objects.Assignment)) error {
	all := below(withAppID(objects.OnServicePrincipal, graphAppID), "appRoleAssignedTo")
	return c.eachAssignment(ctx, request(all, query{"top": scanTop}), "appRoleId", NeedApplications, visit)
}

// EachDirectoryRole visits all assignments of directory roles for the whole tenant,
// with one listing. It does not include eligible assignments or roles through a group.
// It needs RoleManagement.Read.Directory.
func (c *Client) EachDirectoryRole(ctx context.Context, visit func(objects.Assignment)) error {
	all := at("roleManagement/directory/roleAssignments")
	return c.eachAssignment(ctx, request(all, nil), "roleDefinitionId", needRoles, visit)
}

func (c *Client) eachAssignment(ctx context.Context, ri *abs.RequestInformation, role, permission string, visit func(objects.Assignment)) error {
	return c.whole(ctx, ri, permission, func(o wire.Item) {
		scope := o.Text("directoryScopeId") // a role for a part of the tenant has less power
		if a := (objects.Assignment{Principal: o.GUID("principalId"), Role: o.GUID(role)}); a.Principal != "" && (scope == "" || scope == "/") {
			visit(a)
		}
	})
}

// EachPrincipal reads the application IDs of service principals by their object IDs, 20
// per request. visit is called once per ID, never concurrently. It gets an error for an
// ID that is not a service principal.
func (c *Client) EachPrincipal(ctx context.Context, ids []string, visit func(id, appID string, err error)) {
	path := func(id string) string { return "/servicePrincipals/" + url.PathEscape(id) + "?$select=id,appId" }
	eachPart(ctx, c, ids, path, func(_ string, o wire.Item) (string, error) { return o.GUID("appId"), nil }, visit)
}

// EachFederated reads the federated credentials of applications by their object IDs, 20
// per request. visit is called once per ID, never concurrently. It needs
// Application.Read.All.
func (c *Client) EachFederated(ctx context.Context, ids []string, visit func(id string, list []objects.Credential, err error)) {
	path := func(id string) string {
		return "/applications/" + url.PathEscape(id) + "/federatedIdentityCredentials?$select=id,name,issuer,subject,audiences"
	}
	read := func(id string, o wire.Item) (list []objects.Credential, err error) {
		if !o.Present("value") {
			return nil, c.incomplete()
		}
		for _, f := range o.Objects("value") { // an application has at most 20, so one page
			list = append(list, federatedOf(f, objects.OnApplication, id))
		}
		return list, nil
	}
	eachPart(ctx, c, ids, path, read, visit)
}
