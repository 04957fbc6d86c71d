package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spcheck/spcheck/internal/sandbox"
)

// compareCommands runs the commands that one scenario each shows best, and those that
// only explain themselves, with what they say on standard error.
func compareCommands(t *testing.T, found *foreign) {
	t.Helper()
	for scenario, runs := range commandRuns(t) {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s, err := sandbox.Load(scenario)
			if err != nil {
				t.Fatal(err)
			}
			server, names := serve(t, scenario), append(givenNames(s), "Plant Operations", "Default app management tenant policy")
			sideBySide(runs, func(c spoken) {
				c.name, c.names = scenario, names
				found.compare(t, func() *sandbox.Server { return server }, c)
			})
		})
	}
}

// commandRuns are the runs by the scenario that they need.
func commandRuns(t *testing.T) map[string][]spoken {
	t.Helper()
	dir := t.TempDir()
	app := filepath.Join(dir, "app")
	if err := os.Mkdir(app, 0o700); err != nil {
		t.Fatal(err)
	}
	settings := "AZURE_CLIENT_ID=8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26\nAZURE_CLIENT_SECRET=made-up-value-of-this-test\n"
	if err := os.WriteFile(filepath.Join(app, "app.env"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	last := filepath.Join(dir, "last.json")
	hooks := []string{"HOOK=slack+https://example.com/x", "MAIL=smtps://mail.example.com?from=a@example.com&to=b@example.com"}
	news := []string{"scan", "--baseline", last, "--output-file", last, "-o", "json", "--notify-dry-run", "--notify"}
	with := func(args []string, more ...string) []string { return append(args[:len(args):len(args)], more...) }
	args := map[string][][]string{
		"mailstore": {
			{"where", "--sp", "MailStoreSP", app, "--in", "environment", "-v"},
			{"where", "--sp", "MailStoreSP", app, "-o", "markdown"},
			{"where", "--sp", "MailStoreSP", filepath.Join(dir, "none")},
			{"where", "--sp", "MailStoreSP", "--in", "nowhere:x"},
			{"where"},
			{"diagnose", "-o", "markdown"},
			{"diagnose", "-o", "github"},
			{"list-secrets", "--sp", "MailStoreSP", "-o", "markdown"},
			{"list-secrets", "--sp", "MailStoreSP", "-o", "ics"},
			{"diagnose", "--bundle", filepath.Join(dir, "none", "b.zip")},
			{"diagnose", "--pseudonyms"},
		},
		"intruder": {
			{"scan", "--incident", "Identity Governance", "-v"},
			{"scan", "--incident", "nichts"},
			{"scan", "--incident", "nichts", "-o", "markdown"},
			{"scan", "--incident", "nichts", "-o", "github"},
			{"scan", "--incident", "x", "--rules", "all"},
			{"scan", "--incident", "x", "--since", "tomorrow"},
			{"scan", "--since", "7d"},
			{"scan", "--incident="},
		},
		"owners": {
			with(news, "env:HOOK"),
			with(news, "env:MAIL", "--notify-owners"),
			with(news, "env:NOT_SET"),
			with(news, "https://example.com/x"),
			{"scan", "--notify", "env:HOOK"},
			{"scan", "--notify-owners"},
			{"scan", "--notify-template", "x"},
			{"scan", "--baseline", filepath.Join(dir, "none.json")},
		},
		"policies": {
			{"scan", "--state", filepath.Join(dir, "state"), "-v"},
			{"scan", "--state", filepath.Join(app, "app.env")},
			{"scan", "--state="},
			{"scan", "--full"},
			{"scan", "--state", dir, "--full-after", "x"},
			{"scan", "--policy-preview", "2027-03-01"},
			{"scan", "--policy-preview", "nothing"},
		},
		"several-tenants": {
			{"config", "check"},
			{"config", "show"},
			{"sandbox", "--list"},
			{"config", "init", "--config", "/proc/none/x"},
			{"mcp", "extra"},
			{"completion", "bash", "--nonsense"},
			{"help", "nonsense"},
			{"scan", "--parallel", "x"},
			{"scan", "--max-secrets", "x"},
			{"diagnose", "--no-probe=maybe"},
			{"diagnose", "-z"},
			{"diagnose", "--lang"},
			{"render", "--nonsense"},
		},
	}
	runs := map[string][]spoken{}
	for scenario, list := range args {
		for _, a := range list {
			runs[scenario] = append(runs[scenario], spoken{args: a, env: hooks})
		}
	}
	return runs
}
