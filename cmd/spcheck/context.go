package main

import (
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
)

// contextFlags are the flags that select the application and the way to reach it. A
// command that a report suggests must carry them, or it would be about something else.
var contextFlags = []string{"profile", "config", "tenant", "client-id", "client-secret-file", "certificate", "federated-token-file",
	"cloud", "authority-host", "graph-endpoint", "ca-file", "reader"}

// runContext holds the context flags of the command line, as arguments. Environment
// variables are not included, because they apply to the next command anyway.
type runContext []string

func contextOf(cmd *cobra.Command) runContext {
	var words runContext
	names := contextFlags
	if cmd.Name() != "scan" { // its --state is something else
		names = append(slices.Clone(names), "state")
	}
	for _, name := range names {
		// An empty value, such as that of an unset variable, would fail again.
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed && f.Value.String() != "" {
			words = append(words, "--"+name, f.Value.String())
		}
	}
	return words
}

// journals matches the commands that keep journals of renewals.
var journals = lazyregexp.New(`^spcheck (renew-secret|renew-certificate|remove-secret|plan|apply) `)

// readerless matches the commands that work without a reader.
var readerless = lazyregexp.New(`^spcheck (diagnose|config)( |$)`)

// in adds the context to a spcheck command, quoted for a shell. It adds no flag that the
// command already has, --state (the folder of the journals) only to commands that keep
// journals, and --reader none only to those that work without a reader. It returns false if
// the shell cannot express the context; the command must not be shown then.
func (c runContext) in(shell commandline.Shell, command string) (string, bool) {
	var words []string
	for flag := range slices.Chunk(c, 2) {
		name, value := flag[0], flag[1]
		if name == "--reader" && value == "none" && !readerless().MatchString(command) {
			value = "azure-cli"
		}
		taken := name != "--state" || journals().MatchString(command)
		if taken && !strings.Contains(command+" ", " "+name+" ") {
			words = append(words, name, value)
		}
	}
	if len(words) == 0 {
		return command, true
	}
	added, ok := commandline.Join(shell, words...)
	return command + " " + added, ok
}

// apply adds the context to every spcheck command in a result. It removes commands that
// cannot carry it.
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

// hint adds the context to the command at the end of a hint.
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
