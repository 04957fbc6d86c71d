package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/spf13/cobra"
)

// A line that begins with a command's name gets that command alone, and it is the
// same as among all the others.
func TestCommandAloneIsTheSame(t *testing.T) {
	t.Parallel()
	whole := newRootCommand(newApp())
	for _, c := range commands() {
		among, _, err := whole.Find([]string{c.name})
		if err != nil || among.Name() != c.name {
			t.Fatalf("%s: found %s, %v", c.name, among.Name(), err)
		}
		root := newRootCommand(newApp(), c.name, "--anything")
		alone, _, err := root.Find([]string{c.name})
		if err != nil || len(root.Commands()) != 1 {
			t.Fatalf("%s: %d commands, %v", c.name, len(root.Commands()), err)
		}
		if a, b := asText(t, among), asText(t, alone); !bytes.Equal(a, b) {
			t.Errorf("%s is among others\n%s\nand alone\n%s", c.name, a, b)
		}
		if !root.ContainsGroup(alone.GroupID) && alone.GroupID != "" {
			t.Errorf("%s stands under %q, which is no heading", c.name, alone.GroupID)
		}
	}
}

func asText(t *testing.T, cmd *cobra.Command) []byte {
	t.Helper()
	text, err := json.Marshal(newApp().describe(cmd))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Whatever else a line begins with, all commands are known to it.
func TestOtherLinesKnowAllCommands(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {""}, {"help"}, {"--version"}, {"--sp", "diagnose"}, {"diagnos"}, {"7000222"}, {cobra.ShellCompRequestCmd, ""}} {
		root := newRootCommand(newApp(), args...)
		for _, c := range commands() {
			if cmd, _, err := root.Find([]string{c.name}); err != nil || cmd.Name() != c.name {
				t.Errorf("%q does not know %s", args, c.name)
			}
		}
	}
}
