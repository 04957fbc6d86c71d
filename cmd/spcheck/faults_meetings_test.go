package main

import (
	"testing"
)

// meeting is a command that meets the faults.
type meeting struct {
	// line is what is asked for, so that a command or a way to use one that meets no
	// fault is noticed.
	line []string
	meet func(*faultPlace, *testing.T, faultRow)
	// first is met by every fault, even by those that no other command reaches.
	first bool
	// seldom says that the shorter form tries it with every so-manyth fault.
	seldom int
}

// meetings are in an order: those that change what others look at come last.
func meetings() []meeting {
	return []meeting{
		{line: []string{"diagnose", "--reader"}, meet: (*faultPlace).diagnose, first: true},
		{line: []string{"list-secrets", "--sp"}, meet: (*faultPlace).list},
		{line: []string{"scan"}, meet: func(p *faultPlace, t *testing.T, row faultRow) { p.scan(t, row) }},
		{line: []string{"scan", "--state"}, meet: (*faultPlace).scanKept, seldom: 8},
		{line: []string{"scan", "--baseline", "--output-file", "--notify"}, meet: (*faultPlace).scanTelling, seldom: 8},
		{line: []string{"scan", "--incident"}, meet: (*faultPlace).incident, seldom: 8},
		{line: []string{"where", "--sp", "--in", "--prove"}, meet: (*faultPlace).where, seldom: 8},
		{line: []string{"config", "check", "--online"}, meet: (*faultPlace).configCheck, seldom: 8},
		{line: []string{"mcp"}, meet: (*faultPlace).assistant, seldom: 8},
		{line: []string{"renew-secret", "--sp", "--to", "--verify-timeout"}, meet: (*faultPlace).renew, seldom: 4},
		{line: []string{"remove-secret", "--sp", "--expired", "--yes"}, meet: (*faultPlace).remove, seldom: 4},
		{line: []string{"renew-certificate", "--sp", "--to", "--verify-timeout"}, meet: (*faultPlace).renewCertificate, seldom: 8},
		{line: []string{"federate", "--sp", "--issuer", "--subject"}, meet: (*faultPlace).federate, seldom: 8},
		{line: []string{"plan", "--file"}, meet: (*faultPlace).plan, seldom: 8},
		{line: []string{"apply", "--verify-timeout"}, meet: (*faultPlace).apply, seldom: 8},
	}
}

// noFaults are the commands that meet no fault, and why.
var noFaults = map[string]string{
	"exporter":              "it reads by scan; TestExporterKeepsWhatItKnew and TestExporterCountsNothingUnread break that",
	"sandbox":               "it is the service",
	"explain":               "it asks nobody",
	"render":                "it asks nobody",
	"config":                "it asks nobody",
	"config show":           "it asks nobody",
	"config init":           "it asks nobody",
	"version":               "it asks nobody",
	"docs":                  "it asks nobody",
	"help":                  "it asks nobody",
	"completion bash":       "it asks nobody",
	"completion zsh":        "it asks nobody",
	"completion fish":       "it asks nobody",
	"completion powershell": "it asks nobody",
}

// faultlessFlags ask Entra and Graph for nothing that the command does not ask for
// anyway, or for less.
var faultlessFlags = map[string][]string{
	"diagnose":          {"bundle", "pseudonyms", "error-text", "no-probe", "skip-sync", "sp"},
	"scan":              {"all-profiles", "full", "full-after", "group-by", "list-rules", "max-lifetime", "max-secrets", "notify-dry-run", "notify-owners", "notify-template", "parallel", "policy-preview", "rules", "shard", "since", "skip-owners"},
	"where":             {"all"},
	"renew-secret":      {"days", "display-name", "dry-run", "if-expiring-within", "on", "read-back", "resume", "show", "state", "then", "until"},
	"renew-certificate": {"days", "display-name", "dry-run", "if-expiring-within", "on", "password-file", "resume", "state", "then", "until"},
	"remove-secret":     {"dry-run", "force", "key-id", "not-used-since", "state"},
	"federate":          {"audience", "azure-pipelines", "dry-run", "from-token", "github", "kubernetes", "name", "verify-timeout"},
	"plan":              {"app", "expiring-within", "init", "parallel", "state"},
	"apply":             {"app", "expiring-within", "parallel", "state", "wait-retire"},
}

// Every command, and every flag that leads somewhere else, meets the faults, or it is
// said why not.
func TestFaultsMeetAllCommands(t *testing.T) {
	m := matrix{commands: noFaults, flags: faultlessFlags}
	for _, one := range meetings() {
		m.lines = append(m.lines, one.line)
	}
	m.hold(t)
}
