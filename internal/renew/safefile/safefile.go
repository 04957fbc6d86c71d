// Package safefile writes small files that hold secrets, or the traces of work
// with them: only their owner may read what is new, a reader sees the old file
// or the new one and never half of either, and what lies at the path is never
// followed elsewhere.
package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
)

// maxSize is the largest file that Read takes, in bytes.
const maxSize = 1 << 20

// Check reports why path could not be replaced: what lies there must be absent or
// an ordinary file that may be replaced, and its folder must take a new file of the
// given size and with the owner, permissions and labels that it will have, and let
// it take another's place. The trial file is removed at once.
func Check(path string, size int) error {
	before, err := existing(path)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := movable(path, dir, before != nil); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".spcheck-trial-")
	if err != nil {
		return folderError(dir, err)
	}
	other := f.Name() + "-2"
	_ = f.Close()
	_ = os.Remove(f.Name())
	defer os.Remove(other)
	defer os.Remove(f.Name())
	// The same steps as those that count, with the likeness of the file at path.
	for _, name := range []string{other, f.Name(), other} {
		if err = replace(name, path, before, make([]byte, size)); err != nil {
			return system(msg.New("no file can be created in the folder %s: %s", dir, cause(err)), err)
		}
	}
	return nil
}

// existing returns what lies at path, nil where nothing does.
func existing(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, system(msg.New("its properties cannot be read: %s", cause(err)), err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, msg.Error(msg.New("it is a symbolic link; give the file that it points to"))
	case !info.Mode().IsRegular():
		return nil, msg.Error(msg.New("it is not an ordinary file"))
	}
	own, err := owned(path, info)
	if err != nil {
		return nil, system(msg.New("its owner cannot be determined: %s", cause(err)), err)
	}
	if !own {
		return nil, msg.Error(msg.New("it belongs to another user; run spcheck as that user"))
	}
	return info, keepable(info)
}

// Read returns the content of an ordinary file, and false where there is none.
func Read(path string) ([]byte, bool, error) {
	info, err := existing(path)
	if info == nil || err != nil {
		return nil, false, err
	}
	data, err := readSame(path, info)
	return data, err == nil, err
}

// readSame reads the file that was looked at before, and no other that its name
// leads to by now.
func readSame(path string, looked fs.FileInfo) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, system(msg.New("it cannot be read: %s", cause(err)), err)
	}
	defer f.Close()
	if opened, err := f.Stat(); err != nil || !os.SameFile(looked, opened) {
		return nil, msg.Error(msg.New("it was replaced while it was being read"))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return nil, system(msg.New("it cannot be read: %s", cause(err)), err)
	case len(data) > maxSize:
		return nil, msg.Error(msg.New("it is larger than %d bytes", maxSize))
	}
	return data, nil
}

// Create writes a new file that only this user may read, and fails where there
// is one of that name.
func Create(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return system(msg.New("it cannot be created: %s", cause(err)), err)
	}
	err = restrict(path)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path)
		return system(msg.New("it cannot be written: %s", cause(err)), err)
	}
	return syncFolder(filepath.Dir(path))
}

// Replace puts data in the place of path at one stroke. A new file is readable
// by this user alone, or where root makes it in a service account's folder, by that
// account; an existing one keeps its owner, permissions, group and labels, since
// the program that reads it may depend on them.
func Replace(path string, data []byte) error {
	before, err := existing(path)
	if err != nil {
		return err
	}
	if err := replace(path, path, before, data); err != nil {
		return system(msg.New("it cannot be written: %s", cause(err)), err)
	}
	return nil
}

func folderError(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return system(msg.New("the folder %s does not exist", dir), err)
	}
	return system(msg.New("no file can be created in the folder %s: %s", dir, cause(err)), err)
}

func system(reason msg.Text, err error) error { return msg.Error(reason, err) }

// cause is the innermost word of the operating system, without paths.
func cause(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Sprint(err)
}
