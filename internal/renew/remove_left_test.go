package renew_test

import (
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// When no credential is left that can sign in, the report says so, and how to add one. It
// does not if another one may be there, or may become valid.
func TestNoneIsLeftThatSignsIn(t *testing.T) {
	t.Parallel()
	past, later := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	allExpired := func(t *directory.Tenant) {
		app(t).Passwords[0].End = &past
		principal(t).Passwords = nil
	}
	for name, tc := range map[string]struct {
		change func(*directory.Tenant)
		unread bool // the federated credentials
		says   bool
	}{
		"one is left":           {change: func(*directory.Tenant) {}},
		"none is left":          {change: allExpired, says: true},
		"not all could be read": {change: allExpired, unread: true},
		"one begins later": {change: func(t *directory.Tenant) {
			allExpired(t)
			addAnother("new", onApp)(t)
			all := app(t).Passwords
			all[len(all)-1].Start = &later
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, tc.change)
			if tc.unread {
				f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Path: "/federatedIdentityCredentials"})
			}
			res, err := remove(t, renew.RemoveRequest{Common: f.common(), Expired: true, Yes: true})
			notes := textsOf(res.Notes)
			if err != nil || len(res.Secrets) == 0 || strings.Contains(notes, "No credential is listed any more that can sign in") != tc.says ||
				tc.says && !strings.Contains(notes, "spcheck renew-secret --sp "+*res.ServicePrincipal.AppID) {
				t.Errorf("error %v; notes %q", err, notes)
			}
		})
	}
}
