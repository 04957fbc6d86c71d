package main

import (
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
)

// oneHyphen rejects a long flag with one hyphen, as people type it who come from
// PowerShell. It runs before pflag, which takes -output for -o with the value "utput",
// and -error for a one-letter flag and its value. The result names the known flag, never
// what was typed, because that may be a secret that starts with a hyphen.
func oneHyphen(cmd *cobra.Command, args []string) error {
	cmd.InitDefaultVersionFlag() // cobra adds it too late for this check
	for _, word := range flagWords(cmd.Flags(), args) {
		if err := pastedDash(cmd, word); err != nil {
			return err
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(word, "-"), "=")
		if !strings.HasPrefix(word, "-") || strings.HasPrefix(word, "--") || len(name) < 2 {
			continue
		}
		meant := sameFlag(cmd, name)
		switch {
		case meant != nil:
		case understood(cmd.Flags(), name):
			continue
		case takesSecret(name):
			return secretFlag("-" + name).Hint(seeFlags(cmd))
		default:
			meant = nearFlags(cmd, name)
		}
		if meant != nil {
			return fail.Usage(msg.New("a flag with a long name starts with two hyphens"), append(meant, seeFlags(cmd))...)
		}
	}
	return nil
}

// dashes are what word processors and web pages put in place of hyphens: an en dash, an em
// dash, a minus sign and a non-breaking hyphen.
const dashes = "\u2013\u2014\u2212\u2011"

// pastedDash rejects a flag that starts with a dash in place of a hyphen.
func pastedDash(cmd *cobra.Command, word string) error {
	rest := strings.TrimLeft(word, dashes+"-")
	if !strings.ContainsAny(word[:len(word)-len(rest)], dashes) {
		return nil
	}
	cmd.InitDefaultHelpFlag()
	name, _, _ := strings.Cut(rest, "=")
	if meant := sameFlag(cmd, name); meant != nil {
		return fail.Usage(msg.New("a flag starts with hyphens (-), but here with a dash, as word processors and web pages write it"), append(meant, seeFlags(cmd))...)
	}
	return nil
}

// flagWords yields the words of a command line that are not values of the flag before
// them, up to the two hyphens that end the flags.
func flagWords(flags *pflag.FlagSet, args []string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i := 0; i < len(args) && args[i] != "--"; i++ {
			if !yield(i, args[i]) {
				return
			}
			if valueFollows(flags, args[i]) {
				i++
			}
		}
	}
}

// valueFollows reports whether the next word is the value of the flag in this one.
func valueFollows(flags *pflag.FlagSet, word string) bool {
	if name, long := strings.CutPrefix(word, "--"); long {
		f := flags.Lookup(name)
		return f != nil && f.NoOptDefVal == ""
	}
	if len(word) != 2 || word[0] != '-' {
		return false
	}
	f := flags.ShorthandLookup(word[1:])
	return f != nil && f.NoOptDefVal == ""
}

// understood reports whether all letters are one-letter flags, or a value after one.
func understood(flags *pflag.FlagSet, letters string) bool {
	for i := range len(letters) {
		f := flags.ShorthandLookup(letters[i : i+1])
		if f == nil {
			return letters[i] == 'h' // cobra adds it later
		}
		if f.NoOptDefVal == "" {
			return true
		}
	}
	return true
}

// sameFlag returns a hint at the flag that differs from a word only in case, hyphens and
// underscores, or that does what the flag of this name does in other tools.
func sameFlag(cmd *cobra.Command, word string) (hints []msg.Text) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if near.Same(f.Name, word) {
			hints = []msg.Text{msg.New("did you mean: %s", "--"+f.Name)}
		}
	})
	if hints == nil {
		hints = otherTools(cmd, word)
	}
	if subs := cmd.Commands(); hints == nil && !cmd.HasParent() {
		slices.SortStableFunc(subs, startersFirst)
		for _, sub := range subs {
			if sameFlag(sub, word) != nil {
				return sameFlag(sub, word)
			}
		}
	}
	return hints
}

// asksForHelp are other ways of asking for help: in the Windows command prompt, in
// PowerShell, in Go.
var asksForHelp = []string{"/?", "-?", "-help"}

// askedForHelp returns the command line with --help in place of another way of asking
// for it.
func askedForHelp(cmd *cobra.Command, args []string) []string {
	for i, word := range flagWords(cmd.Flags(), args) {
		if slices.Contains(asksForHelp, word) {
			args = slices.Clone(args)
			args[i] = "--help"
		}
	}
	return args
}
