package incident

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	appID  = "8f2b61d4-0c7e-4a59-b3e8-5d94a17c60b2"
	object = "2fe4d85e-078c-5890-853c-74b1e4c0e43a"
	keyA   = "1d84b7e2-95a3-4c06-8f7d-e20c6b39a451"
	keyB   = "b7c40e19-2f86-4d5b-a1e3-6098d4f7c2a5"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

// fake is a tenant in memory with at most one application.
type fake struct {
	app      *objects.Application
	changes  []objects.Change
	signIns  []objects.SignInEntry
	short    bool // the sign-in log is longer than what is read
	listed   []objects.Listed
	activity []objects.Activity
	broken   map[string]error
	since    time.Time
}

func (f *fake) FindServicePrincipals(context.Context, string) ([]objects.ServicePrincipal, error) {
	return nil, nil
}

func (f *fake) FindApplications(_ context.Context, name string) ([]objects.Application, error) {
	if f.app != nil && (name == f.app.DisplayName || name == f.app.AppID) {
		return []objects.Application{*f.app}, f.broken["find"]
	}
	return nil, f.broken["find"]
}

func (f *fake) ServicePrincipalsByAppID(context.Context, string) ([]objects.ServicePrincipal, error) {
	return nil, nil
}
func (f *fake) ApplicationByAppID(context.Context, string) (*objects.Application, error) {
	return f.app, nil
}

func (f *fake) ApplicationNamed(_ context.Context, id string) (*objects.Application, error) {
	if f.app != nil && f.app.ID == id {
		return f.app, nil
	}
	return nil, nil
}
func (f *fake) ServicePrincipalNamed(context.Context, string) (*objects.ServicePrincipal, error) {
	return nil, nil
}
func (f *fake) FederatedCredentials(context.Context, string, string) ([]objects.Credential, error) {
	return nil, nil
}
func (f *fake) FindDeleted(context.Context, string) ([]objects.Deleted, error) {
	return nil, nil
}

func (f *fake) Scan(_ context.Context, l objects.Listing) error {
	for i := range f.listed {
		if o := f.listed[i]; o.Kind == l.Kind && l.Part == objects.Passwords {
			if err := l.Object(&o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *fake) EachChange(ctx context.Context, since time.Time, visit func(objects.Change)) error {
	f.since = since
	for _, c := range f.changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !c.Time.Before(since) {
			visit(c)
		}
	}
	return f.broken["audits"]
}

func (f *fake) EachChangeOf(ctx context.Context, id string, since time.Time, visit func(objects.Change)) error {
	return f.EachChange(ctx, since, func(c objects.Change) {
		if c.ObjectID == id {
			visit(c)
		}
	})
}

func (f *fake) EachSignIn(ctx context.Context, _ string, since time.Time, visit func(objects.SignInEntry)) (bool, error) {
	for _, e := range f.signIns {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		if !e.Time.Before(since) {
			visit(e)
		}
	}
	return !f.short && f.broken["signIns"] == nil, f.broken["signIns"]
}

func (f *fake) Activity(context.Context, string) ([]objects.Activity, error) { return f.activity, nil }
func (f *fake) EachPermission(context.Context, func(objects.Assignment)) error {
	return nil
}
func (f *fake) EachDirectoryRole(context.Context, func(objects.Assignment)) error { return nil }
func (f *fake) EachPrincipal(_ context.Context, ids []string, visit func(id, appID string, err error)) {
	for _, id := range ids {
		visit(id, appID, nil)
	}
}

func payroll(credentials ...objects.Credential) *objects.Application {
	return &objects.Application{ID: object, AppID: appID, DisplayName: "Payroll", Credentials: credentials}
}

func added(key string, at time.Time) objects.Change {
	return objects.Change{Time: at, ObjectID: object, ObjectKind: objects.OnApplication, ObjectName: "Payroll", Actor: "ada@example.org", Added: []objects.ChangedKey{{ID: key, Kind: objects.Password}}}
}

func tell(t *testing.T, f *fake, o Options) *result.Incident {
	t.Helper()
	o.Now = now
	n, err := Reconstruct(t.Context(), f, o)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// told returns a history as a short text.
func told(s *result.History) string {
	var all []string
	for _, e := range s.Events {
		word := e.Event
		if e.SignIns != nil {
			word += fmt.Sprint(" ", *e.SignIns.IPAddress, " ", e.SignIns.Count)
		}
		all = append(all, word)
	}
	return strings.Join(all, ", ")
}
