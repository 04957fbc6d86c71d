package incident

import (
	"context"
	"slices"
	"strings"
	"sync"

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

// find looks for what was requested: first an application, then a deleted one, then a key of
// any object, then what only the audit log contains.
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
	for i := range applications {
		t.add(ofApplication(&applications[i]))
		t.problems(applications[i].Problems)
	}
	for i := range principals {
		t.add(ofPrincipal(&principals[i]))
		t.problems(principals[i].Problems)
	}
}

// problems handles malformed fields, whose values are not known.
func (t *trail) problems(list []string) {
	if len(list) > 0 {
		t.source(credentialListing).cut(msg.Literal(list[0]))
	}
}

func (t *trail) add(s *subject) {
	if s.id == "" || t.subject(s.id) == nil {
		t.subjects = append(t.subjects, s)
	}
}

func (t *trail) findDeleted(ctx context.Context) {
	found, err := t.FindDeleted(ctx, t.Asked)
	t.source(deletedListing).read(err)
	for i := range found {
		t.add(ofDeleted(&found[i]))
	}
}

// one refuses a name of several applications.
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

// search looks for a key on all objects of the tenant, and in the audit log for a key, an
// object ID or a name that no longer exists.
func (t *trail) search(ctx context.Context) error {
	id, isID := strings.ToLower(t.Asked), objects.IsGUID(t.Asked)
	var holders []*subject
	var changes []objects.Change
	var both sync.WaitGroup
	if isID {
		both.Go(func() { holders = t.holders(ctx, id) })
	}
	both.Go(func() {
		t.source(auditLog).read(t.EachChange(ctx, t.since, func(c objects.Change) {
			if isID && (c.ObjectID == id || c.AppID == id || names(&c, id)) || !isID && strings.EqualFold(c.ObjectName, t.Asked) {
				changes = append(changes, c)
			}
		}))
	})
	both.Wait()
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

// names reports whether an entry is about exactly this key.
func names(c *objects.Change, key string) bool {
	same := func(k objects.ChangedKey) bool { return k.ID == key }
	return slices.ContainsFunc(c.Added, same) || slices.ContainsFunc(c.Removed, same)
}

// absent returns the error for no result. It says what was searched, and what was not.
func (t *trail) absent() error {
	e := fail.Unknown(msg.New("nothing in the tenant matches %s: no application, no service principal, no credential, and no change since %s", t.quoted(), t.since))
	if unread := t.unread(); !unread.IsZero() {
		return e.Hint(msg.New("not everything could be read: %s", unread))
	}
	e.NotFound = true
	return e.Hint(msg.New("the sign-in log may still show a credential that was removed before that: search for its application"))
}

// subject returns the object with this ID, or nil.
func (t *trail) subject(id string) *subject {
	if i := slices.IndexFunc(t.subjects, func(s *subject) bool { return s.id == id }); i >= 0 {
		return t.subjects[i]
	}
	return nil
}
