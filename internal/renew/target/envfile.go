package target

import (
	"context"
	"fmt"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// envFile holds the value as one variable among others, as sh, systemd and
// docker read it.
type envFile struct {
	path, name, backup string
	made               bool
}

func (f *envFile) Spec() string               { return "env-file:" + f.path + "#" + f.name }
func (f *envFile) Format(s fmt.State, _ rune) { spell(s, f) }
func (f *envFile) Backup() string             { return f.backup }
func (f *envFile) Adopt(backup string)        { f.backup = backup }
func (f *envFile) Keep(context.Context) error { return failure(f, forget(f.backup)) }
func (f *envFile) Undo(context.Context) error {
	return failure(f, putBack(f.path, f.backup, f.made))
}

func (f *envFile) Check(context.Context) error {
	data, _, err := safefile.Read(f.path)
	if err == nil {
		// Twice the size, for the new file and the backup of the old one.
		err = safefile.Check(f.path, 2*len(data)+trial)
	}
	if err == nil {
		_, err = parseEnv(data).value(f.name)
	}
	return failure(f, err)
}

func (f *envFile) Store(_ context.Context, s Secret) error {
	former, there, err := safefile.Read(f.path)
	if err != nil {
		return failure(f, err)
	}
	lines := parseEnv(former)
	if err := lines.set(f.name, s.Value.Reveal()); err != nil {
		return failure(f, err)
	}
	f.made = !there
	return failure(f, swap(f.path, f.backup, former, there, lines.bytes()))
}

func (f *envFile) Read(context.Context) (secrets.Value, error) {
	data, _, err := safefile.Read(f.path)
	if err != nil {
		return secrets.Value{}, failure(f, err)
	}
	v, err := parseEnv(data).value(f.name)
	return secrets.NewValue(v), failure(f, err)
}

// errSeveralLines refuses to touch a value that a line-wise reader would not
// understand either.
func errSeveralLines(name string) error {
	return &Error{Reason: msg.New("the value of %s spans several lines", name)}
}
