package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/sandbox/scenario"
)

// Every scenario of the sandbox says what diagnose has to find out, by each kind
// of reader; here the real program has to.
func TestScenarios(t *testing.T) {
	t.Parallel()
	list, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range list {
		s, err := sandbox.Load(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range s.Expect {
			t.Run(info.Name+"/"+want.Reader, func(t *testing.T) {
				t.Parallel()
				server := serve(t, info.Name)
				args := append([]string{"diagnose", "-o", "json", "--reader", want.Reader}, want.Args...)
				expectDiagnosis(t, spcheck(t, server, nil, args...), want)
			})
		}
	}
}

func expectDiagnosis(t *testing.T, got ran, want scenario.Expectation) {
	t.Helper()
	schematest.Validate(t, "diagnose", []byte(got.stdout))
	var d result.Diagnosis
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil {
		t.Fatalf("no report: %v\n%s", err, got.stderr)
	}
	cause, certainty := "", ""
	if d.RootCause != nil {
		cause, certainty = d.RootCause.ID, string(d.RootCause.Certainty)
	}
	if cause != want.Cause || certainty != want.Certainty {
		t.Errorf("root cause %q (%s), want %q (%s)\n%s", cause, certainty, want.Cause, want.Certainty, got.stdout)
	}
	if want.ExitCode != nil && got.code != *want.ExitCode || d.ExitCode != got.code {
		t.Errorf("exit code %d, in the report %d, want %v", got.code, d.ExitCode, deref(want.ExitCode))
	}
	for _, id := range want.Alternatives {
		if !slices.ContainsFunc(d.Alternatives, func(c result.Cause) bool { return c.ID == id }) {
			t.Errorf("%s is not among the alternatives", id)
		}
	}
	for _, name := range want.Names {
		if !strings.Contains(strings.ToLower(got.stdout), strings.ToLower(name)) {
			t.Errorf("the report does not name %q\n%s", name, got.stdout)
		}
	}
}

func deref(p *int) any {
	if p == nil {
		return "any"
	}
	return *p
}

// Every root cause of the contract is shown by a scenario, except for those that
// are named here with the reason.
func TestEveryCauseHasAScenario(t *testing.T) {
	t.Parallel()
	left := map[string]string{
		"proxy-authentication": "a proxy is part of the environment, not of a tenant: see TestProxy",
		// Seen in texts of products and of other services, which no token endpoint sends.
		"certificate-unusable": "of the product's own machine: see the texts of explain", "resource-role-missing": "of other services' texts",
		"certificate-required": "of other services' texts", "protocol-disabled": "of other services' texts",
		"managed-identity-instead": "of products' texts", "not-entra": "of products' texts",
		"connection-interrupted": "of products' texts", "tls-too-old": "of products' texts",
		"token-for-wrong-resource": "the sandbox's Graph takes the tokens that it issued: see the rules' tests", "token-no-longer-valid": "likewise",
		"credential-policy": "of renewals, which no scenario diagnoses", "tenant-blocked": "Microsoft's doing: see the texts of explain",
		"tenant-restricted": "of the network",
		"secrets-forbidden": "the policy refuses no sign-in: it stands beside the ended secret in the scenario of that name",
	}
	list, err := sandbox.List()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, info := range list {
		s, err := sandbox.Load(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range s.Expect {
			for _, id := range append(e.Alternatives, e.Cause) {
				shown[id] = true
			}
		}
	}
	for _, id := range allCauses() {
		if !shown[id] && left[id] == "" {
			t.Errorf("no scenario shows %s", id)
		}
	}
}

func allCauses() []string {
	var ids []string
	for _, c := range causes.All() {
		ids = append(ids, string(c.ID))
	}
	return ids
}
