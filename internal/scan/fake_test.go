package scan

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// fake is a tenant in memory.
type fake struct {
	objects   []objects.Listed
	federated []string // application IDs
	ownerless []string // object IDs
	activity  map[string]time.Time
	// owners are by object ID. asked are the IDs that were requested.
	owners   map[string]objects.Ownership
	asked    []string
	changes  []objects.Change
	policies objects.AppPolicies
	// principals are application IDs by the object ID of a service principal.
	permissions, roles []objects.Assignment
	principals         map[string]string
	trusts             map[string][]objects.Credential // federated ones, by object ID
	// broken fails a listing, by its kind and part.
	broken map[string]error
	// restart restarts each listing after its first object.
	restart bool
	// backwards answers batches in reverse order.
	backwards bool
}

func listingName(kind string, part objects.Part) string { return fmt.Sprintf("%s %d", kind, part) }

func (f *fake) Scan(ctx context.Context, l objects.Listing) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	list := f.list(l)
	if f.restart && len(list) > 0 {
		if err := l.Object(&list[0]); err != nil {
			return err
		}
		l.Restart()
		list = f.list(l)
	}
	for i := range list {
		if err := l.Object(&list[i]); err != nil {
			return err
		}
	}
	if l.Page != nil {
		l.Page(objects.Page{Objects: len(list), ResourceUnits: 1})
	}
	return f.broken[listingName(l.Kind, l.Part)]
}

func (f *fake) list(l objects.Listing) []objects.Listed {
	var out []objects.Listed
	for _, o := range f.objects {
		if o.Kind != l.Kind {
			continue
		}
		o.Credentials = slices.Clone(o.Credentials)
		switch l.Part {
		case objects.Passwords:
			o.Credentials = slices.DeleteFunc(o.Credentials, func(c objects.ListedCredential) bool { return c.Kind != objects.Password })
		case objects.Certificates:
			o.Disabled = false // the listing of passwords has it
			o.Credentials = slices.DeleteFunc(o.Credentials, func(c objects.ListedCredential) bool { return c.Kind != objects.Certificate })
		case objects.WithFederation:
			if !slices.Contains(f.federated, o.AppID) {
				continue
			}
		case objects.Ownerless:
			if !slices.Contains(f.ownerless, o.ID) {
				continue
			}
		}
		out = append(out, o)
	}
	return out
}

func (f *fake) EachActivity(_ context.Context, visit func(string, time.Time)) error {
	for key, at := range f.activity {
		visit(key, at)
	}
	return f.broken["activity"]
}

func (f *fake) EachOwnership(_ context.Context, _ string, ids []string, visit func(string, objects.Ownership, error)) {
	for _, id := range ids {
		f.asked = append(f.asked, id)
		o, ok := f.owners[id]
		if ok {
			visit(id, o, nil)
			continue
		}
		visit(id, objects.Ownership{}, errors.New("denied"))
	}
}

func (f *fake) EachChange(_ context.Context, since time.Time, visit func(objects.Change)) error {
	for _, c := range f.changes {
		if !c.Time.Before(since) {
			visit(c)
		}
	}
	return f.broken["changes"]
}

func (f *fake) EachFederated(_ context.Context, ids []string, visit func(string, []objects.Credential, error)) {
	if f.backwards {
		ids = slices.Clone(ids)
		slices.Reverse(ids)
	}
	for _, id := range ids {
		list, ok := f.trusts[id]
		if !ok {
			visit(id, nil, errors.New("denied"))
			continue
		}
		visit(id, list, nil)
	}
}

func (f *fake) EachPermission(_ context.Context, visit func(objects.Assignment)) error {
	for _, a := range f.permissions {
		visit(a)
	}
	return f.broken["permissions"]
}

func (f *fake) EachDirectoryRole(_ context.Context, visit func(objects.Assignment)) error {
	for _, a := range f.roles {
		visit(a)
	}
	return f.broken["roles"]
}

func (f *fake) EachPrincipal(_ context.Context, ids []string, visit func(id, appID string, err error)) {
	for _, id := range ids {
		f.asked = append(f.asked, id)
		visit(id, f.principals[id], f.broken["principals"])
	}
}

func (f *fake) AppPolicies(context.Context) (objects.AppPolicies, error) {
	return f.policies, f.broken["policies"]
}

// guid creates a GUID from a short name.
func guid(name string) string {
	var b [12]byte
	copy(b[:], name)
	return fmt.Sprintf("00000000-0000-4000-8000-%012x", b[:6])
}

func app(name string, credentials ...objects.ListedCredential) objects.Listed {
	return objects.Listed{ID: guid("a" + name), AppID: guid("c" + name), DisplayName: name, Kind: objects.OnApplication, Credentials: credentials}
}

func principal(name string, credentials ...objects.ListedCredential) objects.Listed {
	return objects.Listed{ID: guid("s" + name), AppID: guid("c" + name), DisplayName: name, Kind: objects.OnServicePrincipal, Type: "Application", Credentials: credentials}
}

// secret returns a secret that expires in the given time and was created a year before that.
func secret(key string, end time.Duration) objects.ListedCredential {
	return objects.ListedCredential{KeyID: guid("k" + key), Kind: objects.Password, Hint: "abc", Start: now.Add(end - 365*day), End: now.Add(end)}
}

func certificate(key, usage string, end time.Duration) objects.ListedCredential {
	return objects.ListedCredential{KeyID: guid("k" + key), Kind: objects.Certificate, Usage: usage, Start: now.Add(end - 365*day), End: now.Add(end)}
}

const tenantID = "5e0c2d4b-7a19-4f36-8b52-c1d9e0f3a746"

// scanOf scans tenants in memory with all rules and returns the findings, sorted, as
// "rule severity name".
func scanOf(t *testing.T, o Options, tenants ...*fake) (*Outcome, []string) {
	t.Helper()
	if o.Rules == nil {
		o.Rules, _ = Choose([]string{"default"})
	}
	o.Now = func() time.Time { return now }
	var targets []Target
	for i, f := range tenants {
		name := tenantID
		if i > 0 {
			name = fmt.Sprintf("tenant%d.example", i)
		}
		targets = append(targets, Target{Tenant: name, Within: 30 * day, Open: func(context.Context, func()) (Opened, error) {
			if f == nil {
				return Opened{}, errors.New("the secret has ended")
			}
			return Opened{Lister: f, Tenant: name, Reader: "self"}, nil
		}})
	}
	out, err := Run(t.Context(), targets, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(out.Close)
	return out, found(t, out)
}

func found(t *testing.T, o *Outcome) []string {
	t.Helper()
	var list []string
	for f, err := range o.Findings() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %s %s", f.Rule, f.Severity, *f.DisplayName))
	}
	slices.Sort(list)
	return list
}

func inventory(t *testing.T, o *Outcome) []result.InventoryItem {
	t.Helper()
	var list []result.InventoryItem
	for i, err := range o.Inventory() {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, *i)
	}
	return list
}
