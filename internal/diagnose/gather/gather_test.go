package gather_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/diagnose/gather"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

const (
	tenant   = "5d0e8a41-7c26-4f93-b1d8-2e6a90c3f754"
	clientID = "91c4f2d7-3a58-4e06-8b7d-c05e16f8a392"
)

// fakeSession returns a given attempt and reads a fakeTenant.
type fakeSession struct {
	attempt entra.Attempt
	tenant  *fakeTenant
	readers []gather.Reader
	mu      sync.Mutex
	signIns []gather.SignIn
}

func (s *fakeSession) Credential(context.Context) (secrets.Credential, error) {
	return secrets.Credential{Secret: secrets.NewValue("a-value-of-this-test-only")}, nil
}

func (s *fakeSession) SignIn(_ context.Context, how gather.SignIn) entra.Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signIns = append(s.signIns, how)
	return s.attempt
}

func (s *fakeSession) Own() (gather.Directory, error)                             { return s.tenant, nil }
func (s *fakeSession) TenantID(context.Context, string) (string, error)           { return "", nil }
func (s *fakeSession) SubscriptionTenant(context.Context, string) (string, error) { return "", nil }
func (s *fakeSession) Readers() []gather.Reader                                   { return s.readers }

// reads returns a reader that works.
func (s *fakeSession) reads(name string) gather.Reader {
	return gather.Reader{Name: name, Self: name == "self", Open: func(context.Context) (gather.Directory, error) { return s.tenant, nil }}
}

// fakeTenant has one application. Its methods can be made to fail.
type fakeTenant struct {
	mu    sync.Mutex
	asked []string
	fails map[string]bool
	empty bool
	// identity makes the service principal a managed identity.
	identity bool
}

var errDown = errors.New("down")

func (d *fakeTenant) say(method string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, method)
	if d.fails[method] {
		return fmt.Errorf("%s: %w", method, errDown)
	}
	return nil
}

func (d *fakeTenant) principals(method string) ([]objects.ServicePrincipal, error) {
	if err := d.say(method); err != nil || d.empty {
		return nil, err
	}
	if d.identity {
		return []objects.ServicePrincipal{{ID: "sp", AppID: clientID, DisplayName: "vm", Type: objects.ManagedIdentity}}, nil
	}
	return []objects.ServicePrincipal{{ID: "sp", AppID: clientID, DisplayName: "Sync", Credentials: []objects.Credential{{KeyID: "k", Kind: objects.Certificate}}}}, nil
}

func (d *fakeTenant) application(method string) (*objects.Application, error) {
	if err := d.say(method); err != nil || d.empty || d.identity {
		return nil, err
	}
	return &objects.Application{ID: "app", AppID: clientID, DisplayName: "Sync"}, nil
}

func (d *fakeTenant) FindServicePrincipals(context.Context, string) ([]objects.ServicePrincipal, error) {
	return d.principals("FindServicePrincipals")
}
func (d *fakeTenant) FindApplications(context.Context, string) ([]objects.Application, error) {
	return nil, d.say("FindApplications")
}
func (d *fakeTenant) FindBoth(ctx context.Context, name string) ([]objects.ServicePrincipal, error, []objects.Application, error) {
	principals, err := d.FindServicePrincipals(ctx, name)
	apps, appsErr := d.FindApplications(ctx, name)
	return principals, err, apps, appsErr
}
func (d *fakeTenant) ServicePrincipalsByAppID(context.Context, string) ([]objects.ServicePrincipal, error) {
	return d.principals("ServicePrincipalsByAppID")
}
func (d *fakeTenant) ApplicationByAppID(context.Context, string) (*objects.Application, error) {
	return d.application("ApplicationByAppID")
}
func (d *fakeTenant) ServicePrincipalNamed(context.Context, string) (*objects.ServicePrincipal, error) {
	return nil, d.say("ServicePrincipalNamed")
}
func (d *fakeTenant) ApplicationNamed(context.Context, string) (*objects.Application, error) {
	return nil, d.say("ApplicationNamed")
}
func (d *fakeTenant) DeletedObject(_ context.Context, kind, appID string) (*objects.Deleted, error) {
	return &objects.Deleted{ID: clientID, AppID: appID}, d.say("DeletedObject " + kind)
}
func (d *fakeTenant) EachApplication(context.Context, func(objects.Application) error) (bool, error) {
	return true, d.say("EachApplication")
}
func (d *fakeTenant) EachServicePrincipal(context.Context, func(objects.ServicePrincipal) error) (bool, error) {
	return true, d.say("EachServicePrincipal")
}
func (d *fakeTenant) Thumbprints(_ context.Context, on, _ string) (map[string]string, error) {
	return map[string]string{"k": "0A0B"}, d.say("Thumbprints")
}
func (d *fakeTenant) FederatedCredentials(context.Context, string, string) ([]objects.Credential, error) {
	return []objects.Credential{{KeyID: "f", Kind: objects.Federated}}, d.say("FederatedCredentials")
}
func (d *fakeTenant) IdentityFederatedCredentials(context.Context, string) ([]objects.Credential, error) {
	return []objects.Credential{{KeyID: "f", Kind: objects.Federated, StoredOn: objects.OnServicePrincipal}}, d.say("IdentityFederatedCredentials")
}
func (d *fakeTenant) Owners(context.Context, string, string) ([]objects.Owner, error) {
	return nil, d.say("Owners")
}
func (d *fakeTenant) Policies(context.Context, string, string, *time.Time) ([]objects.Policy, error) {
	return nil, d.say("Policies")
}
func (d *fakeTenant) Changes(context.Context, string, time.Time) ([]objects.Change, error) {
	return nil, d.say("Changes")
}
func (d *fakeTenant) Activity(context.Context, string) ([]objects.Activity, error) {
	return nil, d.say("Activity")
}
func (d *fakeTenant) SignIns(context.Context, string, time.Time) ([]objects.SignInEntry, error) {
	return nil, d.say("SignIns")
}
func (d *fakeTenant) Organization(context.Context) (objects.Organization, error) {
	return objects.Organization{}, d.say("Organization")
}
func (d *fakeTenant) AccessPolicy(_ context.Context, id string) (objects.AccessPolicy, error) {
	return objects.AccessPolicy{ID: id}, d.say("AccessPolicy")
}
func (d *fakeTenant) ReadUsers(context.Context) error  { return d.say("ReadUsers") }
func (d *fakeTenant) ReadGroups(context.Context) error { return d.say("ReadGroups") }

// world returns a session with a working sign-in, and the input of a diagnosis.
func world(t *testing.T) (*fakeSession, gather.Input) {
	t.Helper()
	env := map[string]string{"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": clientID, "AZURE_CLIENT_SECRET": "x", "XDG_STATE_HOME": t.TempDir()}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	settings, err := config.Resolve(nil, lookup)
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeSession{tenant: &fakeTenant{fails: map[string]bool{}}}
	s.attempt.Token = &entra.Token{Value: secrets.NewValue("a-token-of-this-test-only")}
	s.readers = []gather.Reader{s.reads("environment")}
	return s, gather.Input{Session: s, Settings: settings, Env: lookup, Now: time.Now, Timeout: time.Minute}
}

// facts returns the facts by the method that reads them.
func facts(f *diagnose.Facts) map[string]interface{ Known() bool } {
	return map[string]interface{ Known() bool }{
		"ServicePrincipalsByAppID": f.ServicePrincipals, "ApplicationByAppID": f.Application, "Owners": f.Owners, "Policies": f.Policies,
		"Changes": f.Changes, "Activity": f.Activity, "SignIns": f.SignInLog, "Organization": f.Organization, "ReadUsers": f.Users, "ReadGroups": f.Groups,
	}
}

func TestOneFailureHarmsOneFact(t *testing.T) {
	s, in := world(t)
	for name, f := range facts(gather.Facts(context.Background(), in)) {
		if !f.Known() {
			t.Errorf("%s was not read", name)
		}
	}
	for name := range facts(&diagnose.Facts{}) {
		s.tenant.fails = map[string]bool{name: true}
		for other, f := range facts(gather.Facts(context.Background(), in)) {
			lost := other == name || name == "ServicePrincipalsByAppID" && other != "ReadUsers" && other != "ReadGroups"
			if f.Known() == lost {
				t.Errorf("%s fails: %s is known: %t", name, other, f.Known())
			}
		}
	}
}

func TestCredentialsComeTogether(t *testing.T) {
	_, in := world(t)
	f := gather.Facts(context.Background(), in)
	if got := f.Application.Value.Credentials; len(got) != 1 || got[0].KeyID != "f" {
		t.Errorf("the application has %+v", got)
	}
	if got := f.ServicePrincipals.Value[0].Credentials; len(got) != 1 || got[0].Thumbprint != "0A0B" {
		t.Errorf("the service principal has %+v", got)
	}
}

// A managed identity has no application. Its federated credentials are on the service
// principal.
func TestFederatedCredentialsOfAManagedIdentity(t *testing.T) {
	s, in := world(t)
	s.tenant.identity = true
	f := gather.Facts(context.Background(), in)
	if got := f.ServicePrincipals.Value[0].Credentials; len(got) != 1 || got[0].Kind != objects.Federated {
		t.Errorf("the service principal has %+v", got)
	}
}

// Unread federated credentials are not absent.
func TestUnreadFederatedCredentialsAreAProblem(t *testing.T) {
	s, in := world(t)
	s.tenant.fails["FederatedCredentials"] = true
	f := gather.Facts(context.Background(), in)
	if got := f.Application.Value.Problems; !slices.Contains(got, objects.UnreadFederated) || len(f.Notes) != 1 {
		t.Errorf("problems %v, notes %v", got, f.Notes)
	}
}

func TestReadersInOrder(t *testing.T) {
	s, in := world(t)
	s.readers = []gather.Reader{
		{Name: "environment", Open: func(context.Context) (gather.Directory, error) { return nil, errDown }},
		s.reads("self"), s.reads("azure-cli"),
	}
	f := gather.Facts(context.Background(), in)
	if f.Reader.Name != "self" || !f.Reader.Self || len(f.Reader.Tried) != 1 || f.Reader.Tried[0].Name != "environment" {
		t.Errorf("reader %+v", f.Reader)
	}
	in.Suits = func(r gather.Reader, _ gather.Directory) bool { return r.Name == "azure-cli" }
	if f = gather.Facts(context.Background(), in); f.Reader.Name != "azure-cli" {
		t.Errorf("the one that suits is not taken: %+v", f.Reader)
	}
	in.Suits = func(gather.Reader, gather.Directory) bool { return false }
	if f = gather.Facts(context.Background(), in); f.Reader.Name != "self" {
		t.Errorf("where none suits, the first that reads is not taken: %+v", f.Reader)
	}
}

// If Entra cannot be reached, nobody is asked to sign in, and the errors of the readers
// are not repeated.
func TestUnreachableEntra(t *testing.T) {
	s, in := world(t)
	s.attempt = entra.Attempt{Err: &netfail.Error{Kind: netfail.DNS}}
	person := s.reads("device-code")
	person.Ask = func(context.Context) error { t.Error("a person was asked"); return nil }
	s.readers = []gather.Reader{{Name: "environment", Open: func(context.Context) (gather.Directory, error) { return nil, errDown }}, s.reads("self"), person}
	f := gather.Facts(context.Background(), in)
	if f.ServicePrincipals.Asked() || len(f.Reader.Tried) > 0 || f.Users.Asked() || !f.SignIn.Known() {
		t.Errorf("reader %+v, service principals asked for: %t", f.Reader, f.ServicePrincipals.Asked())
	}
}

func TestListAsksForNoMore(t *testing.T) {
	s, in := world(t)
	in.ListOnly, in.SP = true, "Sync"
	f := gather.Facts(context.Background(), in)
	want := []string{"Activity", "ApplicationByAppID", "FederatedCredentials", "FindApplications", "FindServicePrincipals", "Thumbprints"}
	if slices.Sort(s.tenant.asked); !slices.Equal(s.tenant.asked, want) || len(s.signIns) > 0 {
		t.Errorf("asked %v, %d sign-ins", s.tenant.asked, len(s.signIns))
	}
	if f.SignIn.Asked() || f.Owners.Asked() || f.Application.Value == nil {
		t.Errorf("%+v", f)
	}
}

// Without a client ID, --sp names the application before the sign-in.
func TestClientIDByName(t *testing.T) {
	s, in := world(t)
	in.Settings, _ = config.Resolve(nil, func(name string) (string, bool) {
		if name == "AZURE_CLIENT_ID" {
			return "", false
		}
		return in.Env(name)
	})
	in.SP = "Sync"
	gather.Facts(context.Background(), in)
	if len(s.signIns) != 1 || s.signIns[0].ClientID != clientID {
		t.Errorf("signed in as %+v", s.signIns)
	}
}

// A --sp that names nothing may have named a deleted object.
func TestDeletedIsNamed(t *testing.T) {
	s, in := world(t)
	s.tenant.empty, in.SP, in.ListOnly = true, clientID, true
	p := gather.Facts(context.Background(), in).Setup.Problem
	if p == nil || len(p.Hints) != 3 || !strings.Contains(p.Hints[0].String(), "directory/deletedItems/"+clientID+"/restore") {
		t.Errorf("%+v", p)
	}
}

func TestDeletedIsLookedFor(t *testing.T) {
	s, in := world(t)
	if f := gather.Facts(context.Background(), in); f.Deleted.Asked() {
		t.Error("an application that is there was looked for among the deleted ones")
	}
	s.tenant.empty = true
	f := gather.Facts(context.Background(), in)
	for _, gone := range []*objects.Deleted{f.Deleted.Value, f.DeletedPrincipal.Value} {
		if gone == nil || gone.AppID != clientID {
			t.Errorf("%+v", gone)
		}
	}
}

// When the time is over, the remaining readers are not asked, and are not said to have failed.
func TestReadersAfterTheTimeLimit(t *testing.T) {
	t.Parallel()
	s, in := world(t)
	slow := gather.Reader{Name: "environment", Open: func(ctx context.Context) (gather.Directory, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	s.readers = []gather.Reader{slow, s.reads("azure-cli")}
	in.Timeout, in.ListOnly, in.SP = 20*time.Millisecond, true, clientID
	f := gather.Facts(t.Context(), in)
	if len(f.Reader.Tried) != 1 || f.Reader.Name != "" || f.ServicePrincipals.Known() {
		t.Errorf("%+v, %v", f.Reader, f.ServicePrincipals)
	}
}
