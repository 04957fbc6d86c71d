package journal

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(func(name string) (string, bool) { return dir, name == "XDG_STATE_HOME" }, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	appID    = "b7c1f0d2-93a4-4e5b-8f60-1a2b3c4d5e6f"
	tenantID = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9"
)

func TestPendingIsFoundByEveryNameOfTheTenant(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	e := &Entry{Stage: Storing, Tenant: "Example.onmicrosoft.com", TenantID: tenantID, AppID: appID, KeyID: "k", Name: "n", Target: "stdout"}
	if err := s.Save(e); err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []string{"example.ONMICROSOFT.com", tenantID, strings.ToUpper(tenantID)} {
		if got, err := s.Pending(Secret, strings.ToUpper(appID), tenant); err != nil || got == nil || got.Stage != Storing || got.Name != "n" {
			t.Errorf("%s: %+v, %v", tenant, got, err)
		}
	}
	for _, other := range [][2]string{{"other.example", appID}, {tenantID, tenantID}, {"", appID}} {
		if got, err := s.Pending(Secret, other[1], other[0]); err != nil || got != nil {
			t.Errorf("%v: %+v, %v", other, got, err)
		}
	}
	if err := s.Close(e); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Pending(Secret, appID, tenantID); err != nil || got != nil {
		t.Errorf("closed: %+v, %v", got, err)
	}
}

// The journals of earlier versions are continued.
func TestEntryOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for stage, want := range map[Stage]Stage{Added: "", Storing: Storing, Stored: Stored} {
		if err := s.Save(&Entry{Stage: stage, TenantID: tenantID, AppID: appID}); err != nil {
			t.Fatal(err)
		}
		text := `{"version": 1, "stage": "` + string(stage) + `", "began": "2026-01-02T03:04:05Z", "updated": "2026-01-02T03:04:05Z", "tenant": "` + tenantID + `", "tenantId": "` + tenantID +
			`", "appId": "` + appID + `", "storedOn": "application", "objectId": "o", "displayName": "spcheck (0a1b2c3d-4e5f)", "keyId": "k", "target": "file:/x", "backup": "/x.bak"}`
		if err := os.WriteFile(s.Path(&Entry{TenantID: tenantID, AppID: appID}), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := s.Pending(Secret, appID, tenantID)
		if err != nil || e == nil || len(e.Places) != 1 || e.Places[0] != (Place{Target: "file:/x", Backup: "/x.bak", Stage: want}) || e.Targets() != "file:/x" || e.Asked.IsZero() || !e.Asked.Equal(e.Updated) {
			t.Errorf("%s: %+v, %v", stage, e, err)
		}
	}
}

func TestProvenAndReplaced(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	e := &Entry{TenantID: tenantID, AppID: appID, KeyID: "K1", Replaces: []string{"k0"}, Stage: Stored}
	if err := errors.Join(s.Save(e), s.Prove(e, time.Now()), s.Close(e)); err != nil {
		t.Fatal(err)
	}
	if got := s.Proven(tenantID, appID); len(got) != 1 || got[0] != "k1" {
		t.Errorf("proven: %v", got)
	}
	if got := s.Replaced(tenantID, appID); len(got) != 1 || got[0].KeyID != "k0" || got[0].By != "K1" {
		t.Errorf("replaced: %v", got)
	}
	if got := s.Proven(appID, appID); len(got) != 0 {
		t.Errorf("of another tenant: %v", got)
	}
}

func TestTheJournalIsTheOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("access lists are tested by hand there")
	}
	s := open(t, t.TempDir())
	e := &Entry{Stage: Adding, Tenant: "../../etc/passwd", AppID: appID}
	if err := s.Save(e); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.Path(e))
	if err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(s.Path(e)) != s.dir {
		t.Errorf("%s: %v %v", s.Path(e), info, err)
	}
	if dir, err := os.Stat(s.dir); err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", dir, err)
	}
}

// A damaged journal must not look like "nothing is unfinished".
func TestDamagedJournalIsAnError(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	e := &Entry{Stage: Stored, Tenant: tenantID, TenantID: tenantID, AppID: appID}
	for _, text := range []string{"", "{", `{"version": 2}`, `{"version":1}`, `{"version":1,"stage":"later","appId":"` + appID + `"}`} {
		if err := s.Save(e); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.Path(e), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Pending(Secret, appID, tenantID); err == nil {
			t.Errorf("%q reads as %+v", text, got)
		}
	}
}

func TestLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	unlock, err := open(t, dir).Lock(tenantID, appID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).Lock(tenantID, appID); !errors.Is(err, ErrBusy) {
		t.Errorf("a second lock: %v", err)
	}
	if other, err := open(t, dir).Lock(tenantID, tenantID); err != nil {
		t.Errorf("another application: %v", err)
	} else {
		other()
	}
	unlock()
	again, err := open(t, dir).Lock(tenantID, appID)
	if err != nil {
		t.Fatalf("after it was given back: %v", err)
	}
	again()
}

func TestNoFolderForState(t *testing.T) {
	t.Parallel()
	if _, err := Open(func(string) (string, bool) { return "", false }, nil); !errors.Is(err, errNoFolder) {
		t.Errorf("error %v", err)
	}
	if e, err := Pending(func(string) (string, bool) { return "", false }, tenantID, appID); e != nil || err != nil {
		t.Errorf("%v %v", e, err)
	}
}
