// Command commands writes a manual page or a Markdown page for each command of
// spcheck, from what the program says about itself (spcheck docs):
//
//	go run ./commands man|markdown DIR [PROGRAM]
//
// Without a PROGRAM it is built from its source, for which this runs in tools/.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "commands:", err)
		os.Exit(1) //nolint:forbidigo // this is a main function
	}
}

func run(ctx context.Context, args []string) error {
	writers := map[string]func(*cobra.Command, string) error{"man": writeManual, "markdown": writeMarkdown}
	if len(args) < 2 || len(args) > 3 || writers[args[0]] == nil {
		return fmt.Errorf("write: commands man|markdown DIR [PROGRAM]")
	}
	told := exec.CommandContext(ctx, "go", "run", "-C", "..", "./cmd/spcheck", "docs")
	if len(args) == 3 {
		told = exec.CommandContext(ctx, args[2], "docs")
	}
	told.Stderr = os.Stderr
	out, err := told.Output()
	if err != nil {
		return fmt.Errorf("spcheck docs: %w", err)
	}
	var d described
	decoder := json.NewDecoder(bytes.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return fmt.Errorf("what spcheck docs says: %w", err)
	}
	if err := os.MkdirAll(args[1], 0o755); err != nil { //nolint:gosec // documentation is for everybody
		return err
	}
	root := d.command()
	prepare(root)
	return writers[args[0]](root, args[1])
}

// described is a command as the program describes it.
type described struct {
	Use, Short, Long, Example string
	Runnable, Hidden          bool
	PlainUse                  bool // no "[flags]" follows Use
	Flags, Persistent         []flag
	Commands                  []described
}

// command makes the command again, to be described and never to be run.
func (d described) command() *cobra.Command {
	cmd := &cobra.Command{Use: d.Use, Short: d.Short, Long: d.Long, Example: d.Example, Hidden: d.Hidden, DisableFlagsInUseLine: d.PlainUse}
	if d.Runnable {
		cmd.Run = func(*cobra.Command, []string) {}
	}
	for _, f := range d.Flags {
		cmd.Flags().AddFlag(f.flag())
	}
	for _, f := range d.Persistent {
		cmd.PersistentFlags().AddFlag(f.flag())
	}
	for _, sub := range d.Commands {
		if sub.Use != "help [command]" { // cobra adds its own, which has no page
			cmd.AddCommand(sub.command())
		}
	}
	return cmd
}

// flag is a described flag, and as much of a value as generators ask for.
type flag struct {
	Name, Shorthand, Usage, Type, NoOptDefault string
	Hidden                                     bool
}

func (f flag) flag() *pflag.Flag {
	return &pflag.Flag{Name: f.Name, Shorthand: f.Shorthand, Usage: f.Usage, Value: value{f}, NoOptDefVal: f.NoOptDefault, Hidden: f.Hidden}
}

type value struct{ flag flag }

func (v value) Type() string     { return v.flag.Type }
func (v value) Set(string) error { return nil }

// String is empty: the usage tells the default.
func (v value) String() string { return "" }
