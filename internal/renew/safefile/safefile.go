// Package safefile writes small files that contain secrets, or records of work with
// secrets. Only the owner can read a new file. Readers see either the old content or the
// new one, never a part. Links are not followed.
package safefile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/smallfile"
)

// maxSize is the size of the largest file that Read accepts, in bytes.
const maxSize = 1 << 20

// Check reports why path could not be replaced. It must be an ordinary file, or not exist.
// Check writes trial files of the given size in bytes to its folder, with the owner,
// permissions and labels that the new file will have, and removes them.
func Check(path string, size int) error { return (*Trials)(nil).Check(path, size) }

// existing returns the file at path, or nil if it does not exist. It must be an ordinary
// file of this user.
func existing(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, msg.Error(msg.New("its properties cannot be read: %s", msg.OfSystem(err)), err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, msg.Error(msg.New("it is a symbolic link; give the file that it points to"))
	case !info.Mode().IsRegular():
		return nil, msg.Error(msg.New("it is not an ordinary file"))
	}
	own, err := owned(path, info)
	if err != nil {
		return nil, msg.Error(msg.New("its owner cannot be determined: %s", msg.OfSystem(err)), err)
	}
	if !own {
		return nil, msg.Error(msg.New("it belongs to another user; run spcheck as that user"))
	}
	return info, keepable(info)
}

// Open opens an ordinary file of this user for reading. The error is fs.ErrNotExist if it
// does not exist.
func Open(path string) (*os.File, error) {
	info, err := existing(path)
	switch {
	case err != nil:
		return nil, err
	case info == nil:
		return nil, fs.ErrNotExist
	}
	return openSame(path, info)
}

// openSame opens the file that info describes. It is an error if the name now belongs to
// another file.
func openSame(path string, info fs.FileInfo) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, msg.Error(msg.New("it cannot be read: %s", msg.OfSystem(err)), err)
	}
	if opened, err := f.Stat(); err != nil || !os.SameFile(info, opened) {
		_ = f.Close()
		return nil, msg.Error(msg.New("it was replaced while it was being read"))
	}
	return f, nil
}

// Read returns the content of an ordinary file of this user, of at most 1 MiB. there is
// false if it does not exist.
func Read(path string) (data []byte, there bool, err error) {
	f, err := Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	defer f.Close()
	data, err = smallfile.ReadAll(f, maxSize)
	return data, err == nil, err
}

// Create writes a new file that only this user can read. It is an error if the file exists.
func Create(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return uncreated(err)
	}
	err = restrict(path)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path)
		return unwritten(err)
	}
	return syncFolder(filepath.Dir(path))
}

// Keep writes a backup with Create. If an interrupted run has already written the same
// content, that is kept.
func Keep(path string, data []byte) error {
	if kept, there, err := Read(path); err == nil && there && bytes.Equal(kept, data) {
		return nil
	}
	return Create(path, data)
}

// Replace replaces path in one step. Only this user can read a new file. If root creates it
// in the folder of another account, it belongs to that account. An existing file keeps its
// owner, permissions, group and labels, because the program that reads it may need them.
func Replace(path string, data []byte) error {
	before, err := existing(path)
	if err != nil {
		return err
	}
	if err := replace(path, path, before, data); err != nil {
		return unwritten(err)
	}
	return nil
}

// Begin creates a file beside path that only this user can read. The caller fills it, and
// calls Finish or removes it.
func Begin(path string) (*os.File, error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, Unfinished(path)) // mode 0600
	if err != nil {
		return nil, folderError(dir, err)
	}
	if err := restrict(f.Name()); err != nil {
		_ = f.Close()
		_ = os.Remove(f.Name())
		return nil, uncreated(err)
	}
	return f, nil
}

// Unfinished returns the pattern of the names of files from Begin.
func Unfinished(path string) string { return filepath.Base(path) + ".*.new" }

// Finish closes a file from Begin and renames it to path in one step. A link at path is
// replaced, not followed. After an error the new file is removed.
func Finish(f *os.File, path string) error {
	err := errors.Join(give(f, filepath.Dir(path)), f.Sync())
	if err = errors.Join(err, f.Close()); err == nil {
		err = moveOver(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return unwritten(err)
	}
	return syncFolder(filepath.Dir(path))
}

func folderError(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return msg.Error(msg.New("the folder %s does not exist", dir), err)
	}
	return msg.Error(msg.New("no file can be created in the folder %s: %s", dir, msg.OfSystem(err)), err)
}

func uncreated(err error) error {
	return msg.Error(msg.New("it cannot be created: %s", msg.OfSystem(err)), err)
}

func unwritten(err error) error {
	return msg.Error(msg.New("it cannot be written: %s", msg.OfSystem(err)), err)
}
