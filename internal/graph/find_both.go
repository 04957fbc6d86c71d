package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/graph/wire"
	"github.com/spcheck/spcheck/internal/objects"
)

// FindBoth is FindServicePrincipals and FindApplications with as few requests as possible,
// for runs on many applications: one for a name, two for an application ID. Throttled parts
// of the request for a name are requested again after the pause that Graph asked for.
// Whatever else these did not answer is requested as the two functions do.
func (c *Client) FindBoth(ctx context.Context, name string) (principals []objects.ServicePrincipal, refused error, apps []objects.Application, appsRefused error) {
	sps, as := c.servicePrincipals(), c.applications()
	id, isID := guid(name)
	if !isID {
		sps.first, as.first = c.firstPages(ctx, sps.filters(name), as.filters(name))
		principals, refused = sps.find(ctx, name)
		apps, appsRefused = as.find(ctx, name)
		return principals, refused, apps, appsRefused
	}
	together(func() {
		if principals, refused = sps.byKey(ctx, id); refused == nil && len(principals) == 0 {
			principals, refused = c.FindServicePrincipals(ctx, name)
		}
	}, func() {
		if apps, appsRefused = as.byKey(ctx, id); appsRefused == nil && len(apps) == 0 {
			apps, appsRefused = c.FindApplications(ctx, name)
		}
	})
	return principals, refused, apps, appsRefused
}

// byKey returns the object with an application ID, or nothing if that was not answered. It is
// an error if Graph keeps throttling, because further requests would only add to the load.
func (d directory[T]) byKey(ctx context.Context, appID string) ([]T, error) {
	o, err := d.client.get(ctx, withAppID(d.kind, appID), nil)
	switch {
	case asError(err).Status == http.StatusTooManyRequests:
		return nil, err
	case err != nil, !wire.EqualFold(o.Text("appId"), appID):
		return nil, nil
	}
	return []T{d.decode(o)}, nil
}

// listing is what a filter matched, or why Graph did not say.
type listing struct {
	items []wire.Item
	err   error
}

// firstPages lists what matches filters on service principals and on applications, in one
// batch. A listing is missing if it was refused, is malformed, or has further pages. It is
// an error if Graph keeps throttling, because a single request would only add to the load.
func (c *Client) firstPages(ctx context.Context, onPrincipals, onApplications []string) (principals, apps map[string]listing) {
	all := slices.Concat(onPrincipals, onApplications)
	paths := make([]string, len(all))
	for i, filter := range all {
		kind := objects.OnApplication
		if i < len(onPrincipals) {
			kind = objects.OnServicePrincipal
		}
		paths[i] = "/" + kind + "s?$filter=" + strings.ReplaceAll(url.QueryEscape(filter), "+", "%20")
	}
	principals, apps = map[string]listing{}, map[string]listing{}
	answered := make([]bool, len(all))
	keep := func(i int, l listing) {
		answered[i] = true
		if i < len(onPrincipals) {
			principals[all[i]] = l
		} else {
			apps[all[i]] = l
		}
	}
	err := c.batchAnswers(ctx, paths, func(i int, a *batchAnswer) {
		switch {
		case a == nil:
		case a.status == http.StatusTooManyRequests:
			keep(i, listing{err: a.refusal()})
		case a.status == http.StatusOK:
			if items, ok := wholePage(a.body); ok {
				keep(i, listing{items: items})
			}
		}
	})
	if asError(err).Status == http.StatusTooManyRequests {
		for i := range all {
			if !answered[i] { // in an earlier batch
				keep(i, listing{err: err})
			}
		}
	}
	return principals, apps
}

// wholePage returns the objects of a listing that has only this page.
func wholePage(raw json.RawMessage) (items []wire.Item, ok bool) {
	next, err := wire.ReadPage(bytes.NewReader(raw), func(o wire.Item) error {
		items = append(items, o)
		return nil
	})
	return items, err == nil && next == ""
}
