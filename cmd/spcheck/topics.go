package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// topicsTitle is the heading of the help topics.
const topicsTitle = "Topics of spcheck help:"

// newTopics returns help pages that are not commands.
func newTopics() []*cobra.Command {
	topic := func(name, short, long string, others ...string) *cobra.Command {
		return &cobra.Command{Use: name, Short: short, Long: long, Aliases: others}
	}
	return []*cobra.Command{
		topic("exit-codes", "What the exit code of each command means", exitCodeTopic, "exitcodes", "exit", "codes"),
		topic("environment", "The environment variables that spcheck reads", environmentTopic(), "env", "variables"),
		topic("readers", "Who reads Microsoft Graph, and which permissions that needs", readersTopic, "reader", "permissions"),
		topic("formats", "The output formats, and what each is for", formatsTopic(), "format", "output"),
		topic("manual", "Where the manual pages and the documentation are", manualTopic, "man", "documentation"),
	}
}

const exitCodeTopic = `Exit codes of diagnose, list-secrets and scan are those of monitoring plugins:

  0    healthy
  1    warning: something expires soon (see --within), even if a longer-lived
       credential exists
  2    critical: the sign-in fails, or a credential in use has expired
  3    unknown: something could not be read or found, or the time limit was reached
  64   the command line or the configuration is wrong
  130  interrupted

With --fail-on critical, warnings exit with 0; with --fail-on never, critical
states do as well. Codes 3 and above are not affected.
Commands that change something exit with 0 only if everything requested was done.`

const readersTopic = `Microsoft Graph is read to see which credentials an application has. --reader
chooses who reads:

  auto                the first of these that is allowed to read (the default)
  self                the diagnosed application itself
  environment         another application: SPCHECK_READER_CLIENT_ID and one of
                      SPCHECK_READER_CLIENT_SECRET,
                      SPCHECK_READER_CLIENT_CERTIFICATE_PATH and
                      SPCHECK_READER_FEDERATED_TOKEN_FILE
  profile:NAME        the application of another profile of the config file
  azure-cli           whoever is signed in with az login
  device-code         a person, with a code to enter in any browser
  browser             a person, in a browser on this machine
  managed-identity    the managed identity of this Azure machine
  workload-identity   the federated identity of a Kubernetes pod or CI job
  none                nobody: only the sign-in itself is checked

An application needs the permission Application.Read.All to read, and
Application.ReadWrite.All to renew. A person needs a role that may read
applications. docs/permissions.md lists what the other checks need.`

const manualTopic = `Manual pages:     man spcheck, man spcheck-diagnose and so on, one for each command.
                  The deb, rpm and Homebrew packages install them; the archives
                  contain them in the folder man. From a clone of the repository:
                  go run -C tools ./commands man DIR
On the web:       https://github.com/spcheck/spcheck/blob/main/docs/commands/spcheck.md
Documentation:    https://github.com/spcheck/spcheck/tree/main/docs
Configuration:    docs/configuration.md
Troubleshooting:  docs/troubleshooting.md`

// environmentTopic lists the environment variables of the settings and of the
// credential.
func environmentTopic() string {
	var b strings.Builder
	b.WriteString("A flag overrides an environment variable, which overrides a profile.\n\nSettings:\n\n")
	row := func(name, use string) { fmt.Fprintf(&b, "  %-38s %s\n", name, use) }
	for _, d := range config.Definitions() {
		if d.Env != "" {
			row(d.Env, "--"+d.Flag)
		}
	}
	row("SPCHECK_CONFIG", "--config")
	row("SPCHECK_PROFILE", "--profile")
	b.WriteString("\nThe credential, in the order in which Microsoft's libraries look for it:\n\n")
	row("AZURE_CLIENT_SECRET", "client secret")
	row("AZURE_CLIENT_CERTIFICATE_PATH", "certificate with its private key, PEM or PFX")
	row("AZURE_CLIENT_CERTIFICATE_PASSWORD", "password of the PFX file")
	row("AZURE_FEDERATED_TOKEN_FILE", "federated token")
	b.WriteString("\nOthers:\n\n")
	row("HTTPS_PROXY, NO_PROXY", "proxy for Entra and Graph, and exceptions from it")
	row("NO_COLOR", "no colours")
	row("LC_ALL, LC_MESSAGES, LANG", "language of the output, unless --lang is given")
	b.WriteString("\nspcheck config show prints what is in effect, and where each value comes from.")
	return b.String()
}

func formatsTopic() string {
	var b strings.Builder
	b.WriteString("-o chooses the format of a report:\n\n")
	for _, r := range result.Reports() {
		fmt.Fprintf(&b, "  %-17s  %s\n", r.Kind(), strings.Join(report.Formats(r), ", "))
	}
	b.WriteString(`
json is complete, always in English, and stable: docs/schemas describes it. spcheck
render converts a saved JSON report to any other format. docs/formats.md shows an
example of each.`)
	return b.String()
}
