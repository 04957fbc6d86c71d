package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/report/schematest"
	"github.com/spcheck/spcheck/internal/result"
)

// The command that diagnose prints for a token that matches nothing makes it sign in;
// the report keeps its schema, and no output holds the token.
func TestFederateFollowsDiagnose(t *testing.T) {
	t.Parallel()
	server := serve(t, "federated-none")
	env := []string{"SPCHECK_READER=environment"}
	path := setting(server, "AZURE_FEDERATED_TOKEN_FILE")
	token, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var d result.Diagnosis
	if err := json.Unmarshal([]byte(spcheck(t, server, env, "diagnose", "-o", "json").stdout), &d); err != nil || d.RootCause == nil {
		t.Fatalf("%v", err)
	}
	var words []string
	for _, r := range d.RootCause.Remedies {
		for _, c := range r.Commands {
			if c.Shell == "sh" && strings.HasPrefix(c.Command, "spcheck federate ") {
				words = strings.Fields(c.Command)[1:]
			}
		}
	}
	if words == nil {
		t.Fatal("diagnose does not name the command")
	}
	for _, step := range []struct {
		args    []string
		code    int
		outcome string
	}{
		{[]string{"--dry-run"}, 0, "planned"},
		{nil, 0, "added"},
		{nil, 0, "alreadyThere"},
		{[]string{"--audience", "api://other"}, 64, "stopped"},
	} {
		got := spcheck(t, server, env, append(append(append([]string{}, words...), step.args...), "-o", "json", "--debug")...)
		schematest.Validate(t, "federate", []byte(got.stdout))
		var f result.Federation
		if err := json.Unmarshal([]byte(got.stdout), &f); err != nil || got.code != step.code || f.ExitCode != step.code || string(f.Outcome) != step.outcome {
			t.Errorf("%v: exit code %d, %s, %v\n%s", step.args, got.code, f.Outcome, err, got.stderr)
		}
		if strings.Contains(got.stdout+got.stderr, strings.TrimSpace(string(token))) {
			t.Error("the token is printed")
		}
	}
	if got := spcheck(t, server, env, "diagnose"); got.code != 0 {
		t.Errorf("it does not sign in then: exit code %d\n%s", got.code, got.stdout)
	}
	for name, args := range map[string][]string{"nothing said": {}, "two ways": {"--github", "a/b:pull_request", "--kubernetes", "a/b"},
		"no issuer": {"--subject", "s"}, "no token": {"--from-token", path + "-none"}, "a star": {"--issuer", "https://issuer.example", "--subject", "repo:*"}} {
		got := spcheck(t, server, env, append([]string{"federate", "-o", "json"}, args...)...)
		schematest.Validate(t, "federate", []byte(got.stdout))
		if got.code != 64 || !strings.Contains(got.stderr, "spcheck: error: ") {
			t.Errorf("%s: exit code %d\n%s", name, got.code, got.stderr)
		}
	}
}
