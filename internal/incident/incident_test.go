package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

const hour = time.Hour

// Entries come in any order. The history is in chronological order.
func TestEntriesOutOfOrder(t *testing.T) {
	removal := objects.Change{Time: ago(2 * hour), ObjectID: object, Actor: "ada@example.org", Removed: []objects.ChangedKey{{ID: keyB}}}
	f := &fake{app: payroll(), changes: []objects.Change{added(keyB, ago(9*hour)), removal, added(keyB, ago(9*hour))},
		signIns: []objects.SignInEntry{
			{Time: ago(5 * hour), ErrorCode: "0", KeyID: keyB, IPAddress: "198.51.100.1"},
			{Time: ago(8 * hour), ErrorCode: "0", KeyID: keyB, IPAddress: "198.51.100.1"},
			{Time: ago(hour), ErrorCode: "7000215", KeyID: keyB, IPAddress: "198.51.100.1"},
			{Time: ago(6 * hour), ErrorCode: "0", KeyID: keyB, IPAddress: "198.51.100.1"},
			{Time: ago(7 * hour), ErrorCode: "0", KeyID: keyB, IPAddress: "198.51.100.2"},
		}}
	n := tell(t, f, Options{Asked: "Payroll"})
	if len(n.Histories) != 1 {
		t.Fatalf("%+v", n.Histories)
	}
	s := &n.Histories[0]
	if got, want := told(s), "added, used 198.51.100.1 3, used 198.51.100.2 1, lastUsed, removed, refused 198.51.100.1 1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if !s.FirstUse.Equal(ago(8*hour)) || !s.LastUse.Equal(ago(5*hour)) || s.State != gone || s.Removed == nil || n.ExitCode != 0 {
		t.Errorf("%+v", s)
	}
}

// The author may be missing, a user, an application, or a user by means of an application. An
// application may be named by its service principal.
func TestEveryInitiator(t *testing.T) {
	nobody, both, itself := added(keyA, ago(3*hour)), added(keyA, ago(2*hour)), added(keyB, ago(hour))
	nobody.Actor = ""
	both.Through, both.ByAppID = "Graph Explorer", "e5d07a93-b846-4c1f-92a8-0f6b3d58e714"
	itself.Actor, itself.ByPrincipal = "Payroll", "6a0d93f8-41b7-4e2c-9d65-b8f3c7201e5a"
	n := tell(t, &fake{app: payroll(), changes: []objects.Change{nobody, both, itself}}, Options{Asked: "Payroll"})
	if a := n.Histories[0].Added; a.ActorType != "unknown" || a.Actor != nil {
		t.Errorf("nobody: %+v", a)
	}
	if by := n.Histories[0].Events[1].By; by.ActorType != "user" || by.Itself || *by.Through != "Graph Explorer" {
		t.Errorf("both: %+v", by)
	}
	if s := n.Histories[1]; !s.Added.Itself || len(s.Reasons) != 1 || s.Reasons[0].ID != "self-added" {
		t.Errorf("itself: %+v, %+v", s.Added, s.Reasons)
	}
}

// The same key ID on two objects gives two histories, and a renewal in one request gives one
// for the old key and one for the new one. Similar key IDs are not mixed up.
func TestLookAlikes(t *testing.T) {
	const other, otherApp = "25fac21b-fbef-5434-aaf2-d9e9c594506a", "e5d07a93-b846-4c1f-92a8-0f6b3d58e714"
	secret := []objects.ListedCredential{{KeyID: keyA, Kind: objects.Password}}
	f := &fake{listed: []objects.Listed{
		{ID: object, AppID: appID, DisplayName: "Payroll", Kind: objects.OnApplication, Credentials: secret},
		{ID: other, AppID: otherApp, DisplayName: "Payroll", Kind: objects.OnServicePrincipal, Credentials: secret},
	}, changes: []objects.Change{added(keyA, ago(hour)), added(keyA[:35]+"2", ago(hour))}}
	f.changes[0].Added = append(f.changes[0].Added, objects.ChangedKey{ID: keyA[:35] + "3"})
	n := tell(t, f, Options{Asked: strings.ToUpper(keyA)})
	if len(n.Histories) != 2 || n.Histories[0].KeyID != keyA || n.Histories[1].KeyID != keyA || (n.Histories[0].Added == nil) == (n.Histories[1].Added == nil) {
		t.Errorf("%+v", n.Histories)
	}
	renewal := added(keyB, ago(hour))
	renewal.Removed = []objects.ChangedKey{{ID: keyA, Kind: objects.Certificate}}
	n = tell(t, &fake{app: payroll(objects.Credential{KeyID: keyB, Kind: objects.Certificate}), changes: []objects.Change{renewal}}, Options{Asked: appID})
	if len(n.Histories) != 2 || told(&n.Histories[0])+told(&n.Histories[1]) != "removedadded" {
		t.Errorf("%+v", n.Histories)
	}
}

// A key that is gone, on an object that is gone, is found in the audit log.
func TestGoneAltogether(t *testing.T) {
	n := tell(t, &fake{changes: []objects.Change{added(keyB, ago(hour)), added(keyA, ago(hour))}}, Options{Asked: keyB})
	if len(n.Histories) != 1 || n.Histories[0].State != gone || n.Objects[0].State != gone || *n.Histories[0].DisplayName != "Payroll" {
		t.Errorf("%+v", n)
	}
	if _, err := Reconstruct(t.Context(), &fake{changes: []objects.Change{added(keyB, ago(31*24*hour))}}, Options{Asked: keyB, Now: now}); err == nil {
		t.Error("what is older than the log was found")
	}
}

// A key is not gone because Graph left out the list that would have it.
func TestLeftOutCredentialsAreNotGone(t *testing.T) {
	f := &fake{app: payroll(), changes: []objects.Change{added(keyA, ago(hour))}}
	f.app.Problems = []string{objects.NoPasswords}
	if n := tell(t, f, Options{Asked: appID}); len(n.Histories) != 1 || n.Histories[0].State != unknown {
		t.Errorf("%+v", n.Histories)
	}
	f = &fake{changes: f.changes, listed: []objects.Listed{{ID: object, AppID: appID, Kind: objects.OnApplication, Unread: true}}}
	if n := tell(t, f, Options{Asked: keyA}); n.ExitCode != 3 {
		t.Errorf("exit code %d, sources %+v", n.ExitCode, n.Sources)
	}
}

// A sign-in with an unknown key has a history. One without a key does not.
func TestSignInsOfNobodyKnown(t *testing.T) {
	f := &fake{app: payroll(), signIns: []objects.SignInEntry{
		{Time: ago(hour), ErrorCode: "0", KeyID: keyB, IPAddress: "198.51.100.1"},
		{Time: ago(hour), ErrorCode: "7000215", IPAddress: "198.51.100.2"},
		{Time: ago(hour), KeyID: keyB, IPAddress: "198.51.100.3"},
	}}
	n := tell(t, f, Options{Asked: "Payroll"})
	if len(n.Histories) != 1 || n.Histories[0].ObjectID != nil || len(n.Unnamed) != 1 || n.Unnamed[0].Count != 1 {
		t.Errorf("%+v", n)
	}
	if c := n.Histories[0].SignIns[1].ErrorCode; c == nil || *c != "unknown" {
		t.Errorf("an outcome that is not told counts as a success: %v", c)
	}
}

// A log with very many entries, keys and addresses is summarised within limits, and the
// report says what is omitted.
func TestVeryLongLogs(t *testing.T) {
	f := &fake{app: payroll(), short: true}
	for i := range 10_000 {
		f.signIns = append(f.signIns, objects.SignInEntry{Time: ago(time.Duration(i) * time.Minute), ErrorCode: "0", KeyID: keyB, IPAddress: fmt.Sprint("2001:db8::", i),
			Resource: strings.Repeat("x", 5000)})
		f.changes = append(f.changes, added(fmt.Sprintf("%08x-0000-4000-8000-000000000000", i), ago(hour)), added(keyA, ago(hour)))
	}
	n := tell(t, f, Options{Asked: "Payroll"})
	i := len(n.Histories) - 1
	for i > 0 && n.Histories[i].KeyID != keyB {
		i--
	}
	s := n.Histories[i]
	if len(s.SignIns) != maxAddresses || !s.LastUse.Equal(now) || !s.FirstUse.Equal(ago(9_999*time.Minute)) || len(s.SignIns[0].Resources[0]) > 4*maxText {
		t.Errorf("%d addresses from %s to %s", len(s.SignIns), s.FirstUse, s.LastUse)
	}
	if len(n.Histories) > maxChanges+1 || n.ExitCode != 3 || len(n.Notes) != 1 {
		t.Errorf("%d histories, exit code %d, %q", len(n.Histories), n.ExitCode, n.Notes)
	}
	for _, src := range n.Sources {
		if src.Source == signInLog && (src.Status != "partial" || !src.From.Equal(ago(9_999*time.Minute))) || src.Source == auditLog && src.Status != "partial" {
			t.Errorf("%+v", src)
		}
	}
}

// --since limits what is read, and the report says that older entries were not requested.
func TestWindow(t *testing.T) {
	f := &fake{app: payroll(objects.Credential{KeyID: keyA, Kind: objects.Password}), changes: []objects.Change{added(keyA, ago(48*hour))}}
	n := tell(t, f, Options{Asked: "Payroll", Since: ago(24 * hour)})
	if !f.since.Equal(ago(24*hour)) || n.Histories[0].Added != nil || !strings.HasPrefix(n.Sources[0].Meaning.String(), "entries before 2026-11-27 12:00 UTC were not requested") {
		t.Errorf("%s, %+v", f.since, n.Sources)
	}
	tell(t, f, Options{Asked: "Payroll", Since: ago(90 * 24 * hour)})
	if !f.since.Equal(ago(retention)) {
		t.Errorf("asked for more than is kept: %s", f.since)
	}
}

// If the time runs out, the report has what was read, and says that it is incomplete.
func TestOutOfTime(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	f := &fake{app: payroll(objects.Credential{KeyID: keyA, Kind: objects.Password}), changes: []objects.Change{added(keyA, ago(hour))}}
	cancel(context.DeadlineExceeded)
	n, err := Reconstruct(ctx, f, Options{Asked: "Payroll", Now: now})
	if err != nil || n.Status != result.Unknown || n.ExitCode != 3 || len(n.Histories) != 1 || n.Sources[0].Status != "unreadable" {
		t.Errorf("%v, %+v", err, n)
	}
	_, err = Reconstruct(t.Context(), &fake{broken: map[string]error{"find": errors.New("down")}}, Options{Asked: "Payroll", Now: now})
	if err == nil || !strings.Contains(err.Error(), "could not be searched for Payroll: down") {
		t.Errorf("%v", err)
	}
}

// If a log cannot be read, the history is unknown, and the report says what that means.
func TestNoAuditLog(t *testing.T) {
	n := tell(t, &fake{app: payroll(objects.Credential{KeyID: keyA, Kind: objects.Password}), broken: map[string]error{"audits": errors.New("denied")}}, Options{Asked: "Payroll"})
	if n.ExitCode != 3 || !strings.Contains(n.Sources[0].Meaning.String(), "denied; without these entries, it may not be known who added or removed a credential") {
		t.Errorf("%+v", n.Sources)
	}
	if _, err := Reconstruct(t.Context(), &fake{broken: map[string]error{"audits": errors.New("denied")}}, Options{Asked: keyB, Now: now}); err == nil {
		t.Error("a key that nobody could look for was found")
	}
}
