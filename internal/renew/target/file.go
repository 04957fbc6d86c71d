package target

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/safefile"
	"github.com/spcheck/spcheck/internal/secrets"
)

// file is a target in a file. Its backup is another file in the same folder.
type file struct {
	place
	path, backup string
	swapped      swapped
	trials       *safefile.Trials // may be nil
}

// swapped says what Store has done to the file.
type swapped int

const (
	notSwapped swapped = iota
	created
	replaced
)

func newFileAt(kind, path, name string, d Deps) file {
	// The renewal may be continued from another working directory.
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return file{place: newPlace(kind + ":" + path + name), path: path, backup: path + ".bak-" + stamp(d), trials: d.Trials}
}

func (f *file) Backup() string             { return f.backup }
func (f *file) Adopt(backup string)        { f.backup = backup }
func (f *file) Keep(context.Context) error { return f.failure(forget(f.backup)) }
func (f *file) Undo(context.Context) error { return f.failure(f.putBack()) }

// swap writes the backup, and then replaces the file.
func (f *file) swap(former []byte, there bool, data []byte) error {
	f.swapped = notSwapped
	if there {
		if err := safefile.Keep(f.backup, former); err != nil {
			return err
		}
	}
	err := safefile.Replace(f.path, data)
	switch {
	case err == nil && there:
		f.swapped = replaced
	case err == nil:
		f.swapped = created
	case there:
		_ = os.Remove(f.backup) // the old content is still in the file
	}
	return err
}

// forget removes a backup, if there is one.
func forget(backup string) error {
	if err := os.Remove(backup); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return msg.Error(msg.New("the file %s with the previous value could not be removed; remove it yourself", backup))
	}
	return nil
}

// putBack restores the previous content, or removes a file that did not exist before.
func (f *file) putBack() error {
	switch f.swapped {
	case notSwapped:
		return nil
	case created:
		return forget(f.path)
	}
	data, there, err := safefile.Read(f.backup)
	if err == nil && !there {
		err = msg.Error(msg.New("the file %s with the previous value no longer exists", f.backup))
	}
	if err == nil {
		err = safefile.Replace(f.path, data)
	}
	if err != nil {
		return err
	}
	return forget(f.backup)
}

// wholeFile is a file that contains only the value. A new one has no final line break,
// because some programs would take it for a part of the secret. Otherwise the line break of
// the old file is kept.
type wholeFile struct{ file }

func newFile(rest string, d Deps) (Target, error) {
	return &wholeFile{newFileAt("file", rest, "", d)}, nil
}

// trial is more bytes than any secret has.
const trial = 4096

func (f *wholeFile) Check(context.Context) error {
	if err := f.trials.Check(f.path, trial); err != nil {
		return f.failure(err)
	}
	_, there, err := f.former()
	if !there {
		f.remark = msg.New("The file does not exist and will be created.")
	}
	return f.failure(err)
}

// former reads the old file. More than one line is an error: replacing a file of settings
// by mistake would cause an outage.
func (f *wholeFile) former() ([]byte, bool, error) {
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

func (f *wholeFile) Store(_ context.Context, s Secret) error {
	former, there, err := f.former()
	if err != nil {
		return f.failure(err)
	}
	end := ""
	if strings.HasSuffix(string(former), "\r\n") {
		end = "\r\n"
	} else if strings.HasSuffix(string(former), "\n") {
		end = "\n"
	}
	return f.failure(f.swap(former, there, []byte(s.Value.Reveal()+end)))
}

func (f *wholeFile) Read(ctx context.Context) (secrets.Value, error) {
	v, err := load(ctx, secrets.Source{File: f.path}, secrets.Deps{})
	if errors.Is(err, fs.ErrNotExist) {
		return v, nil
	}
	return v, f.failure(err)
}

// load loads a secret from a source. The value is empty if the source has none.
func load(ctx context.Context, from secrets.Source, deps secrets.Deps) (secrets.Value, error) {
	c, err := from.Load(ctx, deps)
	if err == nil || errors.Is(err, secrets.ErrMissing) {
		return c.Secret, nil
	}
	return c.Secret, msg.Error(secrets.Reason(err), err)
}
