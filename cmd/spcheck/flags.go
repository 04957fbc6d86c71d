package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// addSettings adds the flags of the settings that a command uses, from the table of
// settings.
func addSettings(cmd *cobra.Command, groups ...config.Group) {
	flags := cmd.Flags()
	for _, group := range groups {
		for i := range settingFlags() {
			if d := &settingFlags()[i]; d.Group == group {
				flags.StringP(d.Flag, d.Short, "", d.usage)
				setGroup(flags, headingOf(group), d.Flag)
				if len(d.Values) > 0 && d.Name != config.Reader { // its profiles are not known yet
					_ = cmd.RegisterFlagCompletionFunc(d.Flag, cobra.FixedCompletions(d.Values, cobra.ShellCompDirectiveNoFileComp))
				}
			}
		}
		if group == config.Connection {
			flags.String("client-secret-file", "", "`file` that holds the client secret; - is standard input")
			flags.String("certificate", "", "client certificate with its private key: PEM or PFX `file`")
			flags.String("federated-token-file", "", "`file` that holds a federated token")
			flags.String("profile", "", "`name` of the profile to use")
			flags.String("config", "", "config `file`")
			flags.Bool("debug", false, "trace the HTTP exchange to standard error, redacted")
			setGroup(flags, connectionFlags, "client-secret-file", "certificate", "federated-token-file", "profile", "config")
			setGroup(flags, outputFlags, "debug")
		}
	}
}

// settingFlag is a setting and the help text of its flag.
type settingFlag struct {
	config.Definition
	usage string
}

// settingFlags is computed once, because a dozen commands use it.
var settingFlags = sync.OnceValue(func() (list []settingFlag) {
	for _, d := range config.Definitions() {
		list = append(list, settingFlag{d, usage(d)})
	}
	return list
})

func headingOf(g config.Group) string {
	if g == config.Connection {
		return connectionFlags
	}
	return outputFlags
}

// setGroup puts flags under a heading of the usage.
func setGroup(flags *pflag.FlagSet, heading string, names ...string) {
	for _, name := range names {
		_ = flags.SetAnnotation(name, flagGroup, []string{heading}) // fails only for a flag that does not exist
	}
}

func usage(d config.Definition) string {
	text := d.Usage
	if len(d.Values) > 0 && !strings.Contains(text, d.Values[len(d.Values)-1]) {
		text += ": " + strings.Join(d.Values, ", ")
	}
	if d.Default != "" {
		text += fmt.Sprintf(" (default %s)", d.Default)
	}
	if d.Env != "" {
		text += " [" + d.Env + "]"
	}
	return text
}

// given returns the flags that were set on the command line.
func given(cmd *cobra.Command) config.Flags {
	flags := config.Flags{}
	cmd.Flags().Visit(func(f *pflag.Flag) { flags[f.Name] = f.Value.String() })
	return flags
}

// flagError words an error from pflag. It never repeats the arguments, because one of
// them may be a secret typed as a flag.
func flagError(cmd *cobra.Command, err error) error {
	help := msg.New("see the flags with: %s", cmd.CommandPath()+" --help")
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		if said := withoutCommand(cmd, unknown); said != nil {
			return fail.Usage(said[0], append(said[1:], help)...)
		}
		return unknownFlag(unknown, append(nearFlags(cmd, unknown.GetSpecifiedName()), help)...)
	}
	var needs *pflag.ValueRequiredError
	if errors.As(err, &needs) {
		return fail.Usage(msg.New("the flag --%s needs a value", needs.GetFlag().Name), help)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fail.Usage(msg.New("the flag --%s does not take this value", invalid.GetFlag().Name), help)
	}
	return fail.Usage(msg.New("the command line is malformed"), help)
}

func unknownFlag(err *pflag.NotExistError, help ...msg.Text) error {
	name := err.GetSpecifiedName()
	if err.GetSpecifiedShortnames() != "" {
		return fail.Usage(msg.New("unknown flag -%.1s", err.GetSpecifiedShortnames()), append([]msg.Text{noSecretFlag()}, help...)...)
	}
	if looksSecret(name) {
		return fail.Usage(msg.New("there is no flag --%s: no flag takes a secret's value", name), append([]msg.Text{noSecretFlag(),
			msg.New("consider the value you just typed compromised: it may be in the shell's history, and was visible in the process list")}, help...)...)
	}
	if !flagLike().MatchString(name) {
		return fail.Usage(msg.New("unknown flag; its name is not shown here, since it may be a secret that starts with a hyphen"), append([]msg.Text{noSecretFlag()}, help...)...)
	}
	return fail.Usage(msg.New("unknown flag --%s", name), help...)
}

// flagLike matches what looks like a mistyped flag.
var flagLike = lazyregexp.New(`^[a-z]+(-[a-z]+){0,4}$`)

func noSecretFlag() msg.Text {
	return msg.New("give a secret in the environment (AZURE_CLIENT_SECRET), in a file (--client-secret-file PATH), or on standard input (--client-secret-file -)")
}

func looksSecret(flag string) bool {
	for _, word := range []string{"secret", "password", "passwd", "pass", "key", "token"} {
		if strings.Contains(flag, word) {
			return true
		}
	}
	return false
}
