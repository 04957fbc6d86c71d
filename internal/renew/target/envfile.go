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
	swapped            swapped
	remark             msg.Text
}

func (f *envFile) Spec() string               { return "env-file:" + f.path + "#" + f.name }
func (f *envFile) Format(s fmt.State, _ rune) { spell(s, f) }
func (f *envFile) Backup() string             { return f.backup }
func (f *envFile) Adopt(backup string)        { f.backup = backup }
func (f *envFile) Keep(context.Context) error { return failure(f, forget(f.backup)) }
func (f *envFile) Undo(context.Context) error {
	return failure(f, f.swapped.putBack(f.path, f.backup))
}
func (f *envFile) Next() msg.Text { return next(f) }

func (f *envFile) Check(context.Context) error {
	data, there, err := safefile.Read(f.path)
	if err == nil {
		// Twice the size, for the new file and the backup of the old one.
		err = safefile.Check(f.path, 2*len(data)+trial)
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
	return failure(f, err)
}

// Remark reports a variable that is not there yet: its name may be mistyped.
func (f *envFile) Remark() msg.Text { return f.remark }

func (f *envFile) Store(_ context.Context, s Secret) error {
	former, there, err := safefile.Read(f.path)
	if err != nil {
		return failure(f, err)
	}
	lines := parseEnv(former)
	if err := lines.set(f.name, s.Value.Reveal()); err != nil {
		return failure(f, err)
	}
	f.swapped, err = swap(f.path, f.backup, former, there, lines.bytes())
	return failure(f, err)
}

func (f *envFile) Read(context.Context) (secrets.Value, error) {
	data, _, err := safefile.Read(f.path)
	if err != nil {
		return secrets.Value{}, failure(f, err)
	}
	v, _, err := parseEnv(data).value(f.name)
	return secrets.NewValue(v), failure(f, err)
}
