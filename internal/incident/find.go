package incident

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
)

// States of an object, as in reports.
const (
	listed  = "listed"
	deleted = "deleted"
	gone    = "gone"
	unknown = "unknown"
)

// find finds out what was asked for: an application first, then a deleted one, then a
// key of whichever object, then what only the audit log remembers.
func (t *trail) find(ctx context.Context) error {
	t.Asked = strings.TrimSpace(t.Asked)
	var principals []objects.ServicePrincipal
	var applications []objects.Application
	var both errgroup.Group
	both.Go(func() (err error) { principals, err = t.FindServicePrincipals(ctx, t.Asked); return err })
	both.Go(func() (err error) { applications, err = t.FindApplications(ctx, t.Asked); return err })
	if err := both.Wait(); err != nil {
		return fail.Unknown(msg.New("the tenant could not be searched for %s: %s", t.quoted(), scan.ReasonOf(err)))
	}
	t.source(credentialListing).read(nil)
	t.adopt(principals, applications)
	if len(t.subjects) == 0 {
		t.findDeleted(ctx)
	}
	if err := t.one(); err != nil || len(t.subjects) > 0 {
		t.complete(ctx)
		return err
	}
	return t.search(ctx)
}

func (t *trail) quoted() string { return neutral.Bound(t.Asked, 200) }

func (t *trail) adopt(principals []objects.ServicePrincipal, applications []objects.Application) {
	for _, a := range applications {
		t.add(&subject{id: a.ID, appID: a.AppID, name: a.DisplayName, kind: objects.OnApplication, state: listed, credentials: a.Credentials})
		t.problems(a.Problems)
	}
	for _, p := range principals {
		t.add(&subject{id: p.ID, appID: p.AppID, name: p.DisplayName, kind: objects.OnServicePrincipal, state: listed, credentials: p.Credentials})
		t.problems(p.Problems)
	}
}

// problems are fields that came malformed: what they hold is not known.
func (t *trail) problems(list []string) {
	if len(list) > 0 {
		t.source(credentialListing).cut(msg.Literal(list[0]))
	}
}

func (t *trail) add(s *subject) {
	if !slices.ContainsFunc(t.subjects, func(o *subject) bool { return o.id == s.id && o.id != "" }) {
		t.subjects = append(t.subjects, s)
	}
}

func (t *trail) findDeleted(ctx context.Context) {
	found, err := t.FindDeleted(ctx, t.Asked)
	t.source(deletedListing).read(err)
	for _, d := range found {
		t.add(&subject{id: d.ID, appID: d.AppID, name: d.DisplayName, kind: objects.OnApplication, state: deleted})
	}
}

// one refuses a name that several applications have.
func (t *trail) one() error {
	ids := t.appIDs()
	if len(ids) < 2 {
		return nil
	}
	e := fail.Usage(msg.New("%d applications have the name %s", len(ids), t.quoted()))
	for _, id := range ids[:min(len(ids), 10)] {
		e = e.Hint(msg.New("choose one by its application ID: --incident %s", id))
	}
	return e
}

// complete adds the other object of each application, and its federated credentials.
func (t *trail) complete(ctx context.Context) {
	has := func(appID, kind string) bool {
		return slices.ContainsFunc(t.subjects, func(s *subject) bool { return s.appID == appID && s.kind == kind })
	}
	for _, id := range t.appIDs() {
		if !has(id, objects.OnApplication) {
			app, err := t.ApplicationByAppID(ctx, id)
			t.source(credentialListing).read(err)
			if app != nil {
				t.adopt(nil, []objects.Application{*app})
			}
		}
		if !has(id, objects.OnServicePrincipal) {
			found, err := t.ServicePrincipalsByAppID(ctx, id)
			t.source(credentialListing).read(err)
			t.adopt(found, nil)
		}
	}
	for _, s := range t.subjects {
		if s.kind == objects.OnApplication && s.state == listed && t.key == "" {
			found, err := t.FederatedCredentials(ctx, s.appID, s.id)
			t.source(credentialListing).read(err)
			s.credentials = append(s.credentials, found...)
		}
	}
}

// search looks for a key on all objects of the tenant, and in the audit log for a key,
// an object ID or a name that nothing has any more.
func (t *trail) search(ctx context.Context) error {
	id, isID := strings.ToLower(t.Asked), objects.IsGUID(t.Asked)
	var holders []*subject
	var changes []objects.Change
	var both errgroup.Group
	if isID {
		both.Go(func() error { holders = t.holders(ctx, id); return nil })
	}
	both.Go(func() error {
		t.source(auditLog).read(t.EachChange(ctx, t.since, func(c objects.Change) {
			if isID && (c.ObjectID == id || c.AppID == id || names(&c, id)) || !isID && strings.EqualFold(c.ObjectName, t.Asked) {
				changes = append(changes, c)
			}
		}))
		return nil
	})
	_ = both.Wait()
	if isID && (len(holders) > 0 || slices.ContainsFunc(changes, func(c objects.Change) bool { return names(&c, id) })) {
		t.key = id
		changes = slices.DeleteFunc(changes, func(c objects.Change) bool { return !names(&c, id) })
	}
	for _, s := range holders {
		t.add(s)
	}
	t.changes = changes
	t.remember(ctx)
	if err := t.one(); err != nil && t.key == "" {
		return err
	}
	if len(t.subjects) == 0 {
		return t.absent()
	}
	return nil
}

// names reports whether an entry is about a key, to the letter.
func names(c *objects.Change, key string) bool {
	same := func(k objects.ChangedKey) bool { return k.ID == key }
	return slices.ContainsFunc(c.Added, same) || slices.ContainsFunc(c.Removed, same)
}

// absent says where was looked, since what could not be read may hold it.
func (t *trail) absent() error {
	e := fail.Unknown(msg.New("nothing in the tenant matches %s: no application, no service principal, no credential, and no change since %s", t.quoted(), t.since))
	if unread := t.unread(); !unread.IsZero() {
		return e.Hint(msg.New("not everything could be read: %s", unread))
	}
	e.NotFound = true
	return e.Hint(msg.New("the sign-in log may still show a credential that was removed before that: search for its application"))
}
