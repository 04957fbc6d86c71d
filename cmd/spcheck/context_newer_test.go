package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// printedCommands are the commands of spcheck's that an output shows for copying: a
// line of their own, or the end of a hint.
func printedCommands(output string) (list []string) {
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if i := strings.LastIndex(line, ": spcheck "); i >= 0 && strings.HasPrefix(line, "spcheck: hint: ") {
			line = line[i+2:]
		}
		for _, command := range []string{"diagnose", "list-secrets", "where", "scan", "renew-secret", "renew-certificate", "remove-secret", "federate", "plan", "apply", "config"} {
			if strings.HasPrefix(line, "spcheck "+command) {
				list = append(list, line)
			}
		}
	}
	return list
}

// What the commands for certificates, federation, places, plans and scans print for
// copying is about the same tenant as the run, however odd the names of its files.
func TestPrintedCommandsOfTheNewerCommandsStayWithTheRun(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	dir := filepath.Join(t.TempDir(), "it's $(odd) & ü;#")
	if filepath.Separator != '\\' {
		dir += ` "%PATH%" \x`
	}
	settings, renewals := filepath.Join(dir, "my settings.yaml"), filepath.Join(dir, "renewals.yaml")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(settings, "profiles: {'pro d': {tenant: "+setting(server, "AZURE_TENANT_ID")+", clientId: "+setting(server, "AZURE_CLIENT_ID")+", clientSecret: {env: AZURE_CLIENT_SECRET}}}\n")
	write(filepath.Join(dir, "sync.env"), "AZURE_CLIENT_SECRET="+setting(server, "AZURE_CLIENT_SECRET")+"\n")
	write(renewals, "applications: [{app: MailStoreSP, to: ['command:no-such-program-of-anybody']}]\n")
	context := []string{"--config", settings, "--profile", "pro d", "--reader", "environment"}
	shown := 0
	for _, args := range [][]string{
		{"renew-certificate", "--sp", "MailStoreSP", "--to", "pem:" + filepath.Join(dir, "new.pem")},
		{"renew-certificate", "--sp", "MailStoreSP", "--resume"},
		{"federate", "--sp", "MailStoreSP", "--issuer", "https://issuer.example", "--subject", "s"},
		{"where", "--sp", "MailStoreSP", dir, "-v"},
		{"plan", "-f", renewals},
		{"apply", renewals},
		{"scan", "--incident", "MailStoreSP"},
		{"scan", "--baseline", filepath.Join(dir, "none.json")},
		{"scan", "--state", renewals},
		{"scan", "--notify", "env:HOOK"},
	} {
		got := inside(t, server, []string{"HOOK=https://127.0.0.1:1/x"}, "", append(slices.Clone(args), context...)...)
		for _, command := range printedCommands(got.stdout + got.stderr) {
			shown++
			words := bashWords(t, command)
			for i := 0; i < len(context); i += 2 {
				if at := slices.Index(words, context[i]); at < 0 || at+1 >= len(words) || words[at+1] != context[i+1] {
					t.Errorf("%v: %s lacks %s %s", args[:3], command, context[i], context[i+1])
				}
			}
		}
	}
	if shown < 4 {
		t.Errorf("only %d commands are shown", shown)
	}
}

// A renewal with --state is continued with the same folder. Commands without that flag do
// not get it.
func TestPrintedCommandsNameTheFolderOfTheJournals(t *testing.T) {
	t.Parallel()
	c := runContext{"--profile", "prod", "--state", "/srv/journals of all"}
	for command, want := range map[string]string{
		"spcheck renew-secret --sp x --resume":    "spcheck renew-secret --sp x --resume --profile prod --state '/srv/journals of all'",
		"spcheck remove-secret --sp x --expired":  "spcheck remove-secret --sp x --expired --profile prod --state '/srv/journals of all'",
		"spcheck diagnose --sp x":                 "spcheck diagnose --sp x --profile prod",
		"spcheck apply renewals.yaml --state /up": "spcheck apply renewals.yaml --state /up --profile prod",
	} {
		if got, ok := c.in("sh", command); !ok || got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	r := serveRenewal(t)
	state := filepath.Join(r.home, "shared journals")
	if got := r.run("renew-secret", "--sp", "Invoice Archive", "--to", "file:"+r.path(), "--verify-timeout", "1s", "--state", state); !strings.Contains(got.stderr, "--resume --state '"+state+"'") {
		t.Errorf("the hint does not name the folder\n%s", got.stderr)
	}
}

// --reader none is for commands that work without a reader. The others would refuse it.
func TestPrintedCommandsCanRunWithoutAReader(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"spcheck diagnose":                         "spcheck diagnose --reader none",
		"spcheck renew-secret --sp x --to file:y":  "spcheck renew-secret --sp x --to file:y --reader azure-cli",
		"spcheck list-secrets --sp x --reader env": "spcheck list-secrets --sp x --reader env",
	} {
		if got, ok := (runContext{"--reader", "none"}).in("sh", command); !ok || got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
