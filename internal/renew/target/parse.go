package target

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/buildkite/shellwords"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// kind is one sort of place: a file of this package, and an entry in kinds.
type kind struct {
	// form is how --to names it: the name of the kind up to the colon, and what
	// follows in capitals.
	form string
	// parse reads what follows the colon, which is empty for a kind without one.
	// The error is a *fail.Error, which does not repeat what may be a secret.
	parse func(rest string, d Deps) (Target, error)
}

// kinds are all places that a secret can be stored in.
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

// Name is a target as it may be shown: without the arguments of a command.
func Name(spec string) string {
	if name, _, _ := strings.Cut(spec, ":"); name == "command" {
		return name
	}
	return spec
}

func (k kind) name() string {
	name, _, _ := strings.Cut(k.form, ":")
	return name
}

// Forms lists what --to takes.
func Forms() []string {
	var forms []string
	for _, k := range kinds() {
		forms = append(forms, k.form)
	}
	return forms
}

// Parse reads a target as --to gives it. The error is a *fail.Error, which does
// not repeat a text of an unknown form: it may be a secret.
func Parse(spec string, d Deps) (Target, error) {
	name, rest, more := strings.Cut(spec, ":")
	for _, k := range kinds() {
		if k.name() == name && more == strings.Contains(k.form, ":") && (strings.TrimSpace(rest) != "" || !more) {
			return k.parse(rest, d)
		}
	}
	return nil, fail.Usage(msg.New("the target for the new secret is not recognised"),
		msg.New("use one of: %s", strings.Join(Forms(), ", ")))
}

var variable = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

func newEnvFile(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at <= 0 || !variable().MatchString(rest[at+1:]) {
		return nil, fail.Usage(msg.New("the target env-file needs a path and the name of a variable"),
			msg.New("for example: %s", "--to env-file:/etc/product/env#AZURE_CLIENT_SECRET"))
	}
	path, name := whole(rest[:at]), rest[at+1:]
	return &envFile{path: path, name: name, backup: backupOf(path, d)}, nil
}

func newCommand(rest string, d Deps) (Target, error) {
	argv, err := words(rest, msg.New("the target command is not a list of words"), `--to 'command:["vault", "kv", "put", "secret/product", "value=-"]'`)
	if err != nil {
		return nil, err
	}
	return &command{argv: argv, environ: d.Environ}, nil
}

// words reads the command line of a program. The error, a *fail.Error, says what is
// wrong, with an example.
func words(line string, wrong msg.Text, example string) ([]string, error) {
	argv, err := split(line)
	if err != nil || len(argv) == 0 || argv[0] == "" {
		return nil, fail.Usage(wrong, msg.New("put words with spaces in quotation marks, or write a JSON list: %s", example))
	}
	return argv, nil
}

// split splits a command line as the system's shell would, without any
// expansion; a JSON list stands for itself.
func split(line string) ([]string, error) {
	if strings.HasPrefix(strings.TrimSpace(line), "[") {
		var argv []string
		err := json.Unmarshal([]byte(line), &argv)
		return argv, err
	}
	if runtime.GOOS == "windows" {
		return shellwords.SplitBatch(line)
	}
	return shellwords.SplitPosix(line)
}

// whole makes a path hold in every folder: an unfinished renewal may be gone on
// with from another one.
func whole(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path // there is no current folder; the check says what comes of it
	}
	return abs
}

// backupOf names the file that keeps the former content of another.
func backupOf(path string, d Deps) string { return path + ".bak-" + stamp(d) }
