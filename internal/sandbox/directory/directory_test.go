package directory

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/secrets"
)

var now = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func TestAddAndRemovePassword(t *testing.T) {
	var c Credentials
	end := now.AddDate(0, 1, 0)
	first := c.AddPassword(now, PasswordRequest{DisplayName: "first"})
	second := c.AddPassword(now, PasswordRequest{DisplayName: "second", End: &end})
	if !secrets.ValidChecksum(first.Secret) || first.Secret == second.Secret || first.Hint != first.Secret[:3] {
		t.Error("a secret has a wrong format, no hint or is not new")
	}
	if !first.End.Equal(now.AddDate(2, 0, 0)) || !second.End.Equal(end) {
		t.Errorf("the ends are %v and %v", first.End, second.End)
	}
	if listed := c.Listed(); len(listed) != 2 || listed[0].DisplayName != "second" {
		t.Errorf("the list is %d long, want the newest of two first", len(listed))
	}
	if err := c.RemovePassword(now, first.KeyID); err != nil {
		t.Fatal(err)
	}
	if err := c.RemovePassword(now, first.KeyID); !errors.Is(err, errNoSuchKey) {
		t.Errorf("removing twice: %v, want ErrNoSuchKey", err)
	}
	if len(c.Listed()) != 1 {
		t.Error("a removed password is listed")
	}
	if removed := c.Passwords[1]; removed.KeyID != first.KeyID || removed.Removed == nil {
		t.Error("the token service cannot distinguish a removed password from an unknown one")
	}
}

func TestLookUps(t *testing.T) {
	tenant := &Tenant{ID: "AB", Domains: []string{"one.example"}, Applications: []*Application{{Object: Object{ID: "Ef", AppID: "gh"}}}}
	w := World{Tenants: []*Tenant{tenant}}
	if w.Tenant("ab") != tenant || w.Tenant("ONE.example") != tenant || w.Tenant("two.example") != nil {
		t.Error("tenants are found by ID and domain in any letter case only")
	}
	if tenant.Application("eF") == nil || tenant.ApplicationByAppID("GH") == nil || tenant.Application("gh") != nil {
		t.Error("applications are found by their own ID in any letter case only")
	}
	if home, app := w.HomeApplication("gh"); home != tenant || app == nil {
		t.Error("an application is found in its home tenant")
	}
}

func TestMicrosoftGraph(t *testing.T) {
	tenant := &Tenant{ID: "ab"}
	AddMicrosoftGraph(tenant)
	AddMicrosoftGraph(tenant)
	if len(tenant.ServicePrincipals) != 1 || tenant.ServicePrincipals[0].OwnerTenant != microsoftServices {
		t.Errorf("a tenant has %d service principals of Microsoft Graph, want 1 that Microsoft owns", len(tenant.ServicePrincipals))
	}
	if RoleID("user.read.all") != "df021288-bdef-4463-88db-98f22de89214" || RoleID("Some.Role") != RoleID("Some.Role") {
		t.Error("role IDs are not the real or the same ones")
	}
}

func TestPopulate(t *testing.T) {
	one, same, other := &Tenant{ID: "x"}, &Tenant{ID: "x"}, &Tenant{ID: "x"}
	Populate(one, 200, 7, now)
	Populate(same, 200, 7, now)
	Populate(other, 200, 8, now)
	if diff := cmp.Diff(one, same); diff != "" {
		t.Errorf("equal seeds differ:\n%s", diff)
	}
	if cmp.Equal(one, other) {
		t.Error("different seeds are equal")
	}
	var none, ended, valid int
	for _, a := range one.Applications {
		if len(a.Passwords) == 0 {
			none++
		}
		for _, p := range a.Passwords {
			if !p.End.After(now) {
				ended++
			} else {
				valid++
			}
		}
	}
	if none == 0 || ended == 0 || valid == 0 || len(one.ServicePrincipals) != 200 {
		t.Errorf("the tenant is not varied: %d without a password, %d ended, %d valid", none, ended, valid)
	}
}
