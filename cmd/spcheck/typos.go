package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/near"
)

// unknownWord refuses a word that stands where a command is expected, be it
// behind help, before anything looks at the flags behind it.
func unknownWord(root *cobra.Command, args []string) error {
	if len(args) > 0 && args[0] == "help" {
		args = args[1:]
	}
	cmd, rest, err := root.Find(args)
	if err != nil || len(rest) == 0 || strings.HasPrefix(rest[0], "-") || !cmd.HasSubCommands() || hidden(rest[0]) {
		return nil //nolint:nilerr // what Find finds wrong, running the command finds too
	}
	return unknownCommand(cmd, rest[0])
}

// hidden reports whether a word is one by which a shell asks for completions:
// cobra adds those commands when it runs.
func hidden(word string) bool {
	return word == cobra.ShellCompRequestCmd || word == cobra.ShellCompNoDescRequestCmd
}

func unknownCommand(cmd *cobra.Command, name string) error {
	e := fail.Usagef("unknown command %q", name)
	for _, s := range near.Words(name, commandNames(cmd)) {
		e = e.Hint("did you mean: " + cmd.CommandPath() + " " + s)
	}
	for _, sub := range cmd.Commands() {
		for _, other := range sub.SuggestFor {
			if strings.EqualFold(name, other) {
				e = e.Hint("did you mean: " + sub.CommandPath())
			}
		}
	}
	return e.Hint("see all commands with: " + cmd.CommandPath() + " --help")
}

func commandNames(cmd *cobra.Command) []string {
	var list []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			list = append(list, sub.Name())
		}
	}
	return list
}

// noArguments refuses words that no flag belongs to. It does not repeat them,
// since one may be a secret, unless it is the name of a command.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	for _, name := range commandNames(cmd.Root()) {
		if args[0] == name {
			return fail.Usage("two commands were given: "+cmd.Name()+" and "+name, "run one after the other")
		}
	}
	were := "1 was"
	if len(args) > 1 {
		were = fmt.Sprintf("%d were", len(args))
	}
	return fail.Usage(fmt.Sprintf("%s takes no arguments, but %s given", cmd.CommandPath(), were),
		"its usage is: "+cmd.UseLine(), "see its flags with: "+cmd.CommandPath()+" --help")
}

// nearFlags are hints at the flags that somebody meant who typed another one.
func nearFlags(cmd *cobra.Command, typed string) []string {
	var names, hints []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	for _, name := range near.Words(typed, names) {
		hints = append(hints, "did you mean: --"+name)
	}
	return hints
}
