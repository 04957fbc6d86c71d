package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/aadsts"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/renew/target"
	"github.com/spcheck/spcheck/internal/scan"
)

// completeCodes offers the codes of the catalogue with their names.
func completeCodes(_ *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	catalogue, err := aadsts.Load()
	// Without a digit there are hundreds, of which nobody finds one.
	if err != nil || strings.Trim(prefix, "0123456789") != "" || prefix == "" {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []cobra.Completion
	for _, e := range catalogue.Entries() {
		if strings.HasPrefix(e.Code, prefix) {
			out = append(out, cobra.CompletionWithDesc(e.Code, e.Name))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeRules offers the rules of a scan, the last of a list that is separated
// by commas.
func completeRules(_ *cobra.Command, _ []string, prefix string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := prefix[:strings.LastIndex(prefix, ",")+1]
	out := []cobra.Completion{before + "default", before + "all"}
	for _, r := range scan.Rules() {
		out = append(out, cobra.CompletionWithDesc(before+r.ID, r.Title.String()))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeTargets offers the forms of --to as far as they are the same for all.
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
