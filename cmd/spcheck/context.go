package main

import (
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/result"
)

// contextFlags say whom a run is about and how it gets there. A command that a
// report tells people to type next has to be about the same.
var contextFlags = []string{"profile", "config", "tenant", "client-id", "client-secret-file", "certificate", "federated-token-file",
	"cloud", "authority-host", "graph-endpoint", "ca-file", "reader"}

// runContext is what the command line said of these, as the words of flags. What
// the environment says stays in force anyway.
type runContext []string

func contextOf(cmd *cobra.Command) runContext {
	var words runContext
	for _, name := range contextFlags {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
			words = append(words, "--"+name, f.Value.String())
		}
	}
	return words
}

// in writes the context behind a command of spcheck's in a shell. Flags that the
// command has itself stay as they are. It reports false where the context cannot
// be written there: the command would be about something else without it.
func (c runContext) in(shell commandline.Shell, command string) (string, bool) {
	var words []string
	for flag := range slices.Chunk(c, 2) {
		if !strings.Contains(command+" ", " "+flag[0]+" ") {
			words = append(words, flag...)
		}
	}
	if len(words) == 0 {
		return command, true
	}
	added, ok := commandline.Join(shell, words...)
	return command + " " + added, ok
}

// apply gives the context to every command of spcheck's in a result. A command
// that cannot carry it is left out.
func (c runContext) apply(res any) {
	if len(c) > 0 {
		c.walk(reflect.ValueOf(res))
	}
}

var commandList = reflect.TypeFor[[]result.Command]()

func (c runContext) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			c.walk(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.walk(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type() == commandList && v.CanSet() {
			v.Set(reflect.ValueOf(c.commands(v.Interface().([]result.Command))))
			return
		}
		for i := range v.Len() {
			c.walk(v.Index(i))
		}
	}
}

func (c runContext) commands(list []result.Command) []result.Command {
	kept := []result.Command{}
	for _, command := range list {
		ok := true
		if strings.HasPrefix(command.Command, "spcheck ") {
			command.Command, ok = c.in(commandline.Shell(command.Shell), command.Command)
		}
		if ok {
			kept = append(kept, command)
		}
	}
	return kept
}

// hint gives the context to a command that a hint ends with.
func (c runContext) hint(hint string) string {
	i := strings.LastIndex(hint, ": spcheck ")
	if i < 0 || len(c) == 0 {
		return hint
	}
	if command, ok := c.in(commandline.Here(), hint[i+2:]); ok {
		return hint[:i+2] + command
	}
	return hint
}
