package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/config"
)

// everyCommand walks the tree of commands, and returns each that does something by
// its words, such as "config check", with the flags that are its own. Settings are
// left out: they are the same for all, and come from the environment as well.
func everyCommand() map[string][]*pflag.Flag {
	a, _, _ := sandboxApp()
	settings := []string{"client-secret-file", "certificate", "federated-token-file", "profile", "config", "debug", "quiet", "verbose", "shell", "help"}
	for _, d := range config.Definitions() {
		settings = append(settings, d.Flag)
	}
	all := map[string][]*pflag.Flag{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		if !c.Runnable() || c.IsAdditionalHelpTopicCommand() || !c.HasParent() {
			return // a page to read, or a list of commands
		}
		name := strings.TrimPrefix(c.CommandPath(), "spcheck ")
		all[name] = []*pflag.Flag{}
		c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains(settings, f.Name) {
				all[name] = append(all[name], f)
			}
		})
	}
	walk(newRootCommand(a))
	return all
}

// isOf reports whether a command line runs a command, and not one below it.
func isOf(name string, args []string) bool {
	words := strings.Fields(name)
	if len(args) < len(words) || !slices.Equal(args[:len(words)], words) {
		return false
	}
	return name != "config" || len(args) == 1
}

// givesFlag reports whether a command line has a flag.
func givesFlag(f *pflag.Flag, args []string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		return arg == "--"+f.Name || strings.HasPrefix(arg, "--"+f.Name+"=") || f.Shorthand != "" && arg == "-"+f.Shorthand
	})
}

// holdAllCommands checks that every command has a command line, or a reason in left,
// and that no reason is older than its command.
func holdAllCommands(t *testing.T, lines [][]string, left map[string]string) {
	t.Helper()
	commands := everyCommand()
	if len(commands) < 20 {
		t.Fatalf("only %d commands were found", len(commands))
	}
	for name := range commands {
		has := slices.ContainsFunc(lines, func(args []string) bool { return isOf(name, args) })
		if _, excused := left[name]; has == excused {
			t.Errorf("%s: has a row: %v, is left out: %v; it must be one of the two", name, has, excused)
		}
	}
	for name := range left {
		if commands[name] == nil {
			t.Errorf("%s is left out, and is no command", name)
		}
	}
}
