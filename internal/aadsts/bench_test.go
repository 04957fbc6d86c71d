package aadsts_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkFind reads logs without errors, and logs that consist of errors.
func BenchmarkFind(b *testing.B) {
	quiet := strings.Repeat("2026-01-01T00:00:00Z INFO [sync] user 4711 synchronised, appId given, timestamp kept, 200 OK\n", 300)
	var varied strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&varied, "%d AADSTS50034: The user account 'somebody@fabrikam.example' does not exist in the Fabrikam directory. try %d of the application\n", i, i)
	}
	for name, text := range map[string]string{"every error in other words": varied.String(), "quiet": quiet, "one error a page": quiet + expired, "nothing but errors": expired} {
		b.Run(name, func(b *testing.B) {
			const size = 16 << 20
			b.SetBytes(size)
			for b.Loop() {
				find(b, &endless{pattern: []byte(text), left: size})
			}
		})
	}
}
