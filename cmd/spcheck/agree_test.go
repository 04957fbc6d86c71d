package main

import (
	"strings"
	"testing"
)

// After a renewal every command says the same of the tenant: a credential that is
// valid now expires soon, which is exit code 1, and no renewal is needed.
func TestCommandsAgreeAfterARenewal(t *testing.T) {
	t.Parallel()
	server := serve(t, "replaced-in-time")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"diagnose"}, 1, "No renewal is needed"},
		{[]string{"list-secrets", "--sp", "Archive Sync"}, 1, "No renewal is needed"},
		{[]string{"scan"}, 1, "No renewal is needed"},
		{[]string{"diagnose", "-o", "plugin"}, 1, "SPCHECK WARNING"},
		{[]string{"list-secrets", "--sp", "Archive Sync", "-o", "plugin"}, 1, "SPCHECK WARNING"},
		{[]string{"scan", "-o", "plugin"}, 1, "SPCHECK WARNING: 1 credential expires soon, and a longer-lived one exists already"},
		{[]string{"diagnose", "--fail-on", "critical"}, 0, "longer-lived"},
		{[]string{"list-secrets", "--sp", "Archive Sync", "--fail-on", "critical"}, 0, "valid for longer"},
		{[]string{"scan", "--fail-on", "critical"}, 0, "longer-lived"},
		{[]string{"scan", "--within", "3d"}, 0, "No credential needs attention"},
		{[]string{"scan", "-o", "prometheus"}, 1, `replaced="true"`},
	} {
		got := spcheck(t, server, nil, c.args...)
		words := strings.Join(strings.Fields(got.stdout), " ")
		if got.code != c.code || !strings.Contains(words, c.says) {
			t.Errorf("%v: exit code %d, want %d and %q in\n%s%s", c.args, got.code, c.code, c.says, got.stdout, got.stderr)
		}
		if strings.Contains(words, "renew-secret") || strings.Contains(words, "Renew it") {
			t.Errorf("%v asks for a renewal\n%s", c.args, got.stdout)
		}
	}
}
