package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/renew/plan"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/scan"
)

// completeCodes offers the codes of the catalogue with their names.
func completeCodes(_ *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	// Without a digit the list would have hundreds of codes, too many to be of use.
	if strings.Trim(prefix, "0123456789") != "" || prefix == "" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	for _, e := range aadsts.Load().Entries {
		if strings.HasPrefix(e.Code, prefix) {
			out = append(out, cobra.CompletionWithDesc(e.Code, e.Name))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeRules offers scan rules for the last item of a comma-separated list.
func (a *app) completeRules(_ *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := prefix[:strings.LastIndex(prefix, ",")+1]
	out := []cobra.Completion{before + "default", before + "all"}
	for _, r := range scan.Rules() {
		out = append(out, cobra.CompletionWithDesc(before+r.ID, r.Title.In(a.lang())))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeTargets offers those forms of --to that do not depend on the user's own
// names.
func completeTargets(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	forms := target.Forms()
	if cmd.Name() == "renew-certificate" {
		forms = keyfile.Forms()
	}
	for _, form := range forms {
		kind, rest, found := strings.Cut(form, ":")
		if found {
			kind += ":"
		}
		out = append(out, cobra.CompletionWithDesc(kind, strings.TrimSpace(kind+rest)))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completePlans leaves the plan argument of apply to the shell, which offers files with
// the right extensions.
func completePlans(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"yaml", "yml", "json"}, cobra.ShellCompDirectiveFilterFileExt
}

// completeApplications offers the applications in the renewals file or plan that the
// command line names.
func completeApplications(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	path := plan.DefaultFile
	if f := cmd.Flags().Lookup("file"); f != nil {
		path = f.Value.String()
	}
	if cmd.Name() == "apply" && len(args) > 0 {
		path = args[0]
	}
	file, _, err := plan.Open(path, target.Deps{})
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	for _, name := range file.Names() {
		if plainWords(name) {
			out = append(out, name)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}
