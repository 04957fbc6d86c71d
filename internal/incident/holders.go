package incident

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/objects"
)

// holders lists the whole tenant for the objects that hold a key: Graph finds none by
// the key ID of a password.
func (t *trail) holders(ctx context.Context, key string) []*subject {
	var mu sync.Mutex
	found := map[string]*subject{}
	var g errgroup.Group
	for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
		for _, part := range []objects.Part{objects.Passwords, objects.Certificates} {
			g.Go(func() error {
				err := t.Scan(ctx, objects.Listing{Kind: kind, Part: part, Restart: func() {}, Page: func(objects.Page) {}, Object: func(o *objects.Listed) error {
					mu.Lock()
					defer mu.Unlock()
					hold(found, o, key)
					return nil
				}})
				t.source(credentialListing).read(err)
				return nil
			})
		}
	}
	_ = g.Wait()
	var list []*subject
	for _, s := range found {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *subject) int { return compare(a.id, b.id) })
	return list
}

// hold keeps a key of an object. A listing that began again sends it once more.
func hold(found map[string]*subject, o *objects.Listed, key string) {
	for i := range o.Credentials {
		c := &o.Credentials[i]
		if c.KeyID != key {
			continue
		}
		s := found[o.ID]
		if s == nil {
			s = &subject{id: o.ID, appID: o.AppID, name: o.DisplayName, kind: o.Kind, state: listed}
			found[o.ID] = s
		}
		full := c.Credential()
		full.Start, full.End = clone(full.Start), clone(full.End)
		if !slices.ContainsFunc(s.credentials, func(x objects.Credential) bool { return x.KeyID == key && x.Kind == full.Kind }) {
			s.credentials = append(s.credentials, full)
		}
	}
}

// remember adds the objects that only the audit log names: those that are there still,
// and hold the key no more, and those that are gone.
func (t *trail) remember(ctx context.Context) {
	for _, c := range t.changes {
		if c.ObjectID == "" || slices.ContainsFunc(t.subjects, func(s *subject) bool { return s.id == c.ObjectID }) {
			continue
		}
		t.add(t.recall(ctx, &c))
	}
}

// recall reads an object that the audit log names, which need not exist any more.
func (t *trail) recall(ctx context.Context, c *objects.Change) *subject {
	s := &subject{id: c.ObjectID, appID: c.AppID, name: c.ObjectName, kind: c.ObjectKind, state: gone}
	failed := func(err error) {
		if err != nil {
			t.source(credentialListing).read(err)
			s.state = unknown
		}
	}
	if c.ObjectKind != objects.OnServicePrincipal {
		app, err := t.ApplicationNamed(ctx, c.ObjectID)
		failed(err)
		if app != nil {
			s.appID, s.name, s.kind, s.state, s.credentials = app.AppID, app.DisplayName, objects.OnApplication, listed, app.Credentials
			return s
		}
	}
	if c.ObjectKind != objects.OnApplication {
		p, err := t.ServicePrincipalNamed(ctx, c.ObjectID)
		failed(err)
		if p != nil {
			s.appID, s.name, s.kind, s.state, s.credentials = p.AppID, p.DisplayName, objects.OnServicePrincipal, listed, p.Credentials
			return s
		}
	}
	if c.ObjectKind != objects.OnServicePrincipal {
		found, err := t.FindDeleted(ctx, c.ObjectID)
		t.source(deletedListing).read(err)
		if len(found) > 0 {
			s.appID, s.name, s.kind, s.state = found[0].AppID, found[0].DisplayName, objects.OnApplication, deleted
		}
	}
	return s
}
