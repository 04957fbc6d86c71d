package scan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// baselineOf saves a report of credentials as an earlier scan had them.
func baselineOf(t *testing.T, since time.Time, list ...objects.Listed) *Baseline {
	t.Helper()
	s := result.Scan{Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: since},
		Tenants: []result.ScanTenant{{Tenant: tenantID, Status: result.OK}}}
	for _, o := range list {
		for i := range o.Credentials {
			c := &o.Credentials[i]
			s.Inventory = append(s.Inventory, inventoryItem(tenantID, &record{object: o, credential: c}))
		}
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "base.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := ReadBaseline(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestChanges(t *testing.T) {
	since := now.Add(-7 * day)
	for _, c := range []struct {
		name      string
		then, now []objects.Listed
		want      result.ScanChanges
		severity  string
	}{
		{"nothing", []objects.Listed{app("x", secret("1", 90*day))}, []objects.Listed{app("x", secret("1", 90*day))}, result.ScanChanges{}, ""},
		{"one beside what goes on", []objects.Listed{app("x", secret("1", 90*day))}, []objects.Listed{app("x", secret("1", 90*day), secret("2", 360*day))},
			result.ScanChanges{New: 1}, "appeared warning x"},
		{"one beside what ends soon", []objects.Listed{app("x", secret("1", 9*day))}, []objects.Listed{app("x", secret("1", 9*day), secret("2", 360*day))},
			result.ScanChanges{Renewed: 1}, "appeared info x"},
		{"one beside what ended lately", []objects.Listed{app("x", secret("1", -2*day))}, []objects.Listed{app("x", secret("1", -2*day), secret("2", 360*day))},
			result.ScanChanges{Renewed: 1}, "appeared info x"},
		{"a leftover of long ago is no reason to renew", []objects.Listed{app("x", secret("1", -400*day), secret("3", 90*day))},
			[]objects.Listed{app("x", secret("1", -400*day), secret("3", 90*day), secret("2", 360*day))},
			result.ScanChanges{New: 1}, "appeared warning x"},
		{"one in the place of another", []objects.Listed{app("x", secret("1", 90*day))}, []objects.Listed{app("x", secret("2", 360*day))},
			result.ScanChanges{Renewed: 1, Gone: 1}, "appeared info x"},
		{"one that stood twice is not gone", []objects.Listed{app("x", secret("1", 90*day)), app("x", secret("1", 90*day))}, []objects.Listed{app("x", secret("1", 90*day))},
			result.ScanChanges{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, got := scanOf(t, Options{Rules: rulesOf("appeared"), Baseline: baselineOf(t, since, c.then...)}, &fake{objects: c.now})
			ch := out.Scan.Changes
			if ch == nil || ch.New != c.want.New || ch.Renewed != c.want.Renewed || ch.Gone != c.want.Gone || len(ch.List) != ch.New+ch.Renewed+ch.Gone {
				t.Errorf("%+v, want %+v", ch, c.want)
			}
			var want []string
			if c.severity != "" {
				want = []string{c.severity}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
