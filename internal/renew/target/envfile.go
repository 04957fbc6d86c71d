package target

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// envFile is a variable in a file of environment variables, as sh, systemd and docker read
// them.
type envFile struct {
	file
	name string
}

var variable = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

func newEnvFile(rest string, d Deps) (Target, error) {
	path, name, ok := cutName(rest, variable)
	if !ok || path == "" {
		return nil, fail.Usage(msg.New("the target env-file needs a path and the name of a variable"),
			msg.New("for example: %s", "--to env-file:/etc/product/env#AZURE_CLIENT_SECRET"))
	}
	return &envFile{newFileAt("env-file", path, "#"+name, d), name}, nil
}

func (f *envFile) Check(context.Context) error {
	data, there, err := safefile.Read(f.path)
	if err == nil {
		// Twice the size: for the new file, and for the backup of the old one.
		err = f.trials.Check(f.path, 2*len(data)+trial)
	}
	lines := parseEnv(data)
	if err == nil {
		err = lines.settable(f.name)
	}
	switch _, set, _ := lines.value(f.name); {
	case err != nil:
	case !there:
		f.remark = msg.New("The file does not exist and will be created.")
	case !set:
		f.remark = msg.New("The file has no variable %s; it will be added at the end.", f.name)
	}
	return f.failure(err)
}

func (f *envFile) Store(_ context.Context, s Secret) error {
	former, there, err := safefile.Read(f.path)
	if err != nil {
		return f.failure(err)
	}
	lines := parseEnv(former)
	if err := lines.set(f.name, s.Value.Reveal()); err != nil {
		return f.failure(err)
	}
	return f.failure(f.swap(former, there, lines.bytes()))
}

func (f *envFile) Read(context.Context) (secrets.Value, error) {
	data, _, err := safefile.Read(f.path)
	if err != nil {
		return secrets.Value{}, f.failure(err)
	}
	v, _, err := parseEnv(data).value(f.name)
	return secrets.NewValue(v), f.failure(err)
}
