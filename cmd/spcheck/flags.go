package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// addSettings adds the flags of the settings that a command uses, from the table of
// settings. --lang is a flag of the whole program.
func addSettings(cmd *cobra.Command, groups ...config.Group) {
	flags := cmd.Flags()
	for _, d := range config.Definitions() {
		if slices.Contains(groups, d.Group) && d.Name != config.Lang {
			addSetting(flags, d)
		}
	}
	if slices.Contains(groups, config.Connection) {
		flags.String("client-secret-file", "", "`file` that contains the client secret; - is standard input")
		flags.String("certificate", "", "PEM or PFX `file` with the client certificate and its private key")
		flags.String("federated-token-file", "", "`file` that contains a federated token")
		flags.String("profile", "", "`name` of the profile to use")
		flags.String("config", "", "config `file`")
		flags.Bool("debug", false, "trace HTTP requests and responses to standard error, with secrets redacted")
		annotate(flags, flagGroup, connectionFlags, "client-secret-file", "certificate", "federated-token-file", "profile", "config")
		annotate(flags, flagGroup, outputFlags, "debug")
	}
}

// addOneSetting adds the flag of a single setting.
func addOneSetting(flags *pflag.FlagSet, name config.Name) {
	for _, d := range config.Definitions() {
		if d.Name == name {
			addSetting(flags, d)
		}
	}
}

func addSetting(flags *pflag.FlagSet, d config.Definition) {
	flags.StringP(d.Flag, d.Short, "", d.Usage)
	f := flags.Lookup(d.Flag)
	f.DefValue = d.Default // for the help; the setting itself is resolved later
	f.Annotations = map[string][]string{flagGroup: {outputFlags}, flagValues: d.Values, flagVariable: {d.Env}}
	if d.Group == config.Connection {
		f.Annotations[flagGroup] = []string{connectionFlags}
	}
}

// Annotations of flags, for the help.
const (
	// flagGroup is the heading that the flag is listed under.
	flagGroup = "spcheck_group"
	// flagValues are the values that the flag takes, also for completion.
	flagValues = "spcheck_values"
	// flagDefault describes what applies without the flag.
	flagDefault = "spcheck_default"
	// flagVariable is the environment variable that the flag overrides.
	flagVariable = "spcheck_variable"
)

// addReportFlags adds the settings and the flags that most commands with a report have.
func addReportFlags(cmd *cobra.Command) {
	addSettings(cmd, config.Connection, config.Judgement, config.Reporting)
	addTextFlags(cmd)
}

// addChoice adds a flag that takes one of a few values. without describes what applies
// if it is not given.
func addChoice(flags *pflag.FlagSet, name, usage, without string, values []string) {
	flags.Var(&choice{values: values}, name, usage)
	annotate(flags, flagDefault, without, name)
	_ = flags.SetAnnotation(name, flagValues, values)
}

// choice is the value of a flag that takes one of a few values.
type choice struct {
	string
	values []string
}

func (c *choice) Set(s string) error {
	if !slices.Contains(c.values, s) {
		return msg.Error(msg.New("it must be one of %s", strings.Join(c.values, ", ")))
	}
	c.string = s
	return nil
}

func (c *choice) String() string { return c.string }
func (c *choice) Type() string   { return "string" }

// chosen returns the value of a flag of addChoice, which some commands do not have.
func chosen(cmd *cobra.Command, name string) string {
	if f := cmd.Flags().Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}

// addGroupFlag adds the flag that groups a scan's findings.
func addGroupFlag(cmd *cobra.Command) {
	addChoice(cmd.Flags(), "group-by", "group findings by this `criterion`", "the rule",
		[]string{result.GroupByOwner, result.GroupByApplication, result.GroupByTenant})
	annotate(cmd.Flags(), flagGroup, outputFlags, "group-by")
}

// addTime adds a flag whose value is a time such as 30d, longer than zero.
func addTime(flags *pflag.FlagSet, to *time.Duration, name, without, usage string) {
	addTimeFrom(flags, to, 1, name, without, usage)
}

// addTimeFrom adds a flag whose value is a time of at least least.
func addTimeFrom(flags *pflag.FlagSet, to *time.Duration, least time.Duration, name, without, usage string) {
	*to, _ = config.ParseDuration(without) // "" leaves zero
	flags.Var(&timeValue{to: to, text: without, least: least}, name, usage)
}

// timeValue is the value of a flag of addTime.
type timeValue struct {
	to    *time.Duration
	text  string
	least time.Duration
}

func (v *timeValue) Set(s string) error {
	d, err := config.ParseDuration(s)
	switch {
	case err != nil:
	case d <= 0 && v.least > 0:
		err = msg.Error(msg.New("it must be longer than zero"))
	case d < v.least:
		err = msg.Error(msg.New("it must be at least %s", v.least))
	}
	if err == nil {
		*v.to, v.text = d, s
	}
	return err
}

func (v *timeValue) String() string { return v.text }
func (v *timeValue) Type() string   { return "string" }

// annotate sets the same annotation for several flags.
func annotate(flags *pflag.FlagSet, key, value string, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, key, []string{value}) // fails only for a flag that does not exist
	}
}

// given returns the flags that were set on the command line.
func given(cmd *cobra.Command) config.Flags {
	flags := config.Flags{}
	cmd.Flags().Visit(func(f *pflag.Flag) { flags[f.Name] = f.Value.String() })
	return flags
}
