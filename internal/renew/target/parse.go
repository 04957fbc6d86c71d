package target

import (
	"context"
	"encoding/json"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/buildkite/shellwords"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/redact"
)

// kind is a kind of target. Each one has a file in this package, and an entry in kinds.
type kind struct {
	// form shows how --to writes it: a name and, after a colon, placeholders in capitals.
	form string
	// parse parses the text after the colon. The error is a *fail.Error that does not
	// repeat anything that may be a secret.
	parse func(rest string, d Deps) (Target, error)
}

// kinds returns all kinds of targets, in the order of the help.
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

// Name returns a target without the arguments of a command, which may contain secrets.
func Name(spec string) string {
	if strings.HasPrefix(spec, "command:") {
		return "command"
	}
	return spec
}

// Forms returns what --to accepts.
func Forms() []string {
	var forms []string
	for _, k := range kinds() {
		forms = append(forms, k.form)
	}
	return forms
}

// Parse parses a target as in --to. The error is a *fail.Error. It does not repeat the
// text, which may be a secret.
func Parse(spec string, d Deps) (Target, error) {
	name, rest, colon := strings.Cut(spec, ":")
	for _, k := range kinds() {
		known, _, more := strings.Cut(k.form, ":")
		if known == name && more == colon && (strings.TrimSpace(rest) != "" || !more) {
			return k.parse(rest, d)
		}
	}
	e := fail.Usage(msg.New("the target for the new secret is not recognised"))
	if pathLike().MatchString(spec) && !slices.ContainsFunc(strings.FieldsFunc(spec, isSeparator), redact.LooksSecret) {
		e = e.Hint(msg.New("for a file, write: %s", commandline.Words{"--to", "file:" + spec}))
	}
	for _, meant := range similar(name) {
		e = e.Hint(msg.New("did you mean: %s", "--to "+meant))
	}
	return nil, e.Hint(msg.New("use one of: %s", strings.Join(Forms(), ", ")))
}

// Reopen opens a target that an earlier run recorded. A command is recorded without its
// arguments, and standard output may be a log by now, so nothing is written to them unless a
// person names them again.
func Reopen(spec string, d Deps) (Target, error) {
	t, err := Parse(spec, d)
	if err != nil || spec != "stdout" && Name(spec) == spec {
		return t, err
	}
	e := &elsewhere{newPlace(spec)}
	e.next = t.Next()
	return e, nil
}

// similar returns the forms of targets whose name is like a mistyped one.
func similar(name string) (forms []string) {
	for _, form := range Forms() {
		if known, _, _ := strings.Cut(form, ":"); near.Words(name, []string{known}) != nil {
			forms = append(forms, form)
		}
	}
	return forms
}

// pathLike matches the path of a file, on Windows with a drive: it has a separator or the
// ending of a text file. Few secrets look like that.
var pathLike = lazyregexp.New(`^(?:[A-Za-z]:)?[\w. /\\-]*(?:[/\\][\w. -]+|\.(?:txt|env|conf|cfg|ini|json|ya?ml|key|secret))$`)

func isSeparator(r rune) bool { return r == '/' || r == '\\' }

// cutName splits PLACE#NAME. ok is false if the name does not match the pattern.
func cutName(rest string, pattern func() *regexp.Regexp) (place, name string, ok bool) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return "", "", false
	}
	return rest[:at], rest[at+1:], pattern().MatchString(rest[at+1:])
}

// matchAll reports whether all parts match a pattern.
func matchAll(pattern func() *regexp.Regexp, parts ...string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !pattern().MatchString(p) })
}

// Then returns a function that runs a command after a renewal, for example to restart a
// service. The command does not get the value, and its output is dropped. line is written
// as after --to command:. If it is empty, the function is nil. The error is a *fail.Error.
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

// words splits a command line like the system's shell, without expanding anything, or
// parses a JSON list. The error is a *fail.Error with the text wrong and the example.
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
