// Package smallfile reads the small files that users name: secrets, certificates,
// settings, templates and policies.
package smallfile

import (
	"io"
	"io/fs"
	"os"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/trust"
)

// Read returns the content of a regular file of at most limit bytes. It follows
// symbolic links. The error has a text for people (msg.Worded) that does not repeat the
// path, and wraps the operating system's error.
func Read(path string, limit int64) ([]byte, error) {
	return read(path, limit, func(string) error { return nil })
}

// ReadTrusted is Read for a file whose content spcheck obeys. The error is a
// *trust.Error if another user can have written the file.
func ReadTrusted(path string, limit int64) ([]byte, error) { return read(path, limit, trust.File) }

func read(path string, limit int64, check func(string) error) ([]byte, error) {
	// Checked before opening, because opening a named pipe waits for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(err)
	}
	if reason := irregular(info.Mode()); !reason.IsZero() {
		return nil, msg.Error(reason)
	}
	if err := check(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	return ReadAll(f, limit)
}

// ReadAll returns all that r has, at most limit bytes. Its error is like that of Read.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, unreadable(err)
	}
	if int64(len(data)) > limit {
		return nil, TooLarge(limit)
	}
	return data, nil
}

// TooLarge returns the error for more than limit bytes.
func TooLarge(limit int64) error { return msg.Error(msg.New("it is larger than %d KiB", limit>>10)) }

func unreadable(err error) error { return msg.Error(msg.OfSystem(err), err) }

// irregular names the type of a file that is not a regular one.
func irregular(mode fs.FileMode) msg.Text {
	switch {
	case mode.IsRegular():
		return msg.Text{}
	case mode.IsDir():
		return msg.New("it is a folder, not a file")
	case mode&fs.ModeNamedPipe != 0:
		return msg.New("it is a named pipe, not a file")
	case mode&fs.ModeSocket != 0:
		return msg.New("it is a socket, not a file")
	case mode&fs.ModeDevice != 0:
		return msg.New("it is a device, not a file")
	}
	return msg.New("it is not an ordinary file")
}
