package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/msg"
)

// Headings of the usage. Flags without a heading are the command's own and come first.
const (
	ownFlags        = "Flags:"
	connectionFlags = "Tenant, credential and reader:"
	outputFlags     = "Assessment and output:"
)

// usual returns the command lines that most people need, and what each does. The help
// starts with them; for other commands it starts with their first examples.
func usual(command string) [][2]string {
	return map[string][][2]string{
		"spcheck":           {{"spcheck diagnose", "why the sign-in fails, and what to do"}, {"spcheck explain 7000222", "what an error code means"}},
		"diagnose":          {{"spcheck diagnose", "the configured sign-in"}, {"spcheck diagnose --sp NAME --reader azure-cli", "with your az login"}},
		"list-secrets":      {{"spcheck list-secrets --sp NAME", "what exists, and when each expires"}, {"spcheck list-secrets --sp NAME --reader azure-cli", "with your az login"}},
		"scan":              {{"spcheck scan", "every application of the tenant"}, {"spcheck scan --all-profiles --within 60d", "all tenants, with an earlier warning"}},
		"explain":           {{"spcheck explain 7000222", "a code"}, {"spcheck explain --file product.log", "every error in a log"}},
		"renew-secret":      {{"spcheck renew-secret --sp NAME --to file:PATH --dry-run", "what would happen"}, {"spcheck renew-secret --sp NAME --to file:PATH", "add, store and verify a new secret"}},
		"renew-certificate": {{"spcheck renew-certificate --sp NAME --to pem:PATH --dry-run", "what would happen"}, {"spcheck renew-certificate --sp NAME --to pem:PATH", "create, add, verify and install"}},
		"remove-secret":     {{"spcheck remove-secret --sp NAME --expired --dry-run", "what would be removed"}, {"spcheck remove-secret --sp NAME --key-id ID", "remove one secret"}},
		"federate":          {{"spcheck federate --sp NAME --github OWNER/REPO:environment:NAME --dry-run", "what would happen"}, {"spcheck federate --sp NAME --from-token FILE", "accept a workload's tokens, and test with one"}},
		"exporter":          {{"spcheck exporter", "serve /metrics for the tenant"}, {"spcheck exporter --all-profiles --interval 1h", "for all tenants of the config file"}},
		"render":            {{"spcheck render report.json", "show a saved report"}, {"spcheck render report.json -o html > report.html", "convert it to another format"}},
		"sandbox":           {{"spcheck sandbox -- spcheck diagnose", "try it without a tenant"}, {"spcheck sandbox --list", "list the scenarios"}},
		"config":            {{"spcheck config init", "write a config file by answering questions"}, {"spcheck config show", "what is in effect, and where it comes from"}},
	}[command]
}

// printHelp prints the help of a command: the usual command lines, the description and
// the usage.
func (a *app) printHelp(cmd *cobra.Command, _ []string) {
	a.language = a.lang()
	w := cmd.OutOrStdout()
	width, _ := a.columns()
	lines := usual(cmd.Name())
	for line := range strings.Lines(cmd.Example) {
		if len(lines) < 2 && cmd.HasParent() && usual(cmd.Name()) == nil {
			lines = append(lines, [2]string{strings.TrimSpace(line), ""})
		}
	}
	a.printUsual(w, lines)
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintln(w, laidOut(a.say(strings.TrimSpace(text)), width))
	if cmd.Runnable() || cmd.HasSubCommands() {
		fmt.Fprintln(w)
		_ = a.printUsage(cmd)
	}
}

// printUsual prints command lines, each with what it does beside it, or below it if one of
// the lines has no room.
func (a *app) printUsual(w io.Writer, lines [][2]string) {
	width, _ := a.columns()
	first, about := 0, 0
	for _, l := range lines {
		first, about = max(first, len(l[0])), max(about, columnsOf(a.say(l[1])))
	}
	for _, l := range lines {
		switch {
		case l[1] == "":
			fmt.Fprintf(w, "  %s\n", l[0])
		case 2+first+2+about <= width:
			fmt.Fprintf(w, "  %-*s  %s\n", first, l[0], a.say(l[1]))
		default:
			fmt.Fprintf(w, "  %s\n      %s\n", l[0], a.say(l[1]))
		}
	}
	if len(lines) > 0 {
		fmt.Fprintln(w)
	}
}

// printUsage prints the usage of a command, with its flags under headings.
func (a *app) printUsage(cmd *cobra.Command) error {
	a.language = a.lang()
	w := cmd.OutOrStdout()
	width, _ := a.columns()
	line := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		line = cmd.CommandPath() + " COMMAND"
	}
	line = strings.NewReplacer("[flags]", a.say("[flags]"), "COMMAND", a.say("COMMAND"), "command", a.say("COMMAND")).Replace(line)
	arguments := strings.TrimPrefix(line, cmd.CommandPath())
	fmt.Fprintf(w, "%s\n%s\n", a.say("Usage:"), strings.Join(hanging("  "+cmd.CommandPath()+" ", arguments, width), "\n"))
	if cmd.HasExample() {
		fmt.Fprintf(w, "\n%s\n%s\n", a.say("Examples:"), cmd.Example)
	}
	for _, g := range append(cmd.Groups(), &cobra.Group{Title: "Commands:"}) {
		a.printCommands(cmd, g.Title, func(sub *cobra.Command) bool {
			return sub.GroupID == g.ID && (sub.IsAvailableCommand() || sub.Name() == "help")
		})
	}
	a.printCommands(cmd, topicsTitle, (*cobra.Command).IsAdditionalHelpTopicCommand)
	a.printFlags(w, cmd)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", msg.New("See a command's flags and examples with: %s COMMAND --help", cmd.CommandPath()).In(a.language))
	}
	return nil
}

// printCommands lists some of the subcommands under a heading.
func (a *app) printCommands(cmd *cobra.Command, title string, belongs func(*cobra.Command) bool) {
	width, _ := a.columns()
	heading := "\n" + a.say(title) + "\n"
	for _, sub := range cmd.Commands() {
		if belongs(sub) {
			lead := fmt.Sprintf("  %-*s  ", sub.NamePadding(), sub.Name())
			fmt.Fprintln(cmd.OutOrStdout(), heading+strings.Join(hanging(lead, a.say(sub.Short), width), "\n"))
			heading = ""
		}
	}
}

func (a *app) printFlags(w io.Writer, cmd *cobra.Command) {
	_, width := a.columns()
	for _, title := range []string{ownFlags, connectionFlags, outputFlags} {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if slices.Equal(f.Annotations[flagGroup], []string{title}) || f.Annotations[flagGroup] == nil && title == ownFlags {
				set.AddFlag(&pflag.Flag{Name: f.Name, Shorthand: f.Shorthand, Usage: a.usage(f), Value: noValue{}, Hidden: f.Hidden})
			}
		})
		if set.HasAvailableFlags() {
			fmt.Fprintf(w, "\n%s\n%s\n", a.say(title), strings.TrimRight(set.FlagUsagesWrapped(width), "\n"))
		}
	}
}

// noValue is the value of a flag that is only listed. It keeps pflag from adding the
// default and the type in English.
type noValue struct{}

func (noValue) Set(string) error { return nil }
func (noValue) String() string   { return "" }
func (noValue) Type() string     { return "" }

// usage returns the help of a flag, with its values, its default and its environment
// variable.
func (a *app) usage(f *pflag.Flag) string {
	english := f.Usage
	switch f.Name { // cobra adds these two
	case "help":
		english = "show this help"
	case "version":
		english = "print the version"
	}
	text := a.say(english)
	if values := f.Annotations[flagValues]; len(values) > 0 {
		text += ": " + strings.Join(values, ", ")
	}
	without := f.DefValue
	if d := strings.Join(f.Annotations[flagDefault], ""); d != "" {
		without = a.say(d)
	}
	if !slices.Contains([]string{"", "false", "0", "[]"}, without) {
		text += " " + msg.New("(default: %s)", without).In(a.language)
	}
	if variable := strings.Join(f.Annotations[flagVariable], ""); variable != "" {
		text += " [" + variable + "]"
	}
	return text
}
