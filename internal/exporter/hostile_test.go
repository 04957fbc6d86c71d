package exporter

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
)

// oddTenant has an application whose texts are no UTF-8.
type oddTenant struct{}

func (oddTenant) Scan(_ context.Context, l objects.Listing) error {
	if l.Kind != objects.OnApplication || l.Part != objects.Passwords {
		return nil
	}
	return l.Object(&objects.Listed{ID: "id\xff", AppID: "app\xfe", DisplayName: "name\xff", Kind: l.Kind,
		Credentials: []objects.ListedCredential{{KeyID: "key\xff", Kind: objects.Password, End: time.Unix(2e9, 0)}}})
}

func (oddTenant) EachOwnership(context.Context, string, []string, func(string, objects.Ownership, error)) {
}

func (oddTenant) EachChange(context.Context, time.Time, func(objects.Change)) error { return nil }

func (oddTenant) EachFederated(context.Context, []string, func(string, []objects.Credential, error)) {
}

func (oddTenant) EachPermission(context.Context, func(objects.Assignment)) error    { return nil }
func (oddTenant) EachDirectoryRole(context.Context, func(objects.Assignment)) error { return nil }
func (oddTenant) EachPrincipal(context.Context, []string, func(string, string, error)) {
}

func (oddTenant) AppPolicies(context.Context) (objects.AppPolicies, error) {
	return objects.AppPolicies{}, nil
}

func (oddTenant) EachActivity(context.Context, func(string, time.Time)) error { return nil }

// Neither texts that are no UTF-8 nor a tenant under two names, of which one can
// no longer sign in, may cost a scrape.
func TestNothingCostsAScrape(t *testing.T) {
	const id = "5e0c2d4b-7a19-4f36-8b52-c1d9e0f3a746"
	rules, _ := scan.Choose([]string{"default"})
	targets := []scan.Target{
		{Tenant: "alder.example", Open: func(context.Context, func()) (scan.Opened, error) {
			return scan.Opened{}, errors.New("the secret has ended")
		}},
		{Tenant: id, Open: func(context.Context, func()) (scan.Opened, error) {
			return scan.Opened{Lister: oddTenant{}, Tenant: id, Reader: "self"}, nil
		}},
	}
	outcome, err := scan.Run(t.Context(), targets, scan.Options{Rules: rules, Now: time.Now, Inventory: true})
	if err != nil {
		t.Fatal(err)
	}
	defer outcome.Close()
	var last *snapshot
	made, err := last.next(outcome, map[string]string{"alder.example": id})
	if err != nil {
		t.Fatal(err)
	}
	var c collector
	c.last.Store(made)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(&c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]int{}
	for _, f := range families {
		series[f.GetName()] += len(f.GetMetric())
		if f.GetName() == "spcheck_tenant_up" && f.GetMetric()[0].GetGauge().GetValue() != 1 {
			t.Error("the tenant was read, but is not up")
		}
	}
	if series["spcheck_tenant_up"] != 1 || series["spcheck_credential_end_timestamp_seconds"] != 1 {
		t.Errorf("%v", series)
	}
}
