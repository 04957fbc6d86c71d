package graph

import (
	"context"
	"net/url"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

const (
	// expandedMost is how many elements $expand shows of a collection (Graph
	// documentation of known limits).
	expandedMost = 20
	// ownersMost bounds the owners that are read of one object.
	ownersMost = 100
	// batchesAtOnce is how many batches are under way.
	batchesAtOnce = 4
)

// ownerFields are what is asked of an owner. Without a permission for users Graph
// gives the ID alone.
const ownerFields = "id,displayName,mail,userPrincipalName"

// EachOwnership reads who owns the objects of a kind, objects.OnApplication or
// objects.OnServicePrincipal, and their notes, for 20 objects with one request.
// visit is called once for each, never for two at a time, with what is known or why
// nothing is. It needs Application.Read.All, and User.ReadBasic.All for the names.
func (c *Client) EachOwnership(ctx context.Context, kind string, ids []string, visit func(id string, o objects.Ownership, err error)) {
	var one sync.Mutex
	tell := func(id string, o objects.Ownership, err error) {
		one.Lock()
		defer one.Unlock()
		visit(id, o, need(err, NeedApplications))
	}
	var g errgroup.Group
	g.SetLimit(batchesAtOnce)
	for some := range slices.Chunk(ids, batchParts) {
		g.Go(func() error { c.ownerships(ctx, kind, some, tell); return nil })
	}
	_ = g.Wait()
}

func (c *Client) ownerships(ctx context.Context, kind string, ids []string, visit func(string, objects.Ownership, error)) {
	paths := make([]string, len(ids))
	for i, id := range ids {
		paths[i] = "/" + kind + "s/" + url.PathEscape(id) + "?$select=id,notes&$expand=owners($select=" + ownerFields + ")"
	}
	told := make([]bool, len(ids))
	err := c.batch(ctx, paths, func(i int, o wire.Item, err error) {
		told[i] = true
		if err != nil {
			visit(ids[i], objects.Ownership{}, err)
			return
		}
		out, err := c.ownership(ctx, kind, ids[i], o)
		visit(ids[i], out, err)
	})
	for i, id := range ids {
		if !told[i] {
			visit(id, objects.Ownership{}, err)
		}
	}
}

// ownership reads an object with its owners. Where $expand may have cut them off they
// are listed. One without the list was not read whole.
func (c *Client) ownership(ctx context.Context, kind, id string, o wire.Item) (objects.Ownership, error) {
	out := objects.Ownership{Notes: o.Text("notes")}
	if !o.Present("owners") {
		return out, c.wrongLink()
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
