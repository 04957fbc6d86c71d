package main

import "path/filepath"

// people are formats of those rows that keep or send something beside the report.
var people = []string{"text", "json"}

// leakApp is the application that the commands are about.
const leakApp = "Roster Bridge"

// leakCommands are all commands. folder is the run's own: what lies in its
// folder target is where a renewed secret goes by design.
func leakCommands(folder, vault string) []leakCommand {
	rows := append(leakReads(folder), leakScans(folder)...)
	rows = append(rows, leakRenewals(folder, vault)...)
	return append(append(rows, leakKeyless(folder)...), leakTexts(folder)...)
}

// leakReads are commands that read about one application.
func leakReads(folder string) []leakCommand {
	home := filepath.Join(folder, "home")
	return []leakCommand{
		{name: "diagnose", args: []string{"diagnose"}, kind: "diagnose", everywhere: true},
		{name: "diagnose with a bundle", args: []string{"diagnose", "--bundle", filepath.Join(home, "support.zip")}, kind: "diagnose", everywhere: true, formats: people},
		{name: "diagnose with pseudonyms", args: []string{"diagnose", "--bundle", filepath.Join(home, "hidden.zip"), "--pseudonyms"}, kind: "diagnose", formats: people},
		{name: "diagnose as environment", args: []string{"diagnose", "--reader", "environment", "--sp", leakApp}, kind: "diagnose", everywhere: true},
		{name: "diagnose as Azure CLI", args: []string{"diagnose", "--reader", "azure-cli"}, kind: "diagnose"},
		{name: "diagnose an error", args: []string{"diagnose", "--error-text", "-"}, kind: "diagnose", stdin: "AADSTS7000215: Invalid client secret provided."},
		{name: "list-secrets", args: []string{"list-secrets", "--sp", leakApp}, kind: "list-secrets", everywhere: true},
		{name: "list-secrets as Azure CLI", args: []string{"list-secrets", "--sp", leakApp, "--reader", "azure-cli"}, kind: "list-secrets"},
		{name: "where", args: []string{"where", "--sp", leakApp, "--reader", "environment", home}, kind: "where"},
		{name: "where the secret lies", args: []string{"where", "--sp", leakApp, "--reader", "environment", "--prove", "--all", "--in", "environment", "--in", "kubernetes:roster", "--in", "appservice", filepath.Join(folder, "product.log")}, kind: "where"},
		{name: "interrupted", args: []string{"diagnose", "--timeout", "40ms"}, kind: "diagnose"},
	}
}

// leakScans are scans, with what they keep and send.
func leakScans(folder string) []leakCommand {
	home := filepath.Join(folder, "home")
	last := filepath.Join(home, "last.json")
	scan := func(args ...string) []string { return append([]string{"scan", "--reader", "environment"}, args...) }
	return []leakCommand{
		{name: "scan", args: scan(), kind: "scan", everywhere: true},
		{name: "scan that tells a story", args: scan("--incident", leakApp, "--since", "30d"), kind: "incident"},
		{name: "scan that keeps", args: scan("--state", filepath.Join(home, "scans"), "--rules", "all", "--group-by", "owner"), kind: "scan", formats: people},
		{name: "scan that goes on", args: scan("--state", filepath.Join(home, "scans"), "--rules", "all"), kind: "scan", formats: people},
		{name: "scan that keeps anew", args: scan("--state", filepath.Join(home, "scans"), "--full"), kind: "scan", formats: people},
		{name: "scan for the first time", args: scan("--baseline", last, "--output-file", last, "--notify", "env:HOOK"), kind: "scan", formats: []string{"json"}},
		{name: "scan that tells people", args: scan("--baseline", filepath.Join(folder, "earlier.json"), "--notify", "env:HOOK", "--notify", "env:MAIL", "--notify", "file:"+filepath.Join(folder, "hook"), "--notify-owners", "--notify-template", filepath.Join(folder, "mail.tmpl")), kind: "scan"},
		{name: "scan that would tell people", args: scan("--baseline", filepath.Join(folder, "earlier.json"), "--notify", "env:HOOK", "--notify", "env:MAIL", "--notify-owners", "--notify-dry-run"), kind: "scan", formats: people},
		{name: "scan for a policy", args: scan("--policy-preview", filepath.Join(folder, "policy.json")), kind: "scan"},
		{name: "scan of all profiles", args: []string{"scan", "--all-profiles", "--config", filepath.Join(folder, "profiles.yaml")}, kind: "scan", formats: people},
	}
}

// leakRenewals are the commands that replace and remove a credential.
func leakRenewals(folder, vault string) []leakCommand {
	target, taker := filepath.Join(folder, "target"), "command:"+filepath.Join(folder, "bin", "taker")
	// Each keeps its journal by itself, as an unfinished renewal stops the next one.
	journal := func(name string) string { return filepath.Join(folder, "home", "journals", name) }
	secret := func(state string, args ...string) []string {
		return append([]string{"renew-secret", "--sp", leakApp, "--verify-timeout", "3s", "--state", journal(state)}, args...)
	}
	certificate := func(state string, args ...string) []string {
		return append([]string{"renew-certificate", "--sp", leakApp, "--verify-timeout", "3s", "--state", journal(state)}, args...)
	}
	pfx := "pfx:" + filepath.Join(target, "certificate.pfx")
	plan := filepath.Join(folder, "renewals.yaml")
	return []leakCommand{
		{name: "renew-secret, planned", args: secret("plan", "--dry-run", "--to", "file:"+filepath.Join(target, "plan")), kind: "renew-secret"},
		{name: "renew-secret to a file", args: secret("file", "--to", "file:"+filepath.Join(target, "secret")), kind: "renew-secret"},
		{name: "renew-secret to a variable", args: secret("env-file", "--to", "env-file:"+filepath.Join(target, "env")+"#SECRET"), kind: "renew-secret"},
		{name: "renew-secret to a program", args: secret("command", "--to", taker, "--read-back", filepath.Join(folder, "bin", "giver"), "--then", filepath.Join(folder, "bin", "refuser")), kind: "renew-secret"},
		{name: "renew-secret to a program that fails", args: secret("refused", "--to", "command:"+filepath.Join(folder, "bin", "refuser")), kind: "renew-secret"},
		{name: "renew-secret, gone on with", args: secret("refused", "--resume"), kind: "renew-secret"},
		{name: "renew-secret to nowhere", args: secret("nowhere", "--to", "file:"+filepath.Join(folder, "no", "such", "folder")), kind: "renew-secret"},
		{name: "renew-secret to standard output", args: secret("stdout", "--show", "--to", "stdout"), kind: "renew-secret", gives: true},
		{name: "renew-secret to a vault", args: secret("vault", "--to", "keyvault:"+vault+"/product"), kind: "renew-secret"},
		{name: "renew-secret to a keyring that is not there", args: secret("keyring", "--to", "keyring:product"), kind: "renew-secret"},
		{name: "remove-secret, planned", args: []string{"remove-secret", "--sp", leakApp, "--expired", "--dry-run"}, kind: "remove-secret"},
		{name: "remove-secret", args: []string{"remove-secret", "--sp", leakApp, "--expired", "--yes", "--state", journal("remove")}, kind: "remove-secret"},
		{name: "renew-certificate, planned", args: certificate("plan", "--dry-run", "--to", "pem:"+filepath.Join(target, "plan.pem")), kind: "renew-certificate"},
		{name: "renew-certificate", args: certificate("pem", "--to", "pem:"+filepath.Join(target, "certificate.pem"), "--then", filepath.Join(folder, "bin", "refuser")), kind: "renew-certificate"},
		{name: "renew-certificate with a password", args: certificate("pfx", "--to", pfx, "--password-file", filepath.Join(folder, "password")), kind: "renew-certificate"},
		{name: "renew-certificate, gone on with", args: certificate("pfx", "--resume", "--to", pfx, "--password-file", filepath.Join(folder, "password")), kind: "renew-certificate"},
		{name: "plan", args: []string{"plan", "-f", plan, "--state", journal("apply")}, kind: "plan"},
		{name: "plan, begun", args: []string{"plan", "--init", "-f", filepath.Join(folder, "home", "begun.yaml")}, kind: "plan"},
		{name: "apply", args: []string{"apply", plan, "--verify-timeout", "3s", "--state", journal("apply")}, kind: "apply"},
	}
}

// leakKeyless are the ways to do without a secret.
func leakKeyless(folder string) []leakCommand {
	federate := func(args ...string) []string {
		return append([]string{"federate", "--sp", leakApp, "--verify-timeout", "3s"}, args...)
	}
	return []leakCommand{
		{name: "federate, planned", args: federate("--github", "contoso/roster:pull_request", "--dry-run"), kind: "federate", everywhere: true},
		{name: "federate", args: federate("--issuer", "https://issuer.contoso.example", "--subject", "roster"), kind: "federate"},
		{name: "federate by a token", args: federate("--from-token", filepath.Join(folder, "workload.jwt")), kind: "federate"},
		{name: "federate a cluster", args: federate("--kubernetes", "roster/bridge", "--dry-run"), kind: "federate"},
		{name: "federate a pipeline", args: federate("--azure-pipelines", "contoso/roster/bridge", "--dry-run"), kind: "federate"},
	}
}

// leakTexts are commands that read files and settings only, or serve others.
func leakTexts(folder string) []leakCommand {
	return []leakCommand{
		{name: "explain", args: []string{"explain", "7000215"}, kind: "explain", plain: true},
		{name: "explain a log with the secret", args: []string{"explain", "--file", filepath.Join(folder, "product.log")}, kind: "explain", plain: true, everywhere: true},
		{name: "render a bundle", args: []string{"render", filepath.Join(folder, "kept.zip")}, kind: "diagnose", plain: true},
		{name: "render a scan", args: []string{"render", filepath.Join(folder, "earlier.json"), "--group-by", "owner"}, kind: "scan", plain: true},
		{name: "mcp", args: []string{"mcp"}, plain: true, stdin: askAssistant, answers: 6},
		{name: "config show", args: []string{"config", "show"}, everywhere: true},
		{name: "config check", args: []string{"config", "check"}, plain: true, everywhere: true},
		{name: "config check with a sign-in", args: []string{"config", "check", "--online", "--config", filepath.Join(folder, "profiles.yaml")}, plain: true, everywhere: true},
		{name: "config init", args: []string{"config", "init", "--config", filepath.Join(folder, "home", "begun-config.yaml"), "--renewals", filepath.Join(folder, "home", "begun-renewals.yaml"), "--tenant", "larkfield.example", "--client-id", "3c4c8f60-8b7c-4f56-9d0c-1b5c9d0f7a11"}, plain: true, stdin: answers},
		{name: "version", args: []string{"version"}, plain: true},
		{name: "completion", args: []string{"completion", "bash"}, plain: true},
		{name: "completion of names", args: []string{"__complete", "list-secrets", "--reader", "environment", "--sp", ""}, plain: true, everywhere: true},
	}
}

// answers are what somebody types who is asked for a first profile.
const answers = "roster\n\n\n"

// askAssistant has the server for assistants use each of its tools.
const askAssistant = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"diagnose","arguments":{}}}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_secrets","arguments":{"sp":"Roster Bridge"}}}
{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"where","arguments":{"sp":"Roster Bridge","in":["environment"]}}}
{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"scan_summary","arguments":{}}}
{"jsonrpc":"2.0","id":6,"method":"tools/call","params":{"name":"explain","arguments":{"text":"AADSTS7000215: Invalid client secret provided."}}}
`
