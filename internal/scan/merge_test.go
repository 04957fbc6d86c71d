package scan

import (
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/result"
)

func partOf(shard, tenant string) *result.Scan {
	return &result.Scan{Shard: shard, Tenants: []result.ScanTenant{{Tenant: tenant, Status: result.OK}}, Totals: result.ScanTotals{Tenants: 1}}
}

// A report of half of the tenants must not look complete.
func TestMergeTellsOfMissingParts(t *testing.T) {
	for _, c := range []struct {
		parts   []*result.Scan
		missing string
	}{
		{[]*result.Scan{partOf("0/3", "a"), partOf("1/3", "b"), partOf("2/3", "c")}, ""},
		{[]*result.Scan{partOf("0/3", "a"), partOf("2/3", "c")}, "1/3"},
		{[]*result.Scan{partOf("", "a"), partOf("", "c")}, ""},
	} {
		got, err := Merge(c.parts)
		if err != nil {
			t.Fatal(err)
		}
		if c.missing == "" {
			if got.Partial || got.Error != nil || got.ExitCode != fail.CodeOK {
				t.Errorf("%+v", got)
			}
			continue
		}
		if !got.Partial || got.ExitCode != fail.CodeUnknown || got.Error == nil || !strings.Contains(got.Error.Message.String(), c.missing) {
			t.Errorf("%+v", got)
		}
	}
}

// Messages that a part could not deliver are pending in the merged report, which may be the
// baseline of the next scan. A successful delivery does not hide a failed one.
func TestMergeKeepsWhatIsPending(t *testing.T) {
	parts := []*result.Scan{
		{Tenants: []result.ScanTenant{{Tenant: "a"}}, Notification: &result.Notification{Status: result.NotificationFailed, Findings: 2, Deliveries: []result.Delivery{{To: "x", Failed: 1}},
			Pending: &result.PendingNotification{Findings: []string{"one", "two"}}}},
		{Tenants: []result.ScanTenant{{Tenant: "b"}}, Notification: &result.Notification{Status: result.NotificationSent, Findings: 1, Deliveries: []result.Delivery{{To: "x", Sent: 1}}}},
	}
	whole, err := Merge(parts)
	if err != nil {
		t.Fatal(err)
	}
	if n := whole.Notification; !n.Unfinished() || n.Findings != 3 || len(n.Deliveries) != 2 || len(n.Pending.Findings) != 2 {
		t.Errorf("%+v", n)
	}
}
