package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// A scan of a thousand tenants counts them, and lists only those with problems, up to a
// limit.
func TestManyTenantsAreCounted(t *testing.T) {
	s := &result.Scan{}
	for i := range 1000 {
		one := result.ScanTenant{Tenant: fmt.Sprintf("tenant-%03d", i), Profiles: []string{fmt.Sprintf("customer-%03d", i)}, Status: result.Critical}
		if i%10 == 0 {
			one.Status, one.Error = result.Unknown, msg.Literal("the sign-in failed")
		}
		s.Tenants = append(s.Tenants, one)
	}
	text := func(o Options) string {
		var b bytes.Buffer
		if err := Write(&b, "text", s, o); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	got := text(Options{Width: 100})
	for _, want := range []string{"critical: 900, unknown: 100, warning: 0, healthy: 0", "customer-010 (tenant-010)", "and 50 more; -v and -o json list all of them"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(got, "tenant-011") || strings.Count(got, "the sign-in failed") != shortRows {
		t.Errorf("the list is not what it should be:\n%s", got)
	}
	if got := text(Options{Width: 100, Verbose: true}); strings.Count(got, "\n") < 1100 {
		t.Error("--verbose does not list all of them")
	}
}
