package renew_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/fail/failtest"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
	"github.com/spcheck/spcheck/internal/sandbox/fault"
)

// slowPerson agrees after something has happened.
type slowPerson struct {
	person
	meanwhile func()
}

func (p *slowPerson) Confirm(ctx context.Context, question msg.Text, details ...msg.Text) bool {
	p.meanwhile()
	p.agrees = true
	return p.person.Confirm(ctx, question, details...)
}

func dropNamed(names ...string) func(*directory.Tenant) {
	return func(t *directory.Tenant) {
		for _, c := range []*directory.Credentials{onApp(t), onSP(t)} {
			c.Passwords = slices.DeleteFunc(c.Passwords, func(p directory.Password) bool { return slices.Contains(names, p.DisplayName) })
		}
	}
}

// A question may be open for hours. What is true after the answer counts.
func TestRemovalIsDecidedAgainAfterTheQuestion(t *testing.T) {
	t.Parallel()
	usedNow := func(t *directory.Tenant) {
		for _, p := range app(t).Passwords {
			if p.DisplayName == "new" {
				t.SignIns = append(t.SignIns, directory.SignIn{Time: time.Now().Add(-time.Minute), AppID: app(t).AppID, KeyID: p.KeyID, CredentialType: "clientSecret", Origin: "application", ServicePrincipalID: principal(t).ID})
			}
		}
	}
	for name, tc := range map[string]struct {
		meanwhile func(*fixture)
		force     bool
		// says is a part of the refusal. outcome is that of the removal otherwise.
		says    string
		outcome result.Outcome
	}{
		"nothing happens":             {meanwhile: func(*fixture) {}, outcome: result.Removed},
		"the others are removed":      {meanwhile: func(f *fixture) { f.change(dropNamed("archive 2025")) }, says: "last working credential"},
		"it is used":                  {meanwhile: func(f *fixture) { f.change(usedNow) }, says: "was used on"},
		"the others are gone, forced": {meanwhile: func(f *fixture) { f.change(dropNamed("archive 2025")) }, force: true, says: "last working credential"},
		"nothing happens, forced":     {meanwhile: func(*fixture) {}, force: true, outcome: result.Removed},
		"somebody else removes it":    {meanwhile: func(f *fixture) { f.change(dropNamed("new")) }, outcome: result.AlreadyGone},
		"Graph can no longer be asked": {meanwhile: func(f *fixture) {
			f.faults(sandbox.Fault{At: fault.AtGraph, Kind: fault.Unavailable, Status: 500, Method: "GET"})
		}, says: "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, addAnother("new", onApp))
			id := f.keyOf("new")
			req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{id}, NotUsedSince: 7 * 24 * time.Hour, Force: tc.force}
			req.Dialog = &slowPerson{meanwhile: func() { tc.meanwhile(f) }}
			res, err := remove(t, req)
			f.faults()
			stands := slices.ContainsFunc(f.passwords("application"), func(p directory.Password) bool { return p.KeyID == id })
			if tc.says != "" {
				if err == nil || !strings.Contains(failtest.Text(err), tc.says) || !stands {
					t.Errorf("it stands: %v; error %v", stands, err)
				}
				return
			}
			if err != nil || stands || len(res.Secrets) != 1 || res.Secrets[0].Outcome != tc.outcome {
				t.Errorf("it stands: %v; error %v; %+v", stands, err, res.Secrets)
			}
		})
	}
}

// Only what the person has seen is removed, although more has expired in the meantime.
func TestOnlyWhatWasConfirmedIsRemoved(t *testing.T) {
	t.Parallel()
	f := newFixture(t, addAnother("new", onApp))
	req := renew.RemoveRequest{Common: f.common(), Expired: true}
	req.Dialog = &slowPerson{meanwhile: func() {
		f.change(func(t *directory.Tenant) {
			past := time.Now().Add(-time.Hour)
			app(t).Passwords[0].End = &past
		})
	}}
	res, err := remove(t, req)
	if err != nil || len(res.Secrets) != 1 || len(f.passwords("application")) != 2 {
		t.Errorf("error %v; %+v; %d are left", err, res.Secrets, len(f.passwords("application")))
	}
}

// A renewal that another machine leaves unfinished while the question is open counts. The
// refusal says how to finish it.
func TestRenewalThatBeginsWhileTheQuestionIsOpen(t *testing.T) {
	t.Parallel()
	f := newFixture(t, addAnother("new", onApp))
	req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.keyOf("new")}}
	req.Dialog = &slowPerson{meanwhile: func() {
		id, _ := f.env("AZURE_CLIENT_ID")
		tenant, _ := f.env("AZURE_TENANT_ID")
		must(t, f.store.Save(&journal.Entry{Stage: journal.Storing, Began: time.Now(), AppID: id, Tenant: tenant, Name: "spcheck (x)"}))
	}}
	_, err := remove(t, req)
	if err == nil || err.Code != fail.CodeUsage || !strings.Contains(failtest.Text(err), "unfinished") {
		t.Fatalf("error %v", err)
	}
	if says := failtest.Text(err); !strings.Contains(says, "--resume") || strings.Contains(says, ".;") {
		t.Errorf("it says %s", says)
	}
}

// An interruption while everything is read again has its own exit code.
func TestRemovalInterruptedAfterTheQuestion(t *testing.T) {
	t.Parallel()
	f := newFixture(t, addAnother("new", onApp))
	ctx, cancel := context.WithCancel(t.Context())
	req := renew.RemoveRequest{Common: f.common(), KeyIDs: []string{f.keyOf("new")}}
	req.Dialog = &slowPerson{meanwhile: cancel}
	if _, err := renew.Remove(ctx, req); fail.From(err).Code != fail.CodeInterrupted || len(f.passwords("application")) != 3 {
		t.Errorf("error %v; %d are left", err, len(f.passwords("application")))
	}
}

// The note about an expired certificate is in the report also after a question.
func TestExpiredCertificateIsMentioned(t *testing.T) {
	t.Parallel()
	past := time.Now().Add(-time.Hour)
	f := newFixture(t, func(t *directory.Tenant) {
		app(t).Keys = append(app(t).Keys, directory.Key{KeyID: directory.StableID("old"), DisplayName: "old", Type: "AsymmetricX509Cert", Usage: "Verify", Start: &past, End: &past})
	})
	req := renew.RemoveRequest{Common: f.common(), Expired: true}
	req.Dialog = &person{agrees: true}
	if res, err := remove(t, req); err != nil || !strings.Contains(textsOf(res.Notes), "has also expired") {
		t.Errorf("error %v; notes %q", err, textsOf(res.Notes))
	}
}
