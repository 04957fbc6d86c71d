package graph

import (
	"context"
	"net/url"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// expandedMost is the most elements of a collection that $expand returns (Graph
	// documentation of known limits).
	expandedMost = 20
	// ownersMost limits the number of owners read per object.
	ownersMost = 100
)

// ownerFields are the properties requested of an owner. Without a permission for users,
// Graph returns only the ID.
const ownerFields = "id,displayName,mail,userPrincipalName"

// EachOwnership reads the owners and notes of objects of a kind (objects.OnApplication
// or objects.OnServicePrincipal), 20 objects per request. visit is called once per
// object, with the result or an error, and never concurrently. It needs
// Application.Read.All, and User.ReadBasic.All for names.
func (c *Client) EachOwnership(ctx context.Context, kind string, ids []string, visit func(id string, o objects.Ownership, err error)) {
	path := func(id string) string {
		return "/" + kind + "s/" + url.PathEscape(id) + "?$select=id,notes&$expand=owners($select=" + ownerFields + ")"
	}
	read := func(id string, o wire.Item) (objects.Ownership, error) { return c.ownership(ctx, kind, id, o) }
	eachPart(ctx, c, ids, path, read, visit)
}

// ownership reads an object and its owners. If $expand may have cut the owners off,
// they are listed separately. An object without the list was not read completely.
func (c *Client) ownership(ctx context.Context, kind, id string, o wire.Item) (objects.Ownership, error) {
	out := objects.Ownership{Notes: o.Text("notes")}
	if !o.Present("owners") {
		return out, c.incomplete()
	}
	for _, owner := range o.Objects("owners") {
		out.Owners = append(out.Owners, wire.Owner(owner))
	}
	if len(out.Owners) < expandedMost {
		return out, nil
	}
	all, err := c.Owners(ctx, kind, id)
	if err != nil {
		return out, err
	}
	out.More = max(0, len(all)-ownersMost)
	out.Owners = all[:min(len(all), ownersMost)]
	return out, nil
}
