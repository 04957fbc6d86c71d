package main

import (
	"strings"
	"testing"
)

// Flags in front of the command work as behind it.
func TestFlagsTypedBeforeTheCommand(t *testing.T) {
	t.Parallel()
	for before, behind := range map[string]string{
		"-v explain 7000222":               "explain -v 7000222",
		"--quiet explain --file /dev/null": "explain --quiet --file /dev/null", "-o text --lang de explain 7000222": "explain -o text --lang de 7000222",
		"-h diagnose": "diagnose -h", "--help config show": "config show --help", "-v config show": "config show -v",
		"-q diagnose": "diagnose -q", "-v list-secrets": "list-secrets -v", "--version diagnose": "diagnose --version",
		"--sp scan diagnose": "diagnose --sp scan",
	} {
		got, want := spcheck(t, nil, nil, strings.Fields(before)...), spcheck(t, nil, nil, strings.Fields(behind)...)
		if got != want {
			t.Errorf("%s: exit code %d\n%s%s\nbut %s: exit code %d\n%s%s", before, got.code, got.stdout, got.stderr, behind, want.code, want.stdout, want.stderr)
		}
	}
}
