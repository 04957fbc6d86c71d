package main

import (
	"slices"
	"strings"
	"testing"
)

// An error's code or message in the place of a command is explained.
func TestAnErrorIsExplainedWithoutACommand(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"7000222"}, {"AADSTS7000222"}, {"aadsts7000222: the provided client secret keys are expired."},
		{"AADSTS7000222:", "The", "provided", "client", "secret", "keys", "are", "expired."},
		{`{"error":"invalid_client","error_description":"AADSTS7000222: expired"}`},
	} {
		if got := spcheck(t, nil, nil, args...); got.code != 0 || !strings.Contains(got.stdout, "7000222") || got.stderr != "" {
			t.Errorf("%q: exit code %d\n%s%s", args, got.code, got.stdout, got.stderr)
		}
	}
	for _, args := range [][]string{{"700"}, {"s3cr3t~value"}, {"expired"}} {
		if got := spcheck(t, nil, nil, args...); got.code != 64 {
			t.Errorf("%q: exit code %d\n%s", args, got.code, got.stdout)
		}
	}
}

// A name behind a command that only reads is what --sp takes.
func TestANameNeedsNoFlag(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	for _, command := range []string{"diagnose", "list-secrets"} {
		with, without := spcheck(t, server, nil, command, "--sp", "MailStoreSP", "-o", "csv"), spcheck(t, server, nil, command, "MailStoreSP", "-o", "csv")
		if without.code != with.code || len(without.stdout) < len(with.stdout)-9 || !strings.Contains(without.stdout, "MailStoreSP") {
			t.Errorf("%s: exit codes %d and %d\n%s\n%s%s", command, with.code, without.code, with.stdout, without.stdout, without.stderr)
		}
	}
}

// An ID may be pasted with the brackets that other tools write around it.
func TestAnIDInBrackets(t *testing.T) {
	t.Parallel()
	server := serve(t, "mailstore")
	id := "8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26" // the mailstore scenario
	if got := spcheck(t, server, nil, "list-secrets", "--sp", "{"+id+"}", "-o", "csv"); !strings.Contains(got.stdout, "MailStoreSP") || !strings.Contains(got.stderr, "brackets") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// spcheck help has topics beside the commands, and help begins with what most
// people need.
func TestHelpHasTopics(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"help exit-codes": "64   the command line", "help environment": "AZURE_CLIENT_SECRET ", "help env": "SPCHECK_READER ",
		"help readers": "azure-cli", "help formats": "prometheus", "help manual": "man spcheck", "formats": "prometheus", "help": "exit-codes",
	} {
		if got := spcheck(t, nil, nil, strings.Fields(args)...); got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: exit code %d\n%s%s", args, got.code, got.stdout, got.stderr)
		}
	}
	root := newRootCommand(&app{env: func(string) (string, bool) { return "", false }})
	for _, cmd := range append(root.Commands(), root) {
		if !cmd.IsAvailableCommand() && cmd != root || cmd.Name() == "completion" || cmd.Name() == "version" {
			continue
		}
		got := spcheck(t, nil, nil, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
		lines := strings.Split(got.stdout, "\n")
		if head := slices.Index(lines, ""); head < 1 || head > 4 || !strings.HasPrefix(lines[0], "  spcheck ") {
			t.Errorf("the help of %s begins with\n%s", cmd.Name(), strings.Join(lines[:min(3, len(lines))], "\n"))
		}
	}
}
