package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// commandFirst returns the command line with the command before the flags that were typed
// in front of it. cobra knows only the flags of the whole program there: it would take the
// command for the value of -v, or print the version and run nothing.
func commandFirst(root *cobra.Command, args []string) []string {
	if len(args) == 0 || !strings.HasPrefix(args[0], "-") {
		return args
	}
	if cmd, _, err := root.Find(args); err == nil && cmd != root {
		return args // cobra finds it too
	}
	for i := range args {
		cmd, rest, err := root.Find(args[i:])
		if err == nil && cmd != root && !strings.HasPrefix(args[i], "-") && onlyFlags(cmd, args, i) {
			return slices.Concat(strings.Fields(cmd.CommandPath())[1:], args[:i], rest)
		}
	}
	return args
}

// onlyFlags reports whether nothing stands before the word at n but flags, and values of
// flags that the command has.
func onlyFlags(cmd *cobra.Command, args []string, n int) bool {
	cmd.InitDefaultHelpFlag() // cobra adds it too late for this check
	for i, word := range flagWords(cmd.Flags(), args) {
		switch {
		case i == n:
			return true
		case i > n || !strings.HasPrefix(word, "-"):
			return false
		}
	}
	return false
}

// commandFor returns the command that a command line is for, also if flags stand before
// its name. Without a command it returns root.
func commandFor(root *cobra.Command, args []string) *cobra.Command {
	cmd, _, _ := root.Find(args)
	if cmd != root {
		return cmd
	}
	for _, word := range flagWords(root.Flags(), args) {
		for _, sub := range root.Commands() {
			if sub.Name() == word {
				return sub
			}
		}
	}
	return root
}
