package safefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
)

// Begin makes a file beside path that only this user may read, to be filled and then
// put in the place of path by Finish, or removed.
func Begin(path string) (*os.File, error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, Unfinished(path)) // mode 0600
	if err != nil {
		return nil, folderError(dir, err)
	}
	if err := restrict(f.Name()); err != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return nil, system(msg.New("it cannot be created: %s", cause(err)), err)
	}
	return f, nil
}

// Unfinished is the pattern of the names that Begin gives.
func Unfinished(path string) string { return filepath.Base(path) + ".*.new" }

// Finish closes a file of Begin's and puts it in the place of path at one stroke: what
// lay there is whole until then, and never followed where it is a link. After an error
// the new file is gone.
func Finish(f *os.File, path string) error {
	err := errors.Join(give(f, filepath.Dir(path)), f.Sync())
	if err = errors.Join(err, f.Close()); err == nil {
		err = moveOver(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return system(msg.New("it cannot be written: %s", cause(err)), err)
	}
	return syncFolder(filepath.Dir(path))
}

// Open opens an ordinary file of this user's for reading; fs.ErrNotExist is that there
// is none.
func Open(path string) (*os.File, error) {
	info, err := existing(path)
	switch {
	case err != nil:
		return nil, err
	case info == nil:
		return nil, fs.ErrNotExist
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, system(msg.New("it cannot be read: %s", cause(err)), err)
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		_ = f.Close()
		return nil, msg.Error(msg.New("it was replaced while it was being read"))
	}
	return f, nil
}
