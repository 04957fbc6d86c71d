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

// anyCommand stands for all commands in the flags that are left out.
const anyCommand = ""

// matrix is a table of command lines, and what it leaves out.
type matrix struct {
	lines [][]string
	// commands are those without a line, and why.
	commands map[string]string
	// flags are those that no line has to give, by their command.
	flags map[string][]string
}

// hold checks that every command and each flag of its own is in a line or left out,
// and that nothing is left out that is not there.
func (m matrix) hold(t *testing.T) {
	t.Helper()
	commands := everyCommand()
	if len(commands) < 20 {
		t.Fatalf("only %d commands were found", len(commands))
	}
	for name, flags := range commands {
		has := slices.ContainsFunc(m.lines, func(line []string) bool { return commandRun(commands, line) == name })
		if _, left := m.commands[name]; has == left {
			t.Errorf("%s: has a line: %v, is left out: %v; it must be one of the two", name, has, left)
		}
		if !has {
			continue
		}
		for _, f := range flags {
			given := slices.ContainsFunc(m.lines, func(line []string) bool { return commandRun(commands, line) == name && givesFlag(f, line) })
			if !given && !slices.Contains(m.flags[name], f.Name) && !slices.Contains(m.flags[anyCommand], f.Name) {
				t.Errorf("%s --%s is in no line", name, f.Name)
			}
		}
	}
	m.holdCurrent(t, commands)
}

// holdCurrent checks that what is left out is still there.
func (m matrix) holdCurrent(t *testing.T, commands map[string][]*pflag.Flag) {
	t.Helper()
	for name := range m.commands {
		if commands[name] == nil {
			t.Errorf("%s is left out, and is no command", name)
		}
	}
	has := func(name, flag string) bool {
		return slices.ContainsFunc(commands[name], func(f *pflag.Flag) bool { return f.Name == flag })
	}
	for name, flags := range m.flags {
		for _, flag := range flags {
			there := has(name, flag)
			for other := range commands {
				there = there || name == anyCommand && has(other, flag)
			}
			if !there {
				t.Errorf("%s --%s is left out, and is no flag", name, flag)
			}
		}
	}
}

// commandRun is the command that a line runs: the longest that it begins with.
func commandRun(commands map[string][]*pflag.Flag, line []string) string {
	for n := len(line); n > 0; n-- {
		if name := strings.Join(line[:n], " "); commands[name] != nil {
			return name
		}
	}
	return ""
}

// givesFlag reports whether a command line has a flag.
func givesFlag(f *pflag.Flag, line []string) bool {
	return slices.ContainsFunc(line, func(word string) bool {
		return word == "--"+f.Name || strings.HasPrefix(word, "--"+f.Name+"=") || f.Shorthand != "" && word == "-"+f.Shorthand
	})
}
