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

// ApplicationByAppID reads an application by its client ID. It returns nil where
// the tenant has none, as for applications of other tenants.
func (c *Client) ApplicationByAppID(ctx context.Context, appID string) (*objects.Application, error) {
	found, err := c.applications().byAppID(ctx, appID)
	if len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// ServicePrincipalsByAppID reads the service principal of an application; the
// list has at most one element, and none where the tenant has none.
func (c *Client) ServicePrincipalsByAppID(ctx context.Context, appID string) ([]objects.ServicePrincipal, error) {
	return c.servicePrincipals().byAppID(ctx, appID)
}

// EachApplication visits every application of the tenant with its credentials,
// and reports whether it reached the end. visit may return ErrEnough.
func (c *Client) EachApplication(ctx context.Context, visit func(objects.Application) error) (complete bool, err error) {
	return c.applications().each(ctx, visit)
}

// EachServicePrincipal visits every service principal of the tenant with its
// credentials, and reports whether it reached the end. visit may return ErrEnough.
func (c *Client) EachServicePrincipal(ctx context.Context, visit func(objects.ServicePrincipal) error) (complete bool, err error) {
	return c.servicePrincipals().each(ctx, visit)
}

// FindServicePrincipals looks a service principal up by what a person calls it:
// an application ID, an object ID (its own or its application's), a display
// name or a service principal name. It returns every match, none where there is
// none.
func (c *Client) FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error) {
	id, ok := guid(name)
	if !ok {
		return c.servicePrincipals().find(ctx, name)
	}
	var found []objects.ServicePrincipal
	var own objects.ServicePrincipal
	var app objects.Application
	var refused, ownErr, appErr error
	together(
		func() { found, refused = c.ServicePrincipalsByAppID(ctx, id) },
		func() { own, ownErr = c.ServicePrincipal(ctx, id) },
		func() { app, appErr = c.Application(ctx, id) },
	)
	switch {
	case refused != nil && !IsForbidden(refused): // who may not list may still be given the object itself
		return nil, refused
	case ownErr == nil:
		return c.servicePrincipals().distinct(append(found, own)), nil
	case len(found) > 0:
		return found, nil
	case !isAbsent(ownErr):
		return nil, ownErr
	case appErr == nil && app.AppID != "":
		return c.ServicePrincipalsByAppID(ctx, app.AppID)
	case appErr == nil, isAbsent(appErr):
		return nil, refused
	}
	return nil, appErr
}

// FindApplications looks an application up by its application ID, its object ID,
// a display name or an identifier URI. It returns every match.
func (c *Client) FindApplications(ctx context.Context, name string) ([]objects.Application, error) {
	id, ok := guid(name)
	if !ok {
		return c.applications().find(ctx, name)
	}
	var found []objects.Application
	var own objects.Application
	var refused, ownErr error
	together(
		func() { found, refused = c.applications().byAppID(ctx, id) },
		func() { own, ownErr = c.Application(ctx, id) },
	)
	switch {
	case len(found) > 0, refused != nil && !IsForbidden(refused):
		return found, refused
	case ownErr == nil:
		return []objects.Application{own}, nil
	case isAbsent(ownErr):
		return nil, refused
	}
	return nil, ownErr
}

// isAbsent reports that Graph has no such object, or knows no such path.
func isAbsent(err error) bool { return IsNotFound(err) || isUnsupported(err) }

// SuggestServicePrincipals lists up to limit service principals whose display
// name starts with prefix, in one request; an empty prefix means any. Only the
// ID, application ID and name of each are read.
func (c *Client) SuggestServicePrincipals(ctx context.Context, prefix string, limit int) ([]objects.ServicePrincipal, error) {
	q := query{"top": limit, "select": []string{"id", "appId", "displayName"}}
	if prefix != "" {
		q["filter"] = "startswith(displayName," + quote(prefix) + ")"
	}
	d := c.servicePrincipals()
	var found []objects.ServicePrincipal
	_, err := c.list(ctx, request(c.collection(d.kind), q), 1, func(o wire.Item) error {
		if len(found) == limit {
			return ErrEnough
		}
		found = append(found, d.decode(o))
		return nil
	})
	return found, need(err, NeedApplications)
}
