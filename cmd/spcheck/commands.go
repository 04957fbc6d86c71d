package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/result"
)

// Headings of the command list in the help, in the order in which people need them.
const (
	findOut = "Find out:"
	fix     = "Fix:"
	watch   = "Watch and report:"
	setUp   = "Set up and try:"
)

// command is an entry of the table of commands.
type command struct {
	name string
	// group is the heading in the help. It is empty for hidden commands.
	group string
	// report is the report that the command writes, or nil if it writes none. For render it
	// is the one that says that no report could be read.
	report result.Report
	create func(*app) *cobra.Command
	// synonyms are the names that other tools use for the command.
	synonyms []string
}

// commands returns all commands.
func commands() []command {
	return []command{
		{"diagnose", findOut, &result.Diagnosis{}, newDiagnoseCommand, []string{"check", "test", "doctor", "verify", "login"}},
		{"list-secrets", findOut, &result.SecretList{}, newListSecretsCommand, []string{"secrets", "credentials", "show", "get"}},
		{"explain", findOut, &result.Explanation{}, newExplainCommand, []string{"decode", "error", "lookup"}},
		{"where", findOut, &result.Where{}, newWhereCommand, nil},
		{"scan", findOut, &result.Scan{}, newScanCommand, nil},
		{"renew-secret", fix, &result.Renewal{}, newRenewSecretCommand, []string{"rotate", "rotate-secret", "add-secret", "reset"}},
		{"renew-certificate", fix, &result.CertificateRenewal{}, newRenewCertificateCommand, []string{"rotate-certificate", "add-certificate", "renew-cert"}},
		{"remove-secret", fix, &result.Removal{}, newRemoveSecretCommand, []string{"delete", "delete-secret", "revoke"}},
		{"federate", fix, &result.Federation{}, newFederateCommand, []string{"federation", "oidc", "workload-identity", "trust"}},
		{"plan", fix, &result.Plan{}, newPlanCommand, nil},
		{"apply", fix, &result.Apply{}, newApplyCommand, nil},
		{"exporter", watch, nil, newExporterCommand, []string{"metrics", "serve", "prometheus"}},
		{"render", watch, &result.Scan{}, newRenderCommand, []string{"convert", "report", "merge"}},
		{"mcp", watch, nil, newMCPCommand, nil},
		{"sandbox", setUp, nil, newSandboxCommand, []string{"demo", "emulator", "mock"}},
		{"config", setUp, nil, newConfigCommand, []string{"init", "configure", "settings"}},
		{"version", setUp, nil, newVersionCommand, nil},
		{"docs", "", nil, newDocsCommand, nil},
	}
}

// new creates the command with all its flags.
func (c *command) new(a *app) *cobra.Command {
	cmd := c.create(a)
	cmd.GroupID, cmd.SuggestFor = c.group, c.synonyms
	if c.report != nil {
		a.reports(cmd)
	}
	return cmd
}

// reportOf returns an empty report of a command, or nil if it writes none.
func reportOf(cmd *cobra.Command) result.Report {
	if wantsHistory(cmd) {
		return &result.Incident{}
	}
	for _, c := range commands() {
		if c.name == cmd.Name() {
			return c.report
		}
	}
	return nil
}

// addCommands adds the command that the command line starts with, or all commands if it
// starts with anything else, such as help, a flag or a mistyped word. Creating all of them
// takes a tenth of the program's start, and a run needs only one.
func addCommands(a *app, root *cobra.Command, args []string) {
	for _, title := range []string{findOut, fix, watch, setUp} {
		root.AddGroup(&cobra.Group{ID: title, Title: title})
	}
	all := commands()
	if i := slices.IndexFunc(all, func(c command) bool { return len(args) > 0 && c.name == args[0] }); i >= 0 {
		root.AddCommand(all[i].new(a))
		root.CompletionOptions.DisableDefaultCmd = true
		return
	}
	for i := range all {
		root.AddCommand(all[i].new(a))
	}
	root.AddCommand(newTopics()...)
	root.SetCompletionCommandGroupID(setUp)
	root.SetHelpCommandGroupID(setUp)
	root.InitDefaultCompletionCmd() // early, so that a mistyped word after it is found
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			for _, shell := range cmd.Commands() {
				shell.Args = noArguments // cobra's own error is in English, and no usage error
			}
		}
	}
	root.InitDefaultHelpCmd()
}

// commandNamed reports whether word is the name of a command.
func commandNamed(word string) bool {
	return word == "completion" || slices.ContainsFunc(commands(), func(c command) bool { return c.name == word })
}
