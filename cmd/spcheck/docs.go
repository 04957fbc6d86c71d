package main

import (
	"encoding/json"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

//go:generate go run -C ../../tools ./commands markdown ../docs/commands

// newDocsCommand prints all commands as JSON. tools/commands generates the manual and
// the reference from it, so the program itself needs no page generator. The command is
// hidden, because it is for packagers and for this project's own pages.
func newDocsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "docs",
		Short:  "Describe every command as JSON",
		Hidden: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fail.Usage(msg.New("docs takes no arguments"), msg.New("usage: spcheck docs"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.language = msg.English
			return json.NewEncoder(cmd.OutOrStdout()).Encode(a.describe(newRootCommand(a)))
		},
	}
}

// described is the JSON form of a command.
type described struct {
	Use, Short, Long, Example string
	Runnable, Hidden          bool
	// PlainUse means that no "[flags]" follows Use.
	PlainUse bool
	// Flags are the command's own. Persistent flags are inherited by its subcommands.
	Flags, Persistent []describedFlag
	Commands          []described
}

type describedFlag struct {
	Name, Shorthand, Usage, Type, NoOptDefault string
	Hidden                                     bool
}

func (a *app) describe(cmd *cobra.Command) described {
	// With their help as spcheck words it; page generators would add cobra's.
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	d := described{
		Use: cmd.Use, Short: cmd.Short, Long: cmd.Long, Example: cmd.Example, Runnable: cmd.Runnable(), Hidden: cmd.Hidden, PlainUse: cmd.DisableFlagsInUseLine,
		Flags: a.describeFlags(cmd.LocalNonPersistentFlags()), Persistent: a.describeFlags(cmd.PersistentFlags()),
	}
	for _, sub := range cmd.Commands() {
		d.Commands = append(d.Commands, a.describe(sub))
	}
	return d
}

func (a *app) describeFlags(set *pflag.FlagSet) []describedFlag {
	var list []describedFlag
	set.VisitAll(func(f *pflag.Flag) {
		list = append(list, describedFlag{f.Name, f.Shorthand, a.usage(f), f.Value.Type(), f.NoOptDefVal, f.Hidden})
	})
	return list
}
