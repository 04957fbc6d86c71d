package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// flagError puts an error from pflag into words. It repeats a value only if the flag
// says what is wrong with it, because any other argument may be a secret.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var needs *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return unknownLetter(cmd, unknown.GetSpecifiedShortnames())
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown.GetSpecifiedName())
	case errors.As(err, &needs):
		return fail.Usage(msg.New("the flag --%s needs a value", needs.GetFlag().Name), seeFlags(cmd))
	case errors.As(err, &invalid):
		return invalidValue(cmd, invalid)
	}
	return fail.Usage(msg.New("the command line is malformed"), seeFlags(cmd))
}

func seeFlags(cmd *cobra.Command) msg.Text {
	return msg.New("see the flags with: %s", cmd.CommandPath()+" --help")
}

func invalidValue(cmd *cobra.Command, err *pflag.InvalidValueError) error {
	var whole *fail.Error
	var reason msg.Worded
	flag := err.GetFlag()
	switch {
	case errors.As(err, &whole):
		return whole
	case errors.As(err, &reason):
		return fail.Usage(msg.New("the flag --%s has the value %q: %s", flag.Name, err.GetValue(), reason.Text()), seeFlags(cmd))
	case flag.Value.Type() == "int":
		return fail.Usage(msg.New("the flag --%s takes a whole number", flag.Name), seeFlags(cmd))
	case flag.Value.Type() == "bool":
		return fail.Usage(msg.New("the flag --%s takes no value", flag.Name), seeFlags(cmd))
	}
	return fail.Usage(msg.New("the flag --%s does not take this value", flag.Name), seeFlags(cmd))
}

// unknownLetter is the error for an unknown one-letter flag. letters are what was typed
// from that letter on, which may be a secret that starts with a hyphen.
func unknownLetter(cmd *cobra.Command, letters string) error {
	letter := letters[:1]
	if e := withoutCommand(cmd, "", letter); e != nil {
		return e
	}
	e := fail.Usage(msg.New("unknown flag -%.1s", letters))
	switch other := strings.ToLower(letter); {
	case len(letters) > 1, letter == "p", letter == "s": // -p and -s take a secret in other tools
		e = e.Hint(noSecretFlag())
	case cmd.Flags().ShorthandLookup(other) != nil:
		e = e.Hint(msg.New("did you mean: %s", "-"+other))
	case strings.Contains(cmd.Use, " "): // as apply -f PLAN, which takes the file without a flag
		e = e.Hint(usage(cmd))
	}
	return e.Hint(seeFlags(cmd))
}

// unknownFlag is the error for an unknown long flag. Its name is only repeated if it
// cannot be a secret that starts with hyphens.
func unknownFlag(cmd *cobra.Command, name string) error {
	if e := withoutCommand(cmd, name, ""); e != nil {
		return e
	}
	e := &fail.Error{Code: fail.CodeUsage}
	meant := nearFlags(cmd, name)
	switch {
	case takesSecret(name):
		e = secretFlag("--" + name)
	case flagLike().MatchString(name):
		e.What = msg.New("unknown flag --%s", name)
	case meant != nil:
		e.What = msg.New("unknown flag")
	default:
		e = fail.Usage(msg.New("unknown flag; its name is not shown here, since it may be a secret that starts with a hyphen"), noSecretFlag())
	}
	e.Hints = append(e.Hints, meant...)
	if len(e.Hints) == 0 && strings.Contains(cmd.Use, " ") {
		e = e.Hint(usage(cmd))
	}
	return e.Hint(seeFlags(cmd))
}

// secretFlag is the error for a flag that would take the value of a secret.
func secretFlag(flag string) *fail.Error {
	return fail.Usage(msg.New("there is no flag %s: no flag takes a secret's value", flag), noSecretFlag(),
		msg.New("consider the value you just typed compromised: it may be in the shell's history, and was visible in the process list"))
}

func noSecretFlag() msg.Text {
	return msg.New("give a secret in the environment (AZURE_CLIENT_SECRET), in a file (--client-secret-file PATH), or on standard input (--client-secret-file -)")
}

var (
	// flagLike matches what looks like a mistyped flag.
	flagLike = lazyregexp.New(`^[a-z]+(-[a-z]+){0,4}$`)
	// words matches the name of a flag in any style, such as clientSecret or client_secret.
	words = lazyregexp.New(`^[A-Za-z]+([-_][A-Za-z]+){0,4}$`)
)

// takesSecret reports whether the name of an unknown flag says that it takes a secret.
func takesSecret(flag string) bool {
	if !words().MatchString(flag) {
		return false
	}
	for _, word := range []string{"secret", "password", "passwd", "pass", "key", "token"} {
		if strings.Contains(strings.ToLower(flag), word) {
			return true
		}
	}
	return false
}
