package target

import (
	"context"
	"encoding/json"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/buildkite/shellwords"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// kind is one kind of place: a file of this package, and an entry in kinds.
type kind struct {
	// form is how --to names it: the name of the kind, a colon, and the rest in
	// capitals.
	form string
	// parse reads the rest after the colon, which is empty for a kind without one. The
	// error is a *fail.Error that does not repeat anything that may be a secret.
	parse func(rest string, d Deps) (Target, error)
}

// kinds lists all places where a secret can be stored.
func kinds() []kind {
	return []kind{
		{"stdout", newStdout},
		{"file:PATH", newFile},
		{"env-file:PATH#NAME", newEnvFile},
		{"keyring:NAME", newKeyring},
		{"keyvault:VAULT/NAME", newVault},
		{"kubernetes:[CONTEXT/]NAMESPACE/SECRET#KEY", newKubernetes},
		{"github:OWNER/REPO[/ENVIRONMENT]#NAME", newGitHub},
		{"azure-pipelines:ORG/PROJECT/GROUP#NAME", newPipelines},
		{"appsettings:GROUP/APP[/SLOT]#NAME", newAppSettings},
		{"docker-secret:NAME", newDockerSecret},
		{"command:PROGRAM ARG…", newCommand},
	}
}

// Name returns a target as it may be shown: without the arguments of a command.
func Name(spec string) string {
	if strings.HasPrefix(spec, "command:") {
		return "command"
	}
	return spec
}

// Forms lists what --to accepts.
func Forms() []string {
	var forms []string
	for _, k := range kinds() {
		forms = append(forms, k.form)
	}
	return forms
}

// Parse reads a target as --to names it. The error is a *fail.Error. It does not repeat a
// text of unknown form, which may be a secret.
func Parse(spec string, d Deps) (Target, error) {
	name, rest, colon := strings.Cut(spec, ":")
	for _, k := range kinds() {
		known, _, more := strings.Cut(k.form, ":")
		if known == name && more == colon && (strings.TrimSpace(rest) != "" || !more) {
			return k.parse(rest, d)
		}
	}
	return nil, fail.Usage(msg.New("the target for the new secret is not recognised"),
		msg.New("use one of: %s", strings.Join(Forms(), ", ")))
}

// cutName splits PLACE#NAME. ok is false if the name does not match the pattern.
func cutName(rest string, pattern func() *regexp.Regexp) (place, name string, ok bool) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return "", "", false
	}
	return rest[:at], rest[at+1:], pattern().MatchString(rest[at+1:])
}

// matchAll reports whether all parts match the pattern.
func matchAll(pattern func() *regexp.Regexp, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !pattern().MatchString(p) })
}

// Then returns a function that runs a command after a renewal, for example to restart a
// service. The command gets no value, and its output is dropped. line is like that of
// --to command:; if it is empty, the function is nil.
func Then(line string, d Deps) (func(context.Context) error, error) {
	if line == "" {
		return nil, nil
	}
	argv, err := words(line, msg.New("the --then command is not a list of words"), `'["systemctl", "restart", "mailstore"]'`)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := program.Client{Name: argv[0], Environ: d.Environ}.Ask(ctx, argv[1:]...)
		return err
	}, nil
}

// words splits a command line as the system's shell does, without expanding anything. A
// JSON list is taken as it is. The error is a *fail.Error with the given text and an
// example.
func words(line string, wrong msg.Text, example string) (argv []string, err error) {
	switch {
	case strings.HasPrefix(strings.TrimSpace(line), "["):
		err = json.Unmarshal([]byte(line), &argv)
	case runtime.GOOS == "windows":
		argv, err = shellwords.SplitBatch(line)
	default:
		argv, err = shellwords.SplitPosix(line)
	}
	if err != nil || len(argv) == 0 || argv[0] == "" {
		return nil, fail.Usage(wrong, msg.New("put words with spaces in quotation marks, or write a JSON list: %s", example))
	}
	return argv, nil
}
