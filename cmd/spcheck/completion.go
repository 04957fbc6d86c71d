package main

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/sandbox"
	"github.com/spcheck/spcheck/internal/session"
)

// completionTime limits how long a person waits after pressing Tab.
const completionTime = 2 * time.Second

// addCompletions registers completions for the flags and arguments of cmd and its
// subcommands.
func addCompletions(a *app, cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if complete := a.completionOf(cmd, f); complete != nil {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, complete) // keeps an existing registration
		}
	})
	if cmd.Name() == "explain" {
		cmd.ValidArgsFunction = completeCodes
	}
	if cmd.Name() == "apply" {
		cmd.ValidArgsFunction = completePlans
	}
	if takesNoFiles(cmd) {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range cmd.Commands() {
		addCompletions(a, sub)
	}
}

// plainUsages translates the texts that shells show next to each completion, and
// removes the value markers from them.
func (a *app) plainUsages(cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	cmd.Short = a.say(cmd.Short)
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(a.usage(f), "`", "") })
	for _, sub := range cmd.Commands() {
		a.plainUsages(sub)
	}
}

// takesNoFiles reports whether no argument of the command is a file or program name.
func takesNoFiles(cmd *cobra.Command) bool {
	return cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() && cmd.Name() != "sandbox" && cmd.Name() != "render"
}

// completionOf returns the completion for a flag's value. Nil means that the shell
// completes file names.
func (a *app) completionOf(cmd *cobra.Command, f *pflag.Flag) cobra.CompletionFunc {
	switch f.Name {
	case "sp", "incident":
		return a.completePrincipals
	case "profile":
		return a.completeProfiles("")
	case "reader":
		return a.completeReaders
	case "scenario":
		return a.completeScenarios
	case "rules":
		return a.completeRules
	case "to":
		return completeTargets
	case "app":
		return completeApplications
	case "output":
		if kind := reportOf(cmd); kind != nil {
			return cobra.FixedCompletions(report.Formats(kind), cobra.ShellCompDirectiveNoFileComp)
		}
		return cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp)
	}
	if values := f.Annotations[flagValues]; len(values) > 0 {
		return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
	}
	if kind, _ := pflag.UnquoteUsage(f); kind == "file" || kind == "path" || f.Value.Type() == "bool" {
		return nil
	}
	return cobra.NoFileCompletions
}

// completePrincipals asks Microsoft Graph for names with the reader's credential,
// within completionTime. It prints nothing, even if it fails.
func (a *app) completePrincipals(cmd *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.contextOf(cmd)), completionTime)
	defer cancel()
	settings, err := config.Resolve(given(cmd), a.env)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	in, err := a.sessionOptions(cmd, settings)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	in.Stdin, in.Timeout = strings.NewReader(""), completionTime
	var out []cobra.Completion
	for _, sp := range session.Suggest(ctx, in, prefix) {
		name, id := neutral.Line(sp.DisplayName), neutral.Line(sp.AppID)
		switch {
		case plainWords(sp.DisplayName):
			out = append(out, cobra.CompletionWithDesc(name, id))
		case plainWords(sp.AppID):
			out = append(out, cobra.CompletionWithDesc(id, name))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// contextOf returns the command's context, or a background context before the command
// runs.
func (a *app) contextOf(cmd *cobra.Command) context.Context {
	if ctx := cmd.Context(); ctx != nil {
		return ctx
	}
	return context.Background()
}

// plainWords reports whether a shell treats name as plain text. A completion is
// inserted into the command line, and anyone who may register an application chooses
// its name. A name such as $(command) must never be offered.
func plainWords(name string) bool {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" ._-", r) {
			return false
		}
	}
	return name != "" && name[0] != '-' && name == strings.TrimSpace(name)
}

// completeProfiles offers the profiles of the config file, each with the prefix before.
func (a *app) completeProfiles(before string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		flags := config.Flags{}
		if f := cmd.Flags().Lookup("config"); f != nil && f.Changed {
			flags["config"] = f.Value.String()
		}
		// A default profile that does not exist must not hide the others.
		file, err := config.OpenFile(flags, a.env)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		for _, name := range file.Names() {
			if plainWords(name) {
				out = append(out, before+name)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func (a *app) completeReaders(cmd *cobra.Command, args []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	out, directive := a.completeProfiles("profile:")(cmd, args, prefix)
	for _, name := range config.ReaderNames() {
		if !strings.Contains(name, ":") {
			out = append(out, name)
		}
	}
	return out, directive
}

// completeScenarios offers the built-in scenarios. If none matches, the shell offers
// files.
func (a *app) completeScenarios(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	all, err := sandbox.List()
	if err != nil {
		return nil, cobra.ShellCompDirectiveDefault
	}
	out := make([]cobra.Completion, 0, len(all))
	for _, s := range all {
		out = append(out, cobra.CompletionWithDesc(s.Name, a.say(s.Title)))
	}
	return out, cobra.ShellCompDirectiveDefault
}
