package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
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
	e := fail.Usage(msg.New("unknown command %q", name))
	for _, s := range near.Words(name, commandNames(cmd)) {
		e = e.Hint(msg.New("did you mean: %s %s", cmd.CommandPath(), s))
	}
	for _, sub := range cmd.Commands() {
		for _, other := range sub.SuggestFor {
			if strings.EqualFold(name, other) {
				e = e.Hint(msg.New("did you mean: %s", sub.CommandPath()))
			}
		}
	}
	return e.Hint(msg.New("see all commands with: %s --help", cmd.CommandPath()))
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
	if commandNamed(args[0]) {
		return fail.Usage(msg.New("two commands were given: %s and %s", cmd.Name(), args[0]), msg.New("run them one after the other"))
	}
	return tooMany(cmd, args)
}

// nearFlags are hints at the flags that somebody meant who typed another one.
func nearFlags(cmd *cobra.Command, typed string) (hints []msg.Text) {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if known := otherTools(cmd, typed); known != nil {
		return known
	}
	for _, name := range near.Words(typed, names) {
		hints = append(hints, msg.New("did you mean: %s", "--"+name))
	}
	return hints
}

// withoutCommand answers a flag of the commands where none was given, nil where no
// command has such a flag: what to say, and what was meant.
func withoutCommand(cmd *cobra.Command, unknown *pflag.NotExistError) []msg.Text {
	name, short := unknown.GetSpecifiedName(), unknown.GetSpecifiedShortnames()
	subs := cmd.Commands()
	// What most people begin with is the example, where it has the flag.
	slices.SortStableFunc(subs, func(a, b *cobra.Command) int {
		return cmp.Compare(slices.Index([]string{b.Name()}, "diagnose"), slices.Index([]string{a.Name()}, "diagnose"))
	})
	for _, sub := range subs {
		typed := ""
		switch {
		case short != "" && sub.Flags().ShorthandLookup(short[:1]) != nil:
			typed = "-" + short[:1]
		case short == "" && sub.Flags().Lookup(name) != nil:
			typed = "--" + name
		case short == "" && otherTools(sub, name) != nil:
			return append([]msg.Text{msg.New("unknown flag --%s", name)}, otherTools(sub, name)...)
		default:
			continue
		}
		return []msg.Text{msg.New("the flag %s belongs to a command, and none was given", typed), msg.New("for example: %s", sub.CommandPath()+" "+typed)}
	}
	return nil
}
