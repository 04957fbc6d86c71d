package graph

import (
	"context"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// Application reads one application by its object ID.
func (c *Client) Application(ctx context.Context, id string) (objects.Application, error) {
	return c.applications().byID(ctx, id)
}

// ServicePrincipal reads one service principal by its object ID.
func (c *Client) ServicePrincipal(ctx context.Context, id string) (objects.ServicePrincipal, error) {
	return c.servicePrincipals().byID(ctx, id)
}

// ApplicationNamed reads one application by its object ID. It returns nil if there is
// none.
func (c *Client) ApplicationNamed(ctx context.Context, id string) (*objects.Application, error) {
	app, err := c.Application(ctx, id)
	return orAbsent(&app, err)
}

// ServicePrincipalNamed reads one service principal by its object ID. It returns nil if
// there is none.
func (c *Client) ServicePrincipalNamed(ctx context.Context, id string) (*objects.ServicePrincipal, error) {
	sp, err := c.ServicePrincipal(ctx, id)
	return orAbsent(&sp, err)
}

func orAbsent[T any](object *T, err error) (*T, error) {
	switch {
	case err == nil:
		return object, nil
	case isAbsent(err):
		return nil, nil
	}
	return nil, err
}

// ApplicationByAppID reads an application by its client ID. It returns nil if the
// tenant has none, for example if it is registered in another tenant.
func (c *Client) ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error) {
	found, err := c.applications().byAppID(ctx, appID)
	if len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// ServicePrincipalsByAppID reads the service principal of an application. The list has
// one element, or none if the tenant has no such service principal.
func (c *Client) ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error) {
	return c.servicePrincipals().byAppID(ctx, appID)
}

// EachApplication visits every application of the tenant with its credentials, and
// reports whether it reached the end. visit may return objects.ErrEnough.
func (c *Client) EachApplication(ctx context.Context, visit func(objects.Application) error) (complete bool, err error) {
	return c.applications().each(ctx, visit)
}

// EachServicePrincipal visits every service principal of the tenant with its
// credentials, and reports whether it reached the end. visit may return objects.ErrEnough.
func (c *Client) EachServicePrincipal(ctx context.Context, visit func(objects.ServicePrincipal) error) (complete bool, err error) {
	return c.servicePrincipals().each(ctx, visit)
}

// FindServicePrincipals looks for service principals by application ID, object ID,
// display name or service principal name. It returns every match.
func (c *Client) FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error) {
	id, ok := guid(name)
	if !ok {
		return c.servicePrincipals().find(ctx, name)
	}
	return byEither(func() ([]objects.ServicePrincipal, error) { return c.ServicePrincipalsByAppID(ctx, id) },
		func() (objects.ServicePrincipal, error) { return c.ServicePrincipal(ctx, id) })
}

// FindApplications looks for applications by application ID, object ID, display name or
// identifier URI. It returns every match.
func (c *Client) FindApplications(ctx context.Context, name string) ([]objects.Application, error) {
	id, ok := guid(name)
	if !ok {
		return c.applications().find(ctx, name)
	}
	return byEither(func() ([]objects.Application, error) { return c.applications().byAppID(ctx, id) },
		func() (objects.Application, error) { return c.Application(ctx, id) })
}

// byEither returns the object with this application ID, or else the one with this
// object ID.
func byEither[T any](byAppID func() ([]T, error), byID func() (T, error)) ([]T, error) {
	var found []T
	var own T
	var refused, ownErr error
	together(func() { found, refused = byAppID() }, func() { own, ownErr = byID() })
	switch {
	case len(found) > 0, refused != nil && !IsForbidden(refused):
		return found, refused
	case ownErr == nil: // a reader that may not list objects may still read one
		return []T{own}, nil
	case isAbsent(ownErr):
		return nil, refused
	}
	return nil, ownErr
}

// isAbsent reports whether Graph does not have the object, or does not support the
// path.
func isAbsent(err error) bool { return IsNotFound(err) || isUnsupported(err) }

// SuggestServicePrincipals lists up to limit service principals whose display name
// starts with prefix, in one request. An empty prefix matches all. Only the ID,
// application ID and name are read.
func (c *Client) SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error) {
	q := query{"top": limit, "select": []string{"id", "appId", "displayName"}}
	if prefix != "" {
		q["filter"] = "startswith(displayName," + quote(prefix) + ")"
	}
	ri := request(c.collection(objects.OnServicePrincipal), q)
	found, err := collect(ctx, c, ri, 1, NeedApplications, func(o wire.Item) (objects.ServicePrincipal, bool) {
		return wire.ServicePrincipal(o), true
	})
	return found[:min(len(found), limit)], err
}
