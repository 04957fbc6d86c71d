package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagGroup is the annotation that puts a flag under a heading of the usage.
const flagGroup = "spcheck_group"

// Headings of the usage. Flags without a heading are the command's own and come first.
const (
	ownFlags        = "Flags:"
	connectionFlags = "Tenant, credential and reader:"
	outputFlags     = "Assessment and output:"
)

// printUsage prints the usage of a command, with its flags under headings, wrapped to
// the terminal's width.
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
	if !cmd.HasParent() {
		printTopics(w, cmd)
	}
	a.printFlags(w, cmd)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nSee a command's flags and examples with: %s COMMAND --help\n", cmd.CommandPath())
	}
	return nil
}

func printTopics(w io.Writer, root *cobra.Command) {
	fmt.Fprintf(w, "\n%s\n", topicsTitle)
	for _, sub := range root.Commands() {
		if sub.IsAdditionalHelpTopicCommand() {
			fmt.Fprintf(w, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
		}
	}
}

// usual returns the command lines that most people need, and what each does. The help
// starts with them; for other commands it starts with their first examples.
func usual(command string) [][2]string {
	return map[string][][2]string{
		"spcheck":           {{"spcheck diagnose", "why the sign-in fails, and what to do"}, {"spcheck explain 7000222", "what an error code means"}},
		"diagnose":          {{"spcheck diagnose", "the configured sign-in"}, {"spcheck diagnose --sp NAME --reader azure-cli", "with your az login"}},
		"list-secrets":      {{"spcheck list-secrets --sp NAME", "what exists, and when each expires"}, {"spcheck list-secrets --sp NAME --reader azure-cli", "with your az login"}},
		"scan":              {{"spcheck scan", "every application of the tenant"}, {"spcheck scan --all-profiles --within 60d", "all tenants, with a longer warning"}},
		"explain":           {{"spcheck explain 7000222", "a code"}, {"spcheck explain --file product.log", "every error in a log"}},
		"renew-secret":      {{"spcheck renew-secret --sp NAME --to file:PATH --dry-run", "what would happen"}, {"spcheck renew-secret --sp NAME --to file:PATH", "add, store and verify a new secret"}},
		"renew-certificate": {{"spcheck renew-certificate --sp NAME --to pem:PATH --dry-run", "what would happen"}, {"spcheck renew-certificate --sp NAME --to pem:PATH", "create, add, verify and install"}},
		"remove-secret":     {{"spcheck remove-secret --sp NAME --expired --dry-run", "what would be removed"}, {"spcheck remove-secret --sp NAME --key-id ID", "remove one secret"}},
		"federate":          {{"spcheck federate --sp NAME --github OWNER/REPO:environment:NAME --dry-run", "what would happen"}, {"spcheck federate --sp NAME --from-token FILE", "accept a workload's tokens, and test it with one"}},
		"exporter":          {{"spcheck exporter", "serve /metrics for the tenant"}, {"spcheck exporter --all-profiles --interval 1h", "for all tenants of the config file"}},
		"render":            {{"spcheck render report.json", "show a saved report"}, {"spcheck render report.json -o html > report.html", "convert it to another format"}},
		"sandbox":           {{"spcheck sandbox -- spcheck diagnose", "try it without a tenant"}, {"spcheck sandbox --list", "list the scenarios"}},
		"config":            {{"spcheck config init", "write a config file by answering questions"}, {"spcheck config show", "what is in effect, and from where"}},
	}[command]
}

// printHelp prints the help of a command: the usual command lines, the description and
// the usage.
func (a *app) printHelp(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	lines := usual(cmd.Name())
	for line := range strings.Lines(cmd.Example) {
		if len(lines) < 2 && cmd.HasParent() && usual(cmd.Name()) == nil {
			lines = append(lines, [2]string{strings.TrimSpace(line), ""})
		}
	}
	width := 0
	for _, l := range lines {
		width = max(width, len(l[0]))
	}
	for _, l := range lines {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, l[0], l[1]), " "))
	}
	if len(lines) > 0 {
		fmt.Fprintln(w)
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintln(w, strings.TrimSpace(text))
	if cmd.Runnable() || cmd.HasSubCommands() {
		fmt.Fprintln(w)
		_ = a.printUsage(cmd)
	}
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
	if n := widthOf(a.out, a.env); n > 0 {
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
