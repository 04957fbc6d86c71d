package graph

import (
	"context"
	"net/url"
	"slices"
	"sync"

	abs "github.com/microsoft/kiota-abstractions-go"
	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// graphAppID is the application ID of Microsoft Graph in every tenant and cloud.
const graphAppID = "00000003-0000-0000-c000-000000000000"

// needRoles is sufficient to read the assignments of directory roles.
const needRoles = "RoleManagement.Read.Directory"

// EachPermission visits all assignments of Microsoft Graph application permissions in
// the tenant, with one listing. It needs Application.Read.All.
func (c *Client) EachPermission(ctx context.Context, visit func(objects.Assignment)) error {
	all := c.below("servicePrincipals(appId='" + graphAppID + "')/appRoleAssignedTo")
	return need(c.everyAssignment(ctx, request(all, query{"top": scanTop}), "appRoleId", visit), NeedApplications)
}

// EachDirectoryRole visits all assignments of directory roles for the whole tenant,
// with one listing. It does not include eligible assignments or roles through a group.
// It needs RoleManagement.Read.Directory.
func (c *Client) EachDirectoryRole(ctx context.Context, visit func(objects.Assignment)) error {
	ri := request(c.below("roleManagement/directory/roleAssignments"), nil)
	return need(c.everyAssignment(ctx, ri, "roleDefinitionId", visit), needRoles)
}

// below returns a request builder for a collection for which the SDK has no small one.
func (c *Client) below(path string) abs.BaseRequestBuilder {
	return abs.BaseRequestBuilder{UrlTemplate: "{+baseurl}/" + path + "{?%24top}", PathParameters: map[string]string{}}
}

func (c *Client) everyAssignment(ctx context.Context, ri *abs.RequestInformation, role string, visit func(objects.Assignment)) error {
	complete, err := c.list(ctx, ri, c.maxPages, func(o wire.Item) error {
		scope := o.Text("directoryScopeId") // a role for a part of the tenant has less power
		if a := (objects.Assignment{Principal: o.GUID("principalId"), Role: o.GUID(role)}); a.Principal != "" && (scope == "" || scope == "/") {
			visit(a)
		}
		return nil
	})
	if err == nil && !complete {
		err = errTooManyPages
	}
	return err
}

// EachPrincipal reads the application IDs of service principals by their object IDs, 20
// per request. visit is called once per ID, never concurrently. It gets an error for an
// ID that is not a service principal.
func (c *Client) EachPrincipal(ctx context.Context, ids []string, visit func(id, appID string, err error)) {
	path := func(id string) string { return "/servicePrincipals/" + url.PathEscape(id) + "?$select=id,appId" }
	c.eachPart(ctx, ids, path, func(id string, o wire.Item, err error) { visit(id, o.GUID("appId"), err) })
}

// EachFederated reads the federated credentials of applications by their object IDs, 20
// per request. visit is called once per ID, never concurrently. It needs
// Application.Read.All.
func (c *Client) EachFederated(ctx context.Context, ids []string, visit func(id string, list []objects.Credential, err error)) {
	path := func(id string) string {
		return "/applications/" + url.PathEscape(id) + "/federatedIdentityCredentials?$select=id,name,issuer,subject,audiences"
	}
	c.eachPart(ctx, ids, path, func(id string, o wire.Item, err error) {
		if err == nil && !o.Present("value") {
			err = c.wrongLink()
		}
		var list []objects.Credential
		for _, f := range o.Objects("value") { // an application has at most 20, so one page
			list = append(list, federatedOf(f, objects.OnApplication, id))
		}
		visit(id, list, err)
	})
}

// eachPart reads something of many objects in batches. visit is called once per ID,
// never concurrently.
func (c *Client) eachPart(ctx context.Context, ids []string, path func(id string) string, visit func(id string, o wire.Item, err error)) {
	var one sync.Mutex
	var g errgroup.Group
	g.SetLimit(batchesAtOnce)
	for some := range slices.Chunk(ids, batchParts) {
		g.Go(func() error { c.parts(ctx, some, path, &one, visit); return nil })
	}
	_ = g.Wait()
}

func (c *Client) parts(ctx context.Context, ids []string, path func(string) string, one *sync.Mutex, visit func(string, wire.Item, error)) {
	paths := make([]string, len(ids))
	for i, id := range ids {
		paths[i] = path(id)
	}
	told := make([]bool, len(ids))
	tell := func(i int, o wire.Item, err error) {
		one.Lock()
		defer one.Unlock()
		told[i] = true
		visit(ids[i], o, need(err, NeedApplications))
	}
	err := c.batch(ctx, paths, tell)
	for i := range ids {
		if !told[i] {
			tell(i, nil, err)
		}
	}
}
