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

// Forms lists what --to takes.
func Forms() []string {
	return []string{"stdout", "file:PATH", "env-file:PATH#NAME", "keyring:NAME", "keyvault:VAULT/NAME", "command:PROGRAM ARG…"}
}

// Parse reads a target as --to gives it. The error is a *fail.Error, which does
// not repeat a text of an unknown form: it may be a secret.
func Parse(spec string, d Deps) (Target, error) {
	kind, rest, _ := strings.Cut(spec, ":")
	switch {
	case spec == "stdout":
		return newStdout(d)
	case kind == "file" && rest != "":
		return newFile(whole(rest), d), nil
	case kind == "env-file" && rest != "":
		return newEnvFile(rest, d)
	case kind == "keyring" && rest != "":
		return newKeyring(rest, d), nil
	case kind == "keyvault" && rest != "":
		return newVault(rest, d)
	case kind == "command" && strings.TrimSpace(rest) != "":
		return newCommand(rest, d)
	}
	return nil, fail.Usage(msg.Literal("the target of the new secret is of no known form"),
		msg.Literal("use one of: "+strings.Join(Forms(), ", ")))
}

var variable = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

func newEnvFile(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at <= 0 || !variable.MatchString(rest[at+1:]) {
		return nil, fail.Usage(msg.Literal("the target env-file needs a path and the name of a variable"),
			msg.Literal("write it as in --to env-file:/etc/product/env#AZURE_CLIENT_SECRET"))
	}
	path, name := whole(rest[:at]), rest[at+1:]
	return &envFile{path: path, name: name, backup: backupOf(path, d)}, nil
}

func newCommand(rest string, d Deps) (Target, error) {
	argv, err := words(rest)
	if err != nil || len(argv) == 0 || argv[0] == "" {
		return nil, fail.Usage(msg.Literal("the target command is not a list of words"),
			msg.Literal(`quote words with blanks, or write a JSON list: --to 'command:["vault", "kv", "put", "secret/product", "value=-"]'`))
	}
	return &command{argv: argv, environ: d.Environ}, nil
}

// words splits a command line as the system's shell would, without any
// expansion; a JSON list stands for itself.
func words(line string) ([]string, error) {
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
