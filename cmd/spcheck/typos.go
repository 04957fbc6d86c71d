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

// unknownWord rejects an unknown word in place of a command, also after help, and a command
// with hyphens in front. It runs before the flags after the word are parsed.
func unknownWord(root *cobra.Command, args []string) error {
	if len(args) > 0 && args[0] == "help" {
		args = args[1:]
	}
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		root.InitDefaultVersionFlag() // cobra adds it too late for this check
		if name := strings.TrimLeft(args[0], "-"); commandNamed(name) && sameFlag(root, name) == nil {
			return fail.Usage(msg.New("a command has no hyphens in front"), msg.New("did you mean: %s", root.Name()+" "+name))
		}
	}
	cmd, rest, err := root.Find(args)
	if err != nil || !cmd.HasSubCommands() {
		return nil //nolint:nilerr // what Find finds wrong, running the command finds too
	}
	if word := firstWord(cmd, rest); word != "" && !hidden(word) {
		return unknownCommand(cmd, word)
	}
	return nil
}

// firstWord returns the first word that is neither a flag of a command nor the value of one.
// It returns nothing if there is none, or if a flag in front of it is unknown.
func firstWord(cmd *cobra.Command, args []string) string {
	cmd.InitDefaultHelpFlag() // cobra adds it too late for this check
	for _, word := range flagWords(cmd.Flags(), args) {
		letters := strings.TrimLeft(word, "-")
		name, _, _ := strings.Cut(letters, "=")
		switch {
		case letters == word:
			return word
		case cmd.Flags().Lookup(name) == nil && !(len(name) == 1 && understood(cmd.Flags(), name)):
			return ""
		}
	}
	return ""
}

// hidden reports whether word is a command with which shells ask for completions. cobra
// adds these commands only when it runs.
func hidden(word string) bool {
	return word == cobra.ShellCompRequestCmd || word == cobra.ShellCompNoDescRequestCmd
}

func unknownCommand(cmd *cobra.Command, name string) error {
	e := fail.Usage(msg.New("unknown command %q", name))
	similar := near.Words(name, commandNames(cmd))
	for _, sub := range cmd.Commands() {
		if slices.ContainsFunc(sub.SuggestFor, func(other string) bool { return strings.EqualFold(name, other) }) && !slices.Contains(similar, sub.Name()) {
			similar = append(similar, sub.Name())
		}
	}
	for _, s := range similar {
		e = e.Hint(msg.New("did you mean: %s %s", cmd.CommandPath(), s))
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

// noArguments rejects arguments that belong to no flag. It repeats an argument only if
// it is the name of a command, because any other may be a secret.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if commandNamed(args[0]) {
		return fail.Usage(msg.New("two commands were given: %s and %s", cmd.Name(), args[0]), msg.New("run them one after the other"))
	}
	return tooMany(cmd, args)
}

// nearFlags returns hints at flags with a similar name.
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

// withoutCommand is the error for a flag that was given without its command, by its name
// or by its letter. It is nil if there is a command, or if no command has such a flag.
func withoutCommand(root *cobra.Command, name, letter string) error {
	if root.HasParent() {
		return nil
	}
	subs := root.Commands()
	slices.SortStableFunc(subs, startersFirst)
	for _, sub := range subs {
		typed := ""
		switch {
		case letter != "" && sub.Flags().ShorthandLookup(letter) != nil:
			typed = "-" + letter
		case letter == "" && sub.Flags().Lookup(name) != nil:
			typed = "--" + name
		case letter == "" && otherTools(sub, name) != nil:
			return fail.Usage(msg.New("unknown flag --%s", name), append(otherTools(sub, name), seeFlags(root))...)
		default:
			continue
		}
		return fail.Usage(msg.New("the flag %s belongs to a command, and none was given", typed), msg.New("for example: %s", sub.CommandPath()+" "+typed), seeFlags(root))
	}
	return nil
}

// startersFirst sorts diagnose before the other commands, because most people start with
// it.
func startersFirst(a, b *cobra.Command) int {
	return cmp.Compare(slices.Index([]string{b.Name()}, "diagnose"), slices.Index([]string{a.Name()}, "diagnose"))
}
