package renew_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

func remove(t *testing.T, req renew.RemoveRequest) (*result.Removal, *fail.Error) {
	t.Helper()
	res, err := renew.Remove(context.Background(), req)
	var b bytes.Buffer
	if err := report.Write(&b, "json", res, report.Options{}); err != nil {
		t.Fatal(err)
	}
	schematest.Validate(t, "remove-secret", b.Bytes())
	if err == nil {
		return res, nil
	}
	return res, fail.From(err)
}

// keyOf returns the key ID of a secret of either object by its name.
func (f *fixture) keyOf(name string) string {
	f.t.Helper()
	for _, p := range append(f.passwords("application"), f.passwords("servicePrincipal")...) {
		if p.DisplayName == name {
			return p.KeyID
		}
	}
	f.t.Fatalf("there is no secret named %s", name)
	return ""
}

func addAnother(name string, on func(*directory.Tenant) *directory.Credentials) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		on(t).AddPassword(time.Now(), directory.PasswordRequest{DisplayName: name})
	}
}

func onApp(t *directory.Tenant) *directory.Credentials { return &app(t).Credentials }
func onSP(t *directory.Tenant) *directory.Credentials  { return &principal(t).Credentials }

func TestRemoveRules(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change  func(*directory.Tenant)
		names   []string
		expired bool
		refine  func(*renew.RemoveRequest)
		// says is a part of the refusal, or empty if the credential is removed.
		says string
	}{
		"what has ended":             {expired: true},
		"what has ended, by its key": {names: []string{"archive 2024"}},
		"the configured one":         {change: addAnother("new", onApp), names: []string{"archive 2025"}, says: "is the configured credential"},
		"the configured one, forced": {change: addAnother("new", onApp), names: []string{"archive 2025"}, refine: func(r *renew.RemoveRequest) { r.Force = true }},
		"another valid one":          {change: addAnother("new", onApp), names: []string{"new"}},
		"one on the other object":    {change: addAnother("new", onSP), names: []string{"new"}},
		"the last and one beside it": {change: addAnother("new", onApp), names: []string{"new", "archive 2025"}, says: "the last working credential"},
		"nobody to confirm it":       {expired: true, refine: func(r *renew.RemoveRequest) { r.Yes = false }, says: "without a terminal"},
		"the person declines":        {expired: true, refine: func(r *renew.RemoveRequest) { r.Yes, r.Dialog = false, &person{} }, says: "declined"},
		"the person agrees":          {expired: true, refine: func(r *renew.RemoveRequest) { r.Yes, r.Dialog = false, &person{agrees: true} }},
		"an unknown key":             {refine: func(r *renew.RemoveRequest) { r.KeyIDs = []string{"7c9e6679-7425-40de-944b-e07fc1f90ae7"} }, says: "neither the service principal"},
		"no permission":              {change: readerRoles("Application.Read.All"), expired: true, says: "could not be removed"},
		"used lately": {change: func(t *directory.Tenant) {
			addAnother("new", onApp)(t)
			t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now().Add(-time.Hour), AppID: app(t).AppID, KeyID: app(t).Passwords[0].KeyID, CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: principal(t).ID})
		}, names: []string{"new"}, says: "was used on"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			if tc.change != nil {
				f.change(tc.change)
			}
			before := len(f.passwords("application")) + len(f.passwords("servicePrincipal"))
			req := renew.RemoveRequest{Common: f.common(), Expired: tc.expired, Yes: true, NotUsedSince: 7 * 24 * time.Hour}
			for _, n := range tc.names {
				req.KeyIDs = append(req.KeyIDs, f.keyOf(n))
			}
			if tc.refine != nil {
				tc.refine(&req)
			}
			res, err := remove(t, req)
			gone := before - len(f.passwords("application")) - len(f.passwords("servicePrincipal"))
			if tc.says != "" {
				if err == nil || gone != 0 || !strings.Contains(failtest.Text(err), tc.says) {
					t.Errorf("%d were removed; error %v", gone, err)
				}
				return
			}
			if err != nil || gone != 1 || len(res.Secrets) != 1 || res.Secrets[0].Outcome != "removed" {
				t.Errorf("%d were removed; error %v; %+v", gone, err, res.Secrets)
			}
		})
	}
}

// A person who is asked sees which credentials will be removed and why, even with --quiet.
func TestConfirmationShowsWhatIsRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	asked := &person{}
	req := renew.RemoveRequest{Common: f.common(), Expired: true}
	req.Dialog, req.Progress = asked, nil
	if _, err := remove(t, req); err == nil {
		t.Fatal("it was removed although the person declined")
	}
	if shown := strings.Join(asked.details, "\n"); !strings.Contains(shown, f.keyOf("archive 2024")) || !strings.Contains(shown, "It expired on") {
		t.Errorf("the person saw %q", shown)
	}
}

func TestLastCredentialStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.keyOf("archive 2025")
	_, err := remove(t, renew.RemoveRequest{Common: f.common(), KeyIDs: []string{id}, Yes: true})
	if err == nil || len(f.passwords("application")) != 2 {
		t.Fatalf("error %v", err)
	}
	if res, err := remove(t, renew.RemoveRequest{Common: f.common(), KeyIDs: []string{id}, Yes: true, Force: true}); err != nil || res.Secrets[0].Outcome != "removed" {
		t.Errorf("error %v", err)
	}
}

func TestNothingHasEnded(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) { app(t).Passwords = app(t).Passwords[:1] })
	if res, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true}); err != nil || res.ExitCode != 0 || len(res.Secrets) != 0 {
		t.Errorf("error %v, %+v", err, res)
	}
}

// Removing can be repeated, so after a lost answer the object is read.
func TestRemoveAnswersThatAreLost(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{fault.Lost, fault.Unavailable, fault.Cut, fault.Reset} {
		t.Run(kind, func(t *testing.T) {
			f := newFixture(t)
			f.faults(sandbox.Fault{At: fault.AtGraph, Kind: kind, Times: 1, Path: "/removePassword"})
			_, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true})
			if err != nil || len(f.passwords("application")) != 1 {
				t.Errorf("error %v; %d are left", err, len(f.passwords("application")))
			}
		})
	}
}

// A replica that lags says that the key does not exist, although a read has listed it.
func TestRemoveRefusedByALaggingReplica(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 404, Times: 1, Path: "/removePassword"})
	if _, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true}); err != nil || len(f.passwords("application")) != 1 {
		t.Errorf("error %v; %d are left", err, len(f.passwords("application")))
	}
}

func TestRemoveDryRun(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	res, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, DryRun: true})
	if err != nil || len(f.passwords("application")) != 2 || len(res.Secrets) != 1 || res.Secrets[0].Outcome != "planned" {
		t.Errorf("error %v, %+v", err, res.Secrets)
	}
}

// By a clock that is years ahead, everything has expired. The service's clock counts.
func TestRemoveByTheServicesClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.common()
	c.Input.Now = func() time.Time { return time.Now().AddDate(2, 0, 0) }
	res, err := remove(t, renew.RemoveRequest{Common: c, Expired: true, DryRun: true})
	if err != nil || len(res.Secrets) != 1 {
		t.Errorf("%d secrets would go: %v", len(res.Secrets), err)
	}
}
