package renew_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// removalOf returns what the report says about removing a credential.
func removalOf(steps []result.Remedy, keyID string) string {
	for _, s := range steps {
		for _, c := range s.Commands {
			if strings.Contains(c.Command, keyID) {
				return s.Title.String()
			}
		}
	}
	return ""
}

const (
	oldOne    = "remove the old one"
	unknownBy = "It is not known whether anything uses"
)

func TestOnlyTheReplacedCertificateIsCalledTheOldOne(t *testing.T) {
	t.Parallel()
	f := newKeyFixture(t, func(t *directory.Tenant) {
		end := time.Now().AddDate(0, 6, 0)
		app(t).Keys[1].End = &end
	})
	keys := f.keys()
	steps := f.mustRenew(f.request()).NextSteps
	if s := removalOf(steps, keys[0].KeyID); !strings.Contains(s, oldOne) {
		t.Errorf("of the replaced certificate the report says %q", s)
	}
	if s := removalOf(steps, keys[1].KeyID); !strings.Contains(s, unknownBy) {
		t.Errorf("of another certificate the report says %q", s)
	}
}

func TestOnlyTheReplacedSecretIsCalledTheOldOne(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(t *directory.Tenant) {
		end := time.Now().AddDate(0, 6, 0)
		app(t).Passwords[1].End = &end
	})
	before := f.passwords("application")
	steps := mustRun(t, f.request()).NextSteps
	if s := removalOf(steps, before[0].KeyID); !strings.Contains(s, oldOne) {
		t.Errorf("of the configured secret the report says %q", s)
	}
	if s := removalOf(steps, before[1].KeyID); !strings.Contains(s, unknownBy) {
		t.Errorf("of another secret the report says %q", s)
	}
}

// The secret in a target is also called the old one if it is not the configured one, even
// after an interruption.
func TestTheSecretOfATargetIsCalledTheOldOne(t *testing.T) {
	t.Parallel()
	for _, interrupted := range []bool{false, true} {
		f := newFixture(t, func(t *directory.Tenant) {
			end := time.Now().AddDate(0, 6, 0)
			app(t).Passwords[1].End = &end
		})
		held := f.passwords("application")[1]
		if err := os.WriteFile(f.path(), []byte(held.Secret), 0o600); err != nil {
			t.Fatal(err)
		}
		req := f.request()
		if interrupted {
			ctx, cancel := context.WithCancel(context.Background())
			req.Reached = func(p renew.Point) {
				if p == renew.AtStored {
					cancel()
				}
			}
			if _, err := runIn(t, ctx, req); err == nil {
				t.Fatal("the run was not interrupted")
			}
			req = f.request()
			req.Resume = true
		}
		if s := removalOf(mustRun(t, req).NextSteps, held.KeyID); !strings.Contains(s, oldOne) {
			t.Errorf("interrupted %v: of the secret in the target the report says %q", interrupted, s)
		}
	}
}
