package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// FindServicePrincipals looks a service principal up by what a person calls it:
// an application ID, an object ID (its own or its application's), a display
// name or a service principal name. It returns every match, none where there is
// none.
func (c *Client) FindServicePrincipals(ctx context.Context, name string) ([]objects.ServicePrincipal, error) {
	if id, err := uuid.Parse(name); err == nil && len(name) == 36 {
		return c.findByGUID(ctx, id.String())
	}
	byName, err := c.filterServicePrincipals(ctx, "displayName eq "+quote(name), func(o wire.Item) bool {
		return wire.EqualFold(o.Text("displayName"), name)
	})
	if err != nil {
		return nil, err
	}
	// An older or other Graph may not know lambda filters; the display name has
	// been looked for all the same.
	bySPN, err := c.filterServicePrincipals(ctx, "servicePrincipalNames/any(c:c eq "+quote(name)+")", func(o wire.Item) bool {
		return contains(o.Texts("servicePrincipalNames"), name)
	})
	if err != nil && !isUnsupported(err) && len(byName) == 0 {
		return nil, err
	}
	return distinct(append(byName, bySPN...), principalID), nil
}

func (c *Client) findByGUID(ctx context.Context, id string) ([]objects.ServicePrincipal, error) {
	// Who may not list may still be given the object itself.
	found, refused := c.ServicePrincipalsByAppID(ctx, id)
	if refused != nil && !IsForbidden(refused) {
		return nil, refused
	}
	own, err := c.ServicePrincipal(ctx, id)
	switch {
	case err == nil:
		return distinct(append(found, own), principalID), nil
	case !IsNotFound(err) && !isUnsupported(err):
		return found, onlyWhereEmpty(err, len(found))
	case len(found) > 0:
		return found, nil
	}
	app, err := c.Application(ctx, id)
	switch {
	case err == nil && app.AppID != "":
		return c.ServicePrincipalsByAppID(ctx, app.AppID)
	case err == nil, IsNotFound(err), isUnsupported(err):
		return nil, refused
	}
	return nil, err
}

// FindApplications looks an application up by its application ID, its object ID,
// a display name or an identifier URI. It returns every match.
func (c *Client) FindApplications(ctx context.Context, name string) ([]objects.Application, error) {
	if id, err := uuid.Parse(name); err == nil && len(name) == 36 {
		return c.applicationByGUID(ctx, id.String())
	}
	byName, err := c.filterApplications(ctx, "displayName eq "+quote(name), func(o wire.Item) bool {
		return wire.EqualFold(o.Text("displayName"), name)
	})
	if err != nil {
		return nil, err
	}
	byURI, err := c.filterApplications(ctx, "identifierUris/any(s:s eq "+quote(name)+")", func(o wire.Item) bool {
		return contains(o.Texts("identifierUris"), name)
	})
	if err != nil && !isUnsupported(err) && len(byName) == 0 {
		return nil, err
	}
	return distinct(append(byName, byURI...), func(a objects.Application) string { return a.ID }), nil
}

func (c *Client) applicationByGUID(ctx context.Context, id string) ([]objects.Application, error) {
	app, refused := c.ApplicationByAppID(ctx, id)
	switch {
	case app != nil:
		return []objects.Application{*app}, nil
	case refused != nil && !IsForbidden(refused):
		return nil, refused
	}
	own, err := c.Application(ctx, id)
	switch {
	case err == nil:
		return []objects.Application{own}, nil
	case IsNotFound(err), isUnsupported(err):
		return nil, refused
	}
	return nil, err
}

func onlyWhereEmpty(err error, found int) error {
	if found > 0 {
		return nil
	}
	return err
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if wire.EqualFold(v, s) {
			return true
		}
	}
	return false
}

// distinct drops repeats of one object, in order.
func distinct[T any](list []T, idOf func(T) string) []T {
	seen := map[string]bool{}
	var out []T
	for _, o := range list {
		if id := idOf(o); id == "" || !seen[id] {
			seen[id] = true
			out = append(out, o)
		}
	}
	return out
}

func principalID(sp objects.ServicePrincipal) string { return sp.ID }
