package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// scenarioRuns are the commands that are run in a scenario: diagnose by the
// readers that the scenario expects something of, list-secrets and scan.
func scenarioRuns(t *testing.T, name string) []spoken {
	t.Helper()
	s, err := sandbox.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	names := givenNames(s)
	var runs []spoken
	for _, e := range s.Expect {
		runs = append(runs, spoken{name: name, args: append([]string{"diagnose", "-v", "--timeout", "4s", "--reader", e.Reader}, e.Args...)})
	}
	for _, command := range []string{"list-secrets", "scan"} {
		runs = append(runs, spoken{name: name, args: []string{command, "-v", "--timeout", "4s"}})
	}
	for i := range runs {
		runs[i].names = names
	}
	return runs
}

// changeRuns change secrets, or are refused to.
func changeRuns(t *testing.T) []spoken {
	t.Helper()
	dir := t.TempDir()
	plan := filepath.Join(dir, "renewals.yaml")
	text := "applications: [{app: Invoice Archive, to: ['file:" + filepath.Join(dir, "d") + "']}, {app: Q7X, to: ['kubernetes:a/b#c']}]\n"
	if err := os.WriteFile(plan, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var runs []spoken
	for _, args := range [][]string{
		{"plan", "-f", plan},
		{"plan", "-f", filepath.Join(dir, "none")},
		{"apply", plan},
		{"apply"},
		{"renew-secret", "--dry-run", "--to", "file:" + filepath.Join(dir, "a")},
		{"renew-secret", "--to", "file:" + filepath.Join(dir, "b")},
		{"renew-secret", "--to", "env-file:" + filepath.Join(dir, "c") + ":SECRET"},
		{"renew-secret", "--to", "command:false"},
		{"renew-secret", "--to", "nowhere"},
		{"renew-secret", "--to", "file:/proc/none/x"},
		{"renew-secret", "--days", "9999", "--to", "stdout"},
		{"renew-secret", "--until", "2020-01-01", "--to", "stdout"},
		{"renew-secret", "--resume"},
		{"renew-secret", "--resume", "--days", "3"},
		{"renew-secret"},
		{"renew-secret", "--to", "stdout", "-o", "json", "--on", "moon"},
		{"renew-secret", "--to", "stdout", "--verify-for", "x"},
		{"renew-secret", "--to", "stdout", "--if-expiring-within", "1d"},
		{"renew-certificate", "--dry-run", "--to", "pem:" + filepath.Join(dir, "p.pem")},
		{"renew-certificate", "--to", "pem:" + filepath.Join(dir, "q.pem"), "-v"},
		{"renew-certificate", "--to", "pfx:" + filepath.Join(dir, "q.pfx"), "--on", "service-principal"},
		{"renew-certificate", "--to", "pem:/proc/none/x"},
		{"renew-certificate", "--to", "file:x"},
		{"renew-certificate", "--to", "pem:x", "--password-file", filepath.Join(dir, "none")},
		{"renew-certificate", "--to", "pem:" + filepath.Join(dir, "none.pem"), "--if-expiring-within", "1d"},
		{"renew-certificate", "--resume"},
		{"renew-certificate"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "--dry-run"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "-v"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "Invoices"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "invoices", "--audience", "api://other"},
		{"federate", "--issuer", "https://10.0.0.1", "--subject", "invoices"},
		{"federate", "--issuer", "x", "--subject", "invoices"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "a*"},
		{"federate", "--issuer", "https://issuer.contoso.example", "--subject", "a", "--name", "a b"},
		{"federate", "--github", "contoso@1/sync@2:environment:production"},
		{"federate", "--github", "contoso/sync:ref:main"},
		{"federate", "--github", "contoso"},
		{"federate", "--kubernetes", "sync"},
		{"federate", "--kubernetes", "a/b", "--azure-pipelines", "a/b/c"},
		{"federate", "--azure-pipelines", "a/b"},
		{"federate", "--azure-pipelines", "a/b/c", "--issuer", "https://vstoken.dev.azure.com/x"},
		{"federate", "--azure-pipelines", "a/b/c", "--issuer", "https://login.microsoftonline.com/x/v2.0"},
		{"federate", "--from-token", filepath.Join(dir, "no-token")},
		{"federate"},
		{"remove-secret", "--expired", "--dry-run"},
		{"remove-secret", "--expired", "--yes"},
		{"remove-secret", "--expired"},
		{"remove-secret", "--key-id", "b1b1b1b1-0000-4000-8000-000000000001", "--yes"},
		{"remove-secret", "--key-id", "x"},
		{"remove-secret"},
	} {
		runs = append(runs, spoken{name: "renewal", args: args})
	}
	return runs
}

// errorRuns go wrong before anything is reached, or because nothing is.
func errorRuns(t *testing.T) []spoken {
	t.Helper()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const guid, other = "3f0d2f6e-0b8c-4a57-9c37-6d1f5a2b7e10", "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26"
	closed := []string{"AZURE_TENANT_ID=" + guid, "AZURE_CLIENT_ID=" + other, "AZURE_CLIENT_SECRET=xyz-a-real-Secret-1",
		"AZURE_AUTHORITY_HOST=https://127.0.0.1:1", "SPCHECK_GRAPH_ENDPOINT=https://127.0.0.1:1"}
	var runs []spoken
	add := func(env []string, lines ...string) {
		for _, line := range lines {
			runs = append(runs, spoken{name: "errors", args: strings.Fields(line), env: env})
		}
	}
	add(nil, "diagnose", "list-secrets", "list-secrets --sp X", "scan", "renew-secret --sp X --to stdout", "remove-secret --expired",
		"explain", "explain --file /nowhere/at/all", "explain 7000222", "explain 9999999", "explain nothing to see here",
		"diagnoze", "diagnose --nonsense", "diagnose --sp", "diagnose --sp=", "diagnose -o nonsense", "diagnose -o jsn", "diagnose --lang xx",
		"diagnose --client-secret abc", "diagnose --timeout soon", "diagnose --timeout 0s", "diagnose --within x", "diagnose --cloud mars",
		"diagnose --reader nobody", "diagnose --reader profile:none", "diagnose --profile none", "diagnose --config /nowhere/at/all.yaml",
		"diagnose --ca-file /nowhere/ca.pem", "diagnose --shell fish", "diagnose --fail-on no", "diagnose --authority-host http://x.example",
		"diagnose --authority-host https://x.example/path", "diagnose --tenant common --client-id x", "diagnose MailStoreSP", "diagnose scan",
		"diagnose --certificate /nowhere/cert.pem --federated-token-file /nowhere/token", "config check", "config show -o xml", "render", "render /nowhere/report.json",
		"scan --rules none", "scan --parallel 0", "scan --max-lifetime x", "scan --shard 9", "scan --baseline /nowhere/b.json", "scan --profile a --all-profiles",
		"exporter --interval x", "exporter --listen x", "sandbox --scenario none", "sandbox extra", "sandbox -- /nowhere/program", "version extra", "completion bash extra")
	add(closed, "diagnose --reader none --ca-file "+file("ca.pem", "no certificate"), "diagnose --client-secret-file /nowhere/secret", "diagnose --client-secret-file "+file("empty", ""),
		"diagnose --certificate "+file("c.pem", "no certificate"), "diagnose --certificate /nowhere/c.pem", "diagnose --federated-token-file /nowhere/t", "diagnose --federated-token-file "+file("t", "no token"),
		"diagnose --reader environment", "list-secrets --reader none")
	add(closed, "diagnose", "diagnose --reader azure-cli", "list-secrets", "list-secrets --reader self", "scan", "renew-secret --to stdout", "remove-secret --expired --yes", "diagnose --tenant nowhere")
	add(nil, "explain --file "+dir, "render "+dir, "render "+file("text.json", "hello"), "render "+file("nothing.json", ""), "render "+file("later.json", `{"schemaVersion":"9"}`),
		"render "+file("other.json", `{"schemaVersion":"1"}`), "sandbox --fault foo", "sandbox --fault latency", "sandbox --scenario "+dir,
		"sandbox --scenario "+file("broken-scenario.yaml", "title: [\n"), "sandbox --scenario "+file("list.yaml", "- a\n"), "sandbox --scenario "+file("key.yaml", "titel: a\n"))
	for name, text := range map[string]string{
		"unknown.yaml": "profils: {}\n", "twice.yaml": "profiles: {a: {tenant: b}}\nprofiles: {}\n", "literal.yaml": "profiles: {a: {clientSecret: abc}}\n",
		"kind.yaml": "profiles: [a]\n", "broken.yaml": "profiles: {a: \n", "exclude.yaml": "exclude: [{rule: expired}]\n", "tenant.yaml": "profiles: {a: {tenant: b c}}\n",
		"ref.yaml": "profiles: {a: {clientSecret: {env: A, file: B}}}\n",
	} {
		add(nil, "config check --config "+file(name, text))
	}
	runs = append(runs, spoken{name: "errors", args: []string{"explain", "-"}, stdin: "2026-01-01 ERROR AADSTS7000222: The provided client secret keys for app 'x' are expired. Trace ID: a\nAADSTS700016 and then AADSTS90002\n"})
	return runs
}
