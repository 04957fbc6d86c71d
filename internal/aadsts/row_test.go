package aadsts_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Errors in lines that differ only in times and IDs are counted exactly, whatever is between
// them.
func TestRepeatsAreCounted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	guid := func() string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", random.Uint32(), random.Uint64()>>16) }
	kinds := []func(n int) string{
		func(n int) string {
			return fmt.Sprintf("2026-02-03T04:%02d:%02d.%03dZ ERROR [worker-%d] AADSTS7000222: The provided client secret keys for app '11111111-aaaa-4bbb-8ccc-00000000000a' are expired. Trace ID: %s Correlation ID: %s Timestamp: 2026-02-03 04:%02d:%02dZ\n", n%60, n%59, n%1000, n, guid(), guid(), n%60, n%59)
		},
		func(n int) string {
			return fmt.Sprintf("Feb 3 04:%02d:%02d host sync[%d]: {\"error\":\"invalid_client\",\"error_description\":\"AADSTS700016: Application with identifier '11111111-aaaa-4bbb-8ccc-00000000000b' was not found in the directory 'Fabrikam'.\",\"error_codes\":[700016],\"trace_id\":\"%s\"}\n", n%60, n%59, n, guid())
		},
		func(n int) string {
			return fmt.Sprintf("2026-02-03T04:%02d:%02dZ AADSTS50034: The user account does not exist, try %d\n", n%60, n%59, n)
		},
		func(n int) string {
			return fmt.Sprintf("2026-02-03T04:%02d:%02dZ dial tcp: lookup login.microsoftonline.com: no such host, try %d\n", n%60, n%59, n)
		},
	}
	for _, quiet := range []int{0, 1, 40} {
		want := make([]int, len(kinds))
		var log strings.Builder
		for n := range 6000 {
			k := random.IntN(len(kinds))
			log.WriteString(kinds[k](n))
			want[k]++
			for range random.IntN(quiet + 1) {
				log.WriteString("2026-02-03T04:05:06Z INFO all is well here, nothing to see\n")
			}
			if random.IntN(500) == 0 { // one of its own, over two lines
				fmt.Fprintf(&log, "2026-02-03T04:05:06Z AADSTS90002: Tenant '%s' not found.\nTrace ID: %s\n", guid(), guid())
			}
		}
		got := map[string]int{}
		for _, m := range find(t, strings.NewReader(log.String())) {
			name := m.Decisive
			if m.Phrase != nil {
				name = m.Phrase.ID
			}
			got[name] += m.Count
		}
		for k, name := range []string{"7000222", "700016", "50034", "dns"} {
			if got[name] != want[k] {
				t.Errorf("%d quiet lines: %s is counted %d times, want %d", quiet, name, got[name], want[k])
			}
		}
	}
}
