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

// Half of the tenants must not look like all of them.
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
