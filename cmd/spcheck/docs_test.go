package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// The manual and the reference are made from what the program says about itself.
func TestDocsDescribeEveryCommand(t *testing.T) {
	t.Parallel()
	got := spcheck(t, nil, nil, "docs")
	var d described
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil || got.code != 0 {
		t.Fatalf("exit code %d, %v: %s", got.code, err, got.stderr)
	}
	flags := map[string]int{}
	for _, c := range d.Commands {
		flags[strings.Fields(c.Use)[0]] = len(c.Flags)
	}
	for _, name := range []string{"diagnose", "list-secrets", "renew-secret", "scan"} {
		if flags[name] < 10 {
			t.Errorf("%s is described with %d flags", name, flags[name])
		}
	}
	if got := spcheck(t, nil, nil, "docs", "man"); got.code != 64 || !strings.Contains(got.stderr, "spcheck: hint: ") {
		t.Errorf("exit code %d: %s", got.code, got.stderr)
	}
}
