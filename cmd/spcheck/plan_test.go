package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

func TestPlanAndApply(t *testing.T) {
	t.Parallel()
	r := serveRenewal(t)
	file, saved := filepath.Join(r.home, "renewals.yaml"), filepath.Join(r.home, "plan.json")
	if got := r.run("plan", "--init", "-f", file); got.code != 0 || !strings.Contains(got.stderr, "fill it in") {
		t.Fatalf("exit code %d\n%s", got.code, got.stderr)
	}
	if got := r.run("plan", "--init", "-f", file); got.code != 64 || !strings.Contains(got.stderr, "exists") {
		t.Errorf("it was written over: exit code %d\n%s", got.code, got.stderr)
	}
	text := "applications:\n  - {app: Invoice Archive, days: 90, to: ['file:" + r.path() + "']}\n  - {app: Nobody's, to: ['file:" + r.path() + "-2']}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	planned := r.run("plan", "-f", file, "-o", "json")
	schematest.Validate(t, "plan", []byte(planned.stdout))
	var p result.Plan
	if err := json.Unmarshal([]byte(planned.stdout), &p); err != nil || planned.code != 3 || p.Totals.Planned != 1 || p.Totals.Failed != 1 || len(r.added()) != 0 {
		t.Fatalf("exit code %d, %v, %+v\n%s", planned.code, err, p.Totals, planned.stderr)
	}
	if one := r.run("plan", "-f", file, "--app", "invoice archive", "-o", "json"); one.code != 1 || strings.Contains(one.stdout, "Nobody's") {
		t.Errorf("exit code %d\n%s%s", one.code, one.stdout, one.stderr)
	}
	if one := r.run("plan", "-f", file, "--app", "invoice archive"); !strings.Contains(one.stdout, "1 application: 1 due\n") {
		t.Errorf("the headline: %s", one.stdout)
	}
	missing := filepath.Join(r.home, "missing.yaml")
	if err := os.WriteFile(missing, []byte("applications: [{app: Invoice Archive, to: ['file:/nowhere/secret']}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "The target cannot be used: ", "de": "Das Ziel lässt sich nicht verwenden: "} {
		if got := r.run("plan", "-f", missing, "--lang", lang); got.code != 2 || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), want) {
			t.Errorf("the reason is not a sentence: exit code %d\n%s", got.code, got.stdout)
		}
	}
	if offered := r.run("__complete", "plan", "-f", file, "--app", ""); !strings.HasPrefix(offered.stdout, "Invoice Archive\n:") {
		t.Errorf("completion: %s", offered.stdout)
	}
	if err := os.WriteFile(saved, []byte(planned.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	applied := r.run("apply", saved, "-o", "json")
	schematest.Validate(t, "apply", []byte(applied.stdout))
	held, _ := os.ReadFile(r.path())
	if applied.code != 0 || len(r.added()) != 1 || string(held) != r.added()[0].Secret || strings.Contains(applied.stdout+applied.stderr, string(held)) {
		t.Errorf("exit code %d\n%s", applied.code, applied.stderr)
	}
	if again := r.run("apply", file, "--lang", "de"); again.code != 3 || len(r.added()) != 1 || !strings.Contains(again.stdout, "nicht fällig") {
		t.Errorf("exit code %d\n%s%s", again.code, again.stdout, again.stderr)
	}
	for name, args := range map[string][]string{"no plan": {"apply"}, "a plan of nothing": {"apply", r.home}, "no file": {"plan", "-f", filepath.Join(r.home, "none")},
		"an application that it does not have": {"plan", "-f", file, "--app", "Nobody"}, "too many at a time": {"plan", "-f", file, "--parallel", "999"}, "no reader": {"plan", "-f", file, "--reader", "none"}} {
		if got := r.run(args...); got.code != 64 || !strings.Contains(got.stderr, "spcheck: error: ") {
			t.Errorf("%s: exit code %d\n%s", name, got.code, got.stderr)
		}
	}
}
