package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/redact"
)

// errorLike matches an error typed in place of a command: a code, or a message that
// contains one.
var errorLike = lazyregexp.New(`(?i)^\d{5,8}$|AADSTS\d{4,}|invalid_client|unauthorized_client`)

// intended returns the command line that the user probably meant by typing an error
// code or message in place of a command.
func intended(root *cobra.Command, args []string) []string {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return args
	}
	if cmd, _, err := root.Find(args); err == nil && cmd != root || !errorLike().MatchString(args[0]) {
		return args
	}
	return append([]string{"explain"}, args...)
}

// nameLike matches the usual names of service principals. Few secrets look like that.
var nameLike = lazyregexp.New(`^[\p{L}\d][\p{L}\d ._()&+-]{0,119}$`)

// plainName reports whether s looks like the name or ID of a service principal, so that
// it can be repeated without revealing a secret.
func plainName(s string) bool {
	return nameLike().MatchString(s) && !redact.LooksSecret(s) && !errorLike().MatchString(s)
}

// namesPrincipal is the argument check of read-only commands. It suggests --sp for an
// argument without a flag.
func namesPrincipal(cmd *cobra.Command, args []string) error {
	if len(args) != 1 || commandNamed(args[0]) || !plainName(args[0]) || cmd.Flags().Changed("sp") {
		return noArguments(cmd, args)
	}
	return cmd.Flags().Set("sp", args[0])
}

// corrected returns a hint with the command line that was probably meant by arguments
// without a flag.
func corrected(cmd *cobra.Command, args []string) []msg.Text {
	line := strings.Join(args, " ")
	whole := line // a name without quotes begins in the value of --sp
	if f := cmd.Flags().Lookup("sp"); f != nil && f.Changed {
		whole = f.Value.String() + " " + line
	}
	for _, word := range args {
		if name, slash := strings.CutPrefix(word, "/"); slash && sameFlag(cmd, name) != nil {
			return sameFlag(cmd, name)
		}
	}
	switch {
	case errorLike().MatchString(line):
		return []msg.Text{msg.New("to look up an error: %s", commandline.Words{"spcheck", "explain", redacted(line)})}
	case cmd.Flags().Lookup("sp") != nil && plainName(whole):
		return []msg.Text{msg.New("did you mean: %s", retyped(cmd, "--sp", whole))}
	case cmd.Flags().Lookup("file") != nil && isFile(line):
		return []msg.Text{msg.New("did you mean: %s", retyped(cmd, "--file", line))}
	case cmd.Name() == "scan" && plainName(line):
		return []msg.Text{msg.New("to check one application: %s", commandline.Words{"spcheck", "list-secrets", "--sp", line})}
	}
	return nil
}

// redacted returns the first code of a pasted error. The rest may contain a secret.
func redacted(line string) string {
	if m := regexp.MustCompile(`(?i)AADSTS\d+|^\d{5,8}$`).FindString(line); m != "" {
		return m
	}
	return "TEXT"
}

// otherTools recognises flags of other tools and names the spcheck flags that do the
// same.
func otherTools(cmd *cobra.Command, flag string) []msg.Text {
	flag = strings.ToLower(flag)
	say := func(instead string) []msg.Text { return []msg.Text{msg.New("did you mean: %s", instead)} }
	if cmd.Flags().Lookup("output") != nil {
		switch flag {
		case "json", "csv", "html", "markdown", "junit", "sarif", "github", "plugin", "prometheus", "ics", "text":
			return say("-o " + flag)
		case "format", "output-format", "out":
			return say("-o json")
		case "md":
			return say("-o markdown")
		}
	}
	flags := map[string]string{
		"name": "--sp", "service-principal": "--sp", "principal": "--sp", "app": "--sp", "display-name": "--sp",
		"app-id": "--client-id", "application-id": "--client-id", "application": "--client-id", "client": "--client-id",
		"tenant-id": "--tenant", "directory": "--tenant", "authority": "--authority-host", "language": "--lang", "locale": "--lang",
		"days": "--within", "warn": "--within", "cert": "--certificate", "pfx": "--certificate", "pem": "--certificate", "ca": "--ca-file", "cacert": "--ca-file",
		"trace": "--debug", "silent": "--quiet", "all": "--all-profiles", "error": "--error-text", "message": "--error-text", "environment": "--cloud",
	}
	for other, instead := range flags {
		if near.Same(other, flag) && cmd.Flags().Lookup(strings.TrimPrefix(instead, "--")) != nil {
			return say(instead)
		}
	}
	if near.Same(flag, "no-color") || flag == "color" {
		return []msg.Text{msg.New("colours depend on the terminal; turn them off with the environment variable NO_COLOR=1")}
	}
	return nil
}

// tooMany is the error for arguments that belong to no flag.
func tooMany(cmd *cobra.Command, args []string) *fail.Error {
	e := fail.Usage(msg.New("%s takes no arguments, but %d were given", cmd.CommandPath(), len(args)), corrected(cmd, args)...)
	return e.Hint(usage(cmd)).Hint(msg.New("see its flags with: %s --help", cmd.CommandPath()))
}

func usage(cmd *cobra.Command) msg.Text {
	return msg.New("usage: %s", strings.TrimSuffix(cmd.UseLine(), " [flags]"))
}
