package renew_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// dropKey removes a certificate by its key ID, as if a person had confirmed it.
func (f *keyFixture) dropKey(id string, change func(*renew.RemoveRequest)) (*result.Removal, error) {
	f.t.Helper()
	req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{id}, Yes: true, NotUsedSince: 7 * 24 * time.Hour}
	if change != nil {
		change(&req)
	}
	return renew.Remove(f.t.Context(), req)
}

// After a renewal, everyone who may can remove the old certificate. All others stay.
func TestOldCertificateIsRemoved(t *testing.T) {
	t.Parallel()
	for _, self := range []bool{false, true} {
		t.Run(fmt.Sprintf("itself %v", self), func(t *testing.T) {
			f := newKeyFixture(t)
			f.mustRenew(f.request())
			old, kept, fresh := f.keys()[0], f.keys()[1], f.keys()[2]
			// The configured certificate is the old one. It stays unless --force is given.
			if _, err := f.dropKey(old.KeyID, nil); err == nil || fail.From(err).Code != fail.CodeUsage {
				t.Fatalf("the configured certificate: %v", err)
			}
			env := f.env
			f.env = func(name string) (string, bool) {
				if name == "AZURE_CLIENT_CERTIFICATE_PATH" {
					return f.file(), true
				}
				return env(name)
			}
			f.input = inputFrom(t, f.env, nil)
			change := func(r *renew.RemoveRequest) { r.NotUsedSince = 0 }
			if self {
				f.self()
			}
			res, err := f.dropKey(old.KeyID, change)
			if err != nil || res.Secrets[0].Outcome != "removed" {
				t.Fatalf("%v %v", err, res.Secrets)
			}
			if left := f.keys(); len(left) != 2 || left[0].KeyID != kept.KeyID || left[1].KeyID != fresh.KeyID {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestRemovalsOfCertificates(t *testing.T) {
	t.Parallel()
	t.Run("expired", func(t *testing.T) {
		f := newKeyFixture(t)
		res, err := f.dropKey(f.keys()[1].KeyID, nil)
		if err != nil || res.Secrets[0].Outcome != "removed" || len(f.keys()) != 1 {
			t.Errorf("%v, %d left", err, len(f.keys()))
		}
	})
	t.Run("answer lost", func(t *testing.T) {
		f := newKeyFixture(t)
		f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Lost, Times: 1, Method: "PATCH"})
		res, err := f.dropKey(f.keys()[1].KeyID, nil)
		if err != nil || res.Secrets[0].Outcome != "removed" || len(f.keys()) != 1 {
			t.Errorf("%v %v, %d left", err, res.Secrets, len(f.keys()))
		}
	})
	t.Run("an unfinished renewal", func(t *testing.T) {
		f := newKeyFixture(t)
		f.kill(renew.AtProving, killCertificate+"="+f.file())
		_, err := f.dropKey(f.keys()[2].KeyID, nil)
		if err == nil || !strings.Contains(err.Error(), "unfinished") || len(f.keys()) != 3 {
			t.Errorf("%v", err)
		}
	})
	t.Run("one that signs tokens", func(t *testing.T) {
		f := newKeyFixture(t, func(t *directory.Tenant) { app(t).Keys[1].Usage = "Encrypt" })
		if _, err := f.dropKey(f.keys()[1].KeyID, nil); err == nil || len(f.keys()) != 2 {
			t.Errorf("%v", err)
		}
	})
	t.Run("somebody else's change at the same time", func(t *testing.T) {
		f := newKeyFixture(t)
		f.meddle("PATCH", nil, func(t *directory.Tenant) { app(t).Keys = nil })
		res, err := f.dropKey(f.keys()[1].KeyID, nil)
		if err != nil || !strings.Contains(fmt.Sprint(res.Notes), "is also missing") {
			t.Errorf("%v, notes %v", err, res.Notes)
		}
	})
}

// A certificate that spcheck has added but not verified does not justify removing the last
// secret.
func TestUnverifiedCertificateIsNoReplacement(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, func(t *directory.Tenant) {
		app(t).Keys = app(t).Keys[:1]
		app(t).Keys[0].DisplayName = "spcheck (0a1b2c3d-4e5f)"
	})
	secret := f.passwords("application")[0].KeyID
	none := func(name string) (string, bool) { // no credential is configured
		if name == "AZURE_CLIENT_CERTIFICATE_PATH" {
			return "", false
		}
		return f.env(name)
	}
	f.input = inputFrom(t, none, nil)
	_, err := renew.Remove(t.Context(), renew.RemoveRequest{Common: f.common(), KeyIDs: []string{secret}, Yes: true})
	if err == nil || !strings.Contains(err.Error()+fmt.Sprint(fail.From(err).Hints), "last credential known to work") {
		t.Errorf("the last secret: %v", err)
	}
}
