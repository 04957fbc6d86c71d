package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// file holds the value and nothing else. A new one has no line break at its end,
// since some programs take that for a part of the secret; where the old one had
// one, so has the new.
type file struct {
	path, backup string
	swapped      swapped
	remark       msg.Text
}

func newFile(rest string, d Deps) (Target, error) {
	path := whole(rest)
	return &file{path: path, backup: backupOf(path, d)}, nil
}

func (f *file) Spec() string               { return "file:" + f.path }
func (f *file) Format(s fmt.State, _ rune) { spell(s, f) }
func (f *file) Backup() string             { return f.backup }
func (f *file) Adopt(backup string)        { f.backup = backup }
func (f *file) Keep(context.Context) error { return failure(f, forget(f.backup)) }
func (f *file) Undo(context.Context) error {
	return failure(f, f.swapped.putBack(f.path, f.backup))
}
func (f *file) Next() msg.Text                { return next(f) }
func (f *file) Check(_ context.Context) error { return failure(f, f.check()) }

func (f *file) check() error {
	if err := safefile.Check(f.path, trial); err != nil {
		return err
	}
	_, there, err := f.former()
	if !there {
		f.remark = msg.New("The file does not exist and will be created.")
	}
	return err
}

// Remark reports a file that does not exist: its name may be mistyped.
func (f *file) Remark() msg.Text { return f.remark }

// trial is more than any secret or its backup takes.
const trial = 4096

// former reads the old file, which must look like one that holds a secret: to
// overwrite a file of settings by mistake would be an outage.
func (f *file) former() ([]byte, bool, error) {
	data, there, err := safefile.Read(f.path)
	if err != nil || !there {
		return nil, false, err
	}
	body := strings.TrimRight(string(data), "\r\n")
	if len(data) > trial || strings.ContainsAny(body, "\r\n") {
		return nil, false, msg.Error(msg.New("it has more than one line, so it contains more than a secret; for a file of environment variables use env-file:PATH#NAME"))
	}
	return data, true, nil
}

func (f *file) Store(_ context.Context, s Secret) error {
	former, there, err := f.former()
	if err != nil {
		return failure(f, err)
	}
	end := ""
	if strings.HasSuffix(string(former), "\r\n") {
		end = "\r\n"
	} else if strings.HasSuffix(string(former), "\n") {
		end = "\n"
	}
	f.swapped, err = swap(f.path, f.backup, former, there, []byte(s.Value.Reveal()+end))
	return failure(f, err)
}

func (f *file) Read(ctx context.Context) (secrets.Value, error) {
	c, err := secrets.Source{File: f.path}.Load(ctx, secrets.Deps{})
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, secrets.ErrMissing) {
		return secrets.Value{}, nil
	}
	return c.Secret, failure(f, readFailure(err))
}

func readFailure(err error) error {
	var source *secrets.SourceError
	if errors.As(err, &source) {
		return msg.Error(source.Reason)
	}
	return err
}

// swapped is what became of a file: nothing, a new one made, or one replaced.
type swapped int

const (
	notSwapped swapped = iota
	made
	replaced
)

// swap keeps the former content beside the file and puts the new one in its
// place.
func swap(path, backup string, former []byte, there bool, data []byte) (swapped, error) {
	if there {
		if err := keep(backup, former); err != nil {
			return notSwapped, err
		}
	}
	err := safefile.Replace(path, data)
	switch {
	case err != nil && there:
		_ = os.Remove(backup) // nothing was changed, so that nothing needs it
		return notSwapped, err
	case err != nil:
		return notSwapped, err
	case there:
		return replaced, nil
	}
	return made, nil
}

// keep writes a backup. One of the same content is that of a run that was stopped
// before it went further.
func keep(backup string, former []byte) error {
	if data, there, err := safefile.Read(backup); err == nil && there && bytes.Equal(data, former) {
		return nil
	}
	return safefile.Create(backup, former)
}

// forget removes a backup; that there is none is well.
func forget(backup string) error {
	if err := os.Remove(backup); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return msg.Error(msg.New("the file %s with the previous value could not be removed; remove it yourself", backup))
	}
	return nil
}

// putBack restores the former content, or removes a file that this run made.
func (s swapped) putBack(path, backup string) error {
	switch s {
	case notSwapped:
		return nil
	case made:
		return forget(path)
	}
	data, there, err := safefile.Read(backup)
	switch {
	case err != nil:
		return err
	case !there:
		return msg.Error(msg.New("the file %s with the previous value no longer exists", backup))
	}
	if err := safefile.Replace(path, data); err != nil {
		return err
	}
	return forget(backup)
}
