package incident

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
)

// holders lists the whole tenant and returns the objects that have a key. Graph cannot search
// for the key ID of a password.
func (t *trail) holders(ctx context.Context, key string) []*subject {
	var mu sync.Mutex
	var wg sync.WaitGroup
	found := map[string]*subject{}
	take := func(o *objects.Listed) error {
		if o.Unread {
			t.source(credentialListing).cut(msg.New("Microsoft Graph left out credentials of an object"))
		}
		mu.Lock()
		defer mu.Unlock()
		hold(found, o, key)
		return nil
	}
	for _, kind := range []string{objects.OnApplication, objects.OnServicePrincipal} {
		for _, part := range []objects.Part{objects.Passwords, objects.Certificates} {
			wg.Go(func() {
				t.source(credentialListing).read(t.Scan(ctx, objects.Listing{Kind: kind, Part: part, Object: take}))
			})
		}
	}
	wg.Wait()
	return slices.SortedFunc(maps.Values(found), func(a, b *subject) int { return strings.Compare(a.id, b.id) })
}

// hold keeps a key of an object. A listing that starts again sends it once more.
func hold(found map[string]*subject, o *objects.Listed, key string) {
	for _, c := range o.Credentials {
		if c.KeyID != key {
			continue
		}
		s := found[o.ID]
		if s == nil {
			s = &subject{id: o.ID, appID: o.AppID, name: o.DisplayName, kind: o.Kind, state: listed}
			found[o.ID] = s
		}
		if !slices.ContainsFunc(s.credentials, func(x objects.Credential) bool { return x.Kind == c.Kind }) {
			s.credentials = append(s.credentials, c.Credential())
		}
	}
}

// remember adds the objects that only the audit log names. Some still exist without the key,
// others are gone.
func (t *trail) remember(ctx context.Context) {
	for _, c := range t.changes {
		if c.ObjectID != "" && t.subject(c.ObjectID) == nil {
			t.add(t.recall(ctx, &c))
		}
	}
}

// recall reads an object that the audit log names. It may be gone.
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
		if app != nil {
			return ofApplication(app)
		}
		failed(err)
	}
	if c.ObjectKind != objects.OnApplication {
		sp, err := t.ServicePrincipalNamed(ctx, c.ObjectID)
		if sp != nil {
			return ofPrincipal(sp)
		}
		failed(err)
	}
	if c.ObjectKind != objects.OnServicePrincipal {
		found, err := t.FindDeleted(ctx, c.ObjectID)
		t.source(deletedListing).read(err)
		if len(found) > 0 {
			return ofDeleted(&found[0])
		}
	}
	return s
}
