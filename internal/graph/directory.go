package graph

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// directory reads the objects of one kind. Requests that do not depend on each other
// run in parallel.
type directory[T any] struct {
	client *Client
	kind   string
	decode func(wire.Item) T
	// idOf returns the object ID. credentialsOf returns the credentials.
	idOf          func(*T) string
	credentialsOf func(*T) []objects.Credential
	// fields are the properties that EachApplication and EachServicePrincipal read.
	// otherName is the property with further names besides the display name.
	fields    []string
	otherName string
	// first are listings that were already read, by their filter.
	first map[string]listing
}

func (c *Client) applications() directory[objects.Application] {
	return directory[objects.Application]{
		client: c, kind: objects.OnApplication, decode: wire.Application, otherName: "identifierUris",
		idOf:          func(a *objects.Application) string { return a.ID },
		credentialsOf: func(a *objects.Application) []objects.Credential { return a.Credentials },
		fields:        []string{"id", "appId", "displayName", "signInAudience", "createdDateTime", "passwordCredentials", "keyCredentials"},
	}
}

func (c *Client) servicePrincipals() directory[objects.ServicePrincipal] {
	return directory[objects.ServicePrincipal]{
		client: c, kind: objects.OnServicePrincipal, decode: wire.ServicePrincipal, otherName: "servicePrincipalNames",
		idOf:          func(s *objects.ServicePrincipal) string { return s.ID },
		credentialsOf: func(s *objects.ServicePrincipal) []objects.Credential { return s.Credentials },
		fields: []string{
			"id", "appId", "displayName", "servicePrincipalType", "accountEnabled", "appOwnerOrganizationId",
			"servicePrincipalNames", "preferredSingleSignOnMode", "preferredTokenSigningKeyThumbprint", "signInAudience", "tags", "passwordCredentials", "keyCredentials",
		},
	}
}

// byID reads an object by its object ID.
func (d directory[T]) byID(ctx context.Context, id string) (T, error) {
	o, err := d.client.get(ctx, d.client.object(d.kind, id), nil)
	if err == nil && !wire.EqualFold(o.Text("id"), id) {
		err = d.client.incomplete() // a proxy, for example, answers everything alike
	}
	if err != nil {
		return *new(T), need(err, NeedApplications)
	}
	object := d.decode(o)
	// Thumbprints that cannot be read stay empty, which means unknown.
	_ = d.client.addThumbprints(ctx, d.kind, d.idOf(&object), d.credentialsOf(&object))
	return object, nil
}

// byAppID reads the object of an application ID. The list has one element, or none if
// the tenant has no such object. If Graph does not filter by appId, or the reader may
// not list objects, the alternate key may still return the object.
func (d directory[T]) byAppID(ctx context.Context, appID string) ([]T, error) {
	var found []T
	var listErr error
	var keyed wire.Item
	var keyErr error
	together(
		func() {
			found, listErr = d.filter(ctx, "appId eq "+quote(appID), func(o wire.Item) bool {
				return wire.EqualFold(o.Text("appId"), appID)
			})
		},
		func() {
			keyed, keyErr = d.client.get(ctx, withAppID(d.kind, appID), nil)
			if keyErr == nil && !wire.EqualFold(keyed.Text("appId"), appID) {
				keyErr = d.client.incomplete()
			}
		},
	)
	switch {
	case len(found) > 0, listErr != nil && !isUnsupported(listErr) && !IsForbidden(listErr):
		return found, listErr
	case keyErr == nil:
		return []T{d.decode(keyed)}, nil
	case IsForbidden(listErr): // a 404 for the key does not prove absence
		return nil, listErr
	case IsNotFound(keyErr), listErr == nil && isUnsupported(keyErr):
		return nil, nil
	}
	return nil, need(keyErr, NeedApplications)
}

// find looks an object up by its display name or by one of its other names.
func (d directory[T]) find(ctx context.Context, name string) ([]T, error) {
	filters := d.filters(name)
	var byName, byOther []T
	var nameErr, otherErr error
	together(
		func() {
			byName, nameErr = d.filter(ctx, filters[0], func(o wire.Item) bool {
				return wire.EqualFold(o.Text("displayName"), name)
			})
		},
		func() {
			byOther, otherErr = d.filter(ctx, filters[1], func(o wire.Item) bool {
				return slices.ContainsFunc(o.Texts(d.otherName), func(other string) bool { return wire.EqualFold(other, name) })
			})
		},
	)
	if nameErr != nil {
		return nil, nameErr
	}
	// Graph may not support lambda filters. The search by display name still counts.
	if otherErr != nil && !isUnsupported(otherErr) && len(byName) == 0 {
		return nil, otherErr
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(append(byName, byOther...), func(o T) bool {
		id := d.idOf(&o)
		again := id != "" && seen[id]
		seen[id] = true
		return again
	}), nil
}

// filters are the conditions of find: the display name, and another name.
func (d directory[T]) filters(name string) []string {
	return []string{"displayName eq " + quote(name), d.otherName + "/any(n:n eq " + quote(name) + ")"}
}

// namePages limits a look-up by name. A default page has 100 objects.
const namePages = 20

// filter lists the objects that match a filter. Graph may silently ignore a filter, so
// every object is checked again.
func (d directory[T]) filter(ctx context.Context, filter string, matches func(wire.Item) bool) ([]T, error) {
	var found []T
	visit := func(o wire.Item) error {
		if matches(o) {
			found = append(found, d.decode(o))
		}
		return nil
	}
	if l, read := d.first[filter]; read {
		for _, o := range l.items {
			_ = visit(o)
		}
		return found, l.err
	}
	complete, err := d.client.list(ctx, request(d.client.collection(d.kind), query{"filter": filter}), namePages, visit)
	if err == nil && !complete && len(found) == 0 {
		err = errTooManyPages // an object that was not read may still exist
	}
	if err != nil {
		return nil, need(err, NeedApplications)
	}
	return found, nil
}

// each visits every object with its credentials, and reports whether it reached the
// end.
func (d directory[T]) each(ctx context.Context, visit func(T) error) (complete bool, err error) {
	ri := request(d.client.collection(d.kind), query{"top": scanTop, "select": d.fields})
	complete, err = d.client.list(ctx, ri, d.client.maxPages, func(o wire.Item) error { return visit(d.decode(o)) })
	return complete, need(err, NeedApplications)
}

// addThumbprints adds the thumbprints that are missing in the certificates of an object.
func (c *Client) addThumbprints(ctx context.Context, kind, id string, list []objects.Credential) error {
	lacks := func(c objects.Credential) bool { return c.Kind == objects.Certificate && c.Thumbprint == "" }
	if id == "" || !slices.ContainsFunc(list, lacks) {
		return nil
	}
	prints, err := c.Thumbprints(ctx, kind, id)
	for i := range list {
		if lacks(list[i]) {
			list[i].Thumbprint = prints[list[i].KeyID]
		}
	}
	return err
}

// Thumbprints returns the SHA-1 thumbprints of an object's certificates in upper-case
// hex, by key ID. storedOn is objects.OnApplication or objects.OnServicePrincipal, id
// is the object ID. Graph returns a certificate only if keyCredentials is selected, and
// limits such requests to 150 per minute. Call it only if customKeyIdentifier has no
// thumbprint.
func (c *Client) Thumbprints(ctx context.Context, storedOn, id string) (map[string]string, error) {
	o, err := c.get(ctx, c.object(storedOn, id), query{"select": []string{"keyCredentials"}})
	if err != nil {
		return nil, err
	}
	keys, _ := wire.Credentials(o, "")
	prints := map[string]string{}
	for _, k := range keys {
		prints[k.KeyID] = k.Thumbprint
	}
	return prints, nil
}

// guid returns name in lower case if it is a GUID.
func guid(name string) (string, bool) {
	id, err := uuid.Parse(name)
	return id.String(), err == nil && len(name) == 36
}

// together runs functions in parallel and waits for all of them.
func together(things ...func()) {
	var wg sync.WaitGroup
	for _, thing := range things {
		wg.Go(thing)
	}
	wg.Wait()
}
