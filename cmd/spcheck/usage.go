package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/report"
)

// groupCommands puts the commands under headings, in the order in which people
// need them.
func groupCommands(root *cobra.Command) {
	for _, g := range []struct {
		title    string
		commands []string
	}{
		{"Find out:", []string{"diagnose", "list-secrets", "scan", "explain"}},
		{"Put right:", []string{"renew-secret", "remove-secret"}},
		{"Watch and report:", []string{"exporter", "render"}},
		{"Set up and try:", []string{"config", "sandbox", "version"}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, sub := range root.Commands() {
			for _, name := range g.commands {
				if sub.Name() == name {
					sub.GroupID = g.title
				}
			}
		}
		root.SetCompletionCommandGroupID(g.title) // the last one
		root.SetHelpCommandGroupID(g.title)
	}
}

// What other tools call a thing leads to the command that does it here.
func addSynonyms(root *cobra.Command) {
	words := map[string][]string{
		"diagnose":      {"check", "test", "doctor", "verify", "login"},
		"list-secrets":  {"secrets", "credentials", "show", "get"},
		"renew-secret":  {"rotate", "rotate-secret", "add-secret", "reset"},
		"remove-secret": {"delete", "delete-secret", "revoke"},
		"explain":       {"decode", "error", "lookup"},
		"exporter":      {"metrics", "serve", "prometheus"},
		"render":        {"convert", "report", "merge"},
		"sandbox":       {"demo", "emulator", "mock"},
		"config":        {"init", "configure", "settings"},
	}
	for _, sub := range root.Commands() {
		sub.SuggestFor = words[sub.Name()]
	}
}

// flagGroup is the annotation that puts a flag under a heading of the usage.
const flagGroup = "spcheck_group"

// The headings. Flags without one are the command's own and come first.
const (
	ownFlags        = "Flags:"
	connectionFlags = "Tenant, credential and reader:"
	outputFlags     = "Judgement and output:"
)

// printUsage is the usage of every command, with its flags under headings and
// wrapped to the terminal.
func (a *app) printUsage(cmd *cobra.Command) error {
	w := cmd.OutOrStdout()
	fmt.Fprint(w, "Usage:\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "  %s COMMAND\n", cmd.CommandPath())
	} else {
		fmt.Fprintf(w, "  %s\n", cmd.UseLine())
	}
	if cmd.HasExample() {
		fmt.Fprintf(w, "\nExamples:\n%s\n", cmd.Example)
	}
	for _, g := range cmd.Groups() {
		printCommands(w, cmd, g.Title, func(sub *cobra.Command) bool { return sub.GroupID == g.ID })
	}
	printCommands(w, cmd, "Commands:", func(sub *cobra.Command) bool { return sub.GroupID == "" })
	a.printFlags(w, cmd)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nSee a command's flags and examples with: %s COMMAND --help\n", cmd.CommandPath())
	}
	return nil
}

func printCommands(w io.Writer, cmd *cobra.Command, title string, belongs func(*cobra.Command) bool) {
	for _, sub := range cmd.Commands() {
		if !belongs(sub) || !sub.IsAvailableCommand() && sub.Name() != "help" {
			continue
		}
		if title != "" {
			fmt.Fprintf(w, "\n%s\n", title)
			title = ""
		}
		fmt.Fprintf(w, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
	}
}

func (a *app) printFlags(w io.Writer, cmd *cobra.Command) {
	const narrow, wide = 60, 110
	width := wide
	if n := report.WidthOf(a.out, report.Env(a.env)); n > 0 {
		width = max(narrow, min(n, wide))
	}
	groups := map[string]*pflag.FlagSet{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		title := ownFlags
		if g := f.Annotations[flagGroup]; len(g) > 0 {
			title = g[0]
		}
		if groups[title] == nil {
			groups[title] = pflag.NewFlagSet("", pflag.ContinueOnError)
		}
		groups[title].AddFlag(f)
	})
	for _, title := range []string{ownFlags, connectionFlags, outputFlags} {
		if set := groups[title]; set != nil && set.HasAvailableFlags() {
			fmt.Fprintf(w, "\n%s\n%s\n", title, strings.TrimRight(set.FlagUsagesWrapped(width), "\n"))
		}
	}
}
