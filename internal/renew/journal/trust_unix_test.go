//go:build !windows

package journal

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/trust"
)

// A journal says which secrets were lost and where values were stored. One that others may
// have written is refused, and kept as it is.
func TestAJournalThatOthersMayWriteIsNotBelieved(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	e := &Entry{Stage: Stored, Tenant: tenantID, TenantID: tenantID, AppID: appID, KeyID: "K1"}
	if err := errors.Join(s.Save(e), s.Prove(e, time.Now())); err != nil {
		t.Fatal(err)
	}
	proven := strings.TrimSuffix(s.Path(e), ".json") + ".proven"
	for path, mode := range map[string]os.FileMode{s.Path(e): 0o666, s.dir: 0o777} {
		before, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		got, err := s.Pending(Secret, appID, tenantID)
		var untrusted *trust.Error
		if got != nil || !errors.As(err, &untrusted) || !strings.Contains(untrusted.Cure.String(), "chmod go-w "+path) {
			t.Errorf("%s: %+v, %v", path, got, err)
		}
		if path == s.dir {
			if err := s.Check(tenantID, appID); !errors.As(err, &untrusted) {
				t.Errorf("a renewal may begin in everybody's folder: %v", err)
			}
		}
		if err := os.Chmod(path, before.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Pending(Secret, appID, tenantID); err != nil || got == nil || got.KeyID != "K1" {
			t.Errorf("after %s was put right: %+v, %v", path, got, err)
		}
	}
	if err := os.Chmod(proven, 0o666); err != nil {
		t.Fatal(err)
	}
	if got := s.Proven(tenantID, appID); len(got) != 0 {
		t.Errorf("everybody may say what is proven: %v", got)
	}
}
